"""The way in: `python main.py` serves the app, `python main.py COMMAND` does one step (spec, section 9)."""

from ui.cli import app

if __name__ in {"__main__", "__mp_main__"}:
    app()
