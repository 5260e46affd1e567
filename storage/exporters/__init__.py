"""Files that the product writes."""
