"""The command line: every main step is a command, for scripts and night jobs (spec, section 9)."""

import tomllib
from pathlib import Path
from typing import Annotated, Final

import typer

from ui.commands import approval, firm, importing, invoices, lists, people, proposals, suspended, upkeep
from ui.commands.terminal import settings

app = typer.Typer(
    name="consuntivo",
    help="Turns closed support tickets into invoices, after somebody has reviewed every line.",
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for module in (approval, firm, importing, invoices, lists, people, proposals, suspended, upkeep):
    module.register(app)

_PROJECT: Final = Path(__file__).resolve().parents[1] / "pyproject.toml"


def _version(wanted: bool) -> None:
    """Print the version, which stands in pyproject.toml alone: the project is not an installed package."""
    if wanted:
        typer.echo(tomllib.loads(_PROJECT.read_text(encoding="utf-8"))["project"]["version"])
        raise typer.Exit


Port = Annotated[int | None, typer.Option(min=1, max=65535, help="Port to listen on.")]


Version = Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")]


@app.callback(invoke_without_command=True)
def main(context: typer.Context, _version: Version = False) -> None:
    """Without a command: serve the app."""
    if context.invoked_subcommand is None:
        serve(port=None)


@app.command()
def serve(port: Port = None) -> None:
    """Serve the database that CONSUNTIVO_DATABASE_URL names."""
    # Imported here, so that the other commands don't load the screens.
    from ui.serving import serve as serve_app

    chosen = settings()
    serve_app(chosen, port=port or chosen.port)


@app.command()
def demo(port: Port = None) -> None:
    """Serve a demo support firm with new data; nothing is kept."""
    from ui.serving import serve_demo

    chosen = settings()
    serve_demo(chosen, port=port or chosen.port)
