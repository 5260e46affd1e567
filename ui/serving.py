"""Serves the app, or a demo with new data."""

import signal
import socket
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import typer

from domain.errors import Refused
from storage.database import open_database
from storage.demo import build_demo
from storage.settings import Settings
from ui import app
from ui.commands.terminal import REFUSED, refuse, say, words


def serve(settings: Settings, *, port: int) -> None:
    """Migrate the database of the settings and serve it until stopped."""
    _require_free(settings.host, port)
    try:
        database = open_database(settings.database_url)
    except Refused as refused:
        refuse(refused, as_json=False)
    say(words().t("cli.address", address=_address(settings.host, port)), style="bold")
    say(words().t("cli.stop"))
    app.serve(database, settings, port=port)


def serve_demo(settings: Settings, *, port: int) -> None:
    """Serve a demo firm from a temporary file, which is deleted when the server stops."""
    _require_free(settings.host, port)
    # SIGTERM deletes the file, as an interrupt does.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with tempfile.TemporaryDirectory(prefix="consuntivo-demo-") as folder:
        database = open_database(f"sqlite:///{Path(folder) / 'demo.sqlite'}")
        build_demo(database, now=datetime.now(UTC))
        say(words().t("cli.demo_ready", address=_address(settings.host, port)), style="bold")
        say(words().t("cli.stop"))
        app.serve(database, settings, port=port, demo=True)
        database.dispose()


def _address(host: str, port: int) -> str:
    return f"http://{'localhost' if host in ('127.0.0.1', '::1') else host}:{port}"


def _require_free(host: str, port: int) -> None:
    """Exit if the port is taken, before anything is prepared."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            say(words().t("cli.port_taken", port=port), style="bold red")
            raise typer.Exit(REFUSED) from None
