"""CSV and XLSX import: files become streams of raw rows, and their faults become values (spec, section 8)."""
