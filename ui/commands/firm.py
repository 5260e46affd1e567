"""`firm show` and `firm set`: the firm's own data, by the rule of the settings page (spec, sections 6 and 9)."""

from dataclasses import asdict, fields, replace
from typing import Annotated, Any, Final

import typer

from domain.actions.settings.firm import edit_firm
from domain.errors import InvalidInput
from domain.model.people import SYSTEM_USER
from domain.money import format_hours
from domain.rules.firm import FirmData, missing_to_invoice
from domain.rules.records import fields as cell
from domain.rules.records.fields import InvalidFields
from storage.queries.settings.firm import firm_data
from ui.commands.terminal import AsUser, Json, acting_as, opened, refuse_values, say, say_json, say_table, words

FIELDS: Final = tuple(field.name for field in fields(FirmData))
_OUT_OF_RANGE: Final = -1
"""For what is no number at all: the rule then answers with everything that is wrong, this among it."""


def register(app: typer.Typer) -> None:
    """Add these commands."""
    firm = typer.Typer(help="Company details and settings.", no_args_is_help=True)
    firm.command("show")(firm_show)
    firm.command("set")(firm_set)
    app.add_typer(firm, name="firm")


def firm_show(as_json: Json = False) -> None:
    """Show the company details and settings, and what is missing to issue documents."""
    with opened(as_json=as_json) as database, database.read() as session:
        data = firm_data(session)
    _show(data, as_json=as_json)


def firm_set(
    values: Annotated[list[str], typer.Argument(help="FIELD=VALUE; FIELD= empties it.", metavar="FIELD=VALUE...")],
    as_user: AsUser = SYSTEM_USER,
    as_json: Json = False,
) -> None:
    """Change company details; all or none."""
    changes = dict(map(_change, values))
    with opened(as_json=as_json, create=True) as database, database.write() as session:
        seen = firm_data(session)
        try:
            data = edit_firm(session, seen, replace(seen, **changes), actor=acting_as(as_user))
        except InvalidFields as bad:
            refuse_values(bad, "settings.firm", "settings.wrong", as_json=as_json)
    _show(data, as_json=as_json)


def _change(text: str) -> tuple[str, Any]:
    """The field and its new value. Raises typer.BadParameter for what names no field."""
    name, equals, value = text.partition("=")
    if not equals or name not in FIELDS:
        raise typer.BadParameter(words().t("cli.not_a_choice", value=name[:40], choices=", ".join(FIELDS)))
    parse = {"day_minutes": words().parse_hours, "warning_percent": cell.whole(100), "cover_time_and_materials": _flag}.get(name)
    try:
        return name, parse(value) if parse else value
    except (InvalidInput, cell.Wrong):
        return name, _OUT_OF_RANGE


def _flag(value: str) -> bool:
    if value not in ("true", "false"):
        raise typer.BadParameter(words().t("cli.not_a_choice", value=value[:40], choices="true, false"))
    return value == "true"


def _show(data: FirmData, *, as_json: bool) -> None:
    missing = missing_to_invoice(data)
    if as_json:
        return say_json({**asdict(data), "missing": missing})
    w = words()
    shown = {**asdict(data), "day_minutes": format_hours(data.day_minutes)}
    shown["cover_time_and_materials"] = str(data.cover_time_and_materials).lower()
    say_table([w.t("field.name"), w.t("field.value")], [(name, str(value)) for name, value in shown.items()])
    if missing:
        say(w.t("settings.firm.missing", fields=", ".join(missing)))
    return None
