"""Master data by form and by import (spec, sections 2 and 8)."""
