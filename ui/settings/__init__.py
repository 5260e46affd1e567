"""Settings of the firm, people, reasons and number series (spec, section 7)."""
