"""Commands, by what they are about; `ui/cli.py` puts them together."""
