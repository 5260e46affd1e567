"""Pure rules on values. They know no database, no clock and no screen."""
