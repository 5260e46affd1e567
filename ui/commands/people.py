"""`user add` and `user list` (spec, sections 7 and 9)."""

import secrets
import sys
from typing import Annotated

import typer

from domain.actions.people import AddUser, add_user
from domain.model.people import SYSTEM_USER
from domain.vocabulary import Role
from storage.queries.people import user_rows
from ui.commands.terminal import AsUser, Json, acting_as, opened, say, say_json, say_table, words
from ui.passwords import hash_password

_ROLES = [role.value for role in Role if role is not Role.SYSTEM]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    users = typer.Typer(help="People and their roles.", no_args_is_help=True)
    users.command("add")(user_add)
    users.command("list")(user_list)
    app.add_typer(users, name="user")


def user_add(
    name: Annotated[str, typer.Argument(help="The name to sign in with.")],
    role: Annotated[Role, typer.Option(help=", ".join(_ROLES), metavar="ROLE")],
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")] = False,
    as_user: AsUser = SYSTEM_USER,
    as_json: Json = False,
) -> None:
    """Add a person. Without --password-stdin a password is made and shown once."""
    password = sys.stdin.readline().rstrip("\n") if password_stdin else secrets.token_urlsafe(12)
    with opened(as_json=as_json) as database:
        command = AddUser(name, role, hash_password(password))
        with database.write() as session:
            add_user(session, command, actor=acting_as(as_user))
    shown = None if password_stdin else password
    if as_json:
        say_json([{"name": command.name, "role": role, "active": True, "password": shown}])
        return
    say(words().t("cli.user_added", user=name, role=words().t(f"role.{role}")))
    if shown:
        say(words().t("cli.password_once", password=shown))


def user_list(as_json: Json = False) -> None:
    """List people."""
    with opened(as_json=as_json) as database, database.read() as session:
        rows = user_rows(session)
    if as_json:
        say_json([{"name": row.name, "role": row.role, "active": row.active} for row in rows])
        return
    w = words()
    cells = [(row.name, w.t(f"role.{row.role}"), w.t("word.yes" if row.active else "word.no")) for row in rows]
    say_table([w.t(f"field.{name}") for name in ("name", "role", "active")], cells)
