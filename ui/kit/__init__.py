"""What every feature is made of: pages, dialogs, tables, fields, badges. Knows no feature."""
