"""Commands, one file per feature; `ui/cli.py` registers them."""
