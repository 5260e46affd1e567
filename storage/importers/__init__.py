"""CSV and XLSX in: files become streams of raw rows, whatever is wrong with them becomes a value (spec, section 8)."""
