"""`user add`, `change`, `password` and `list` (spec, sections 7 and 9)."""

import secrets
import sys
from typing import Annotated

import typer

from domain.actions.people.people import AddUser, ChangeUser, SetPassword, add_user, change_user, set_password
from domain.errors import NotFound
from domain.model.people import SYSTEM_USER
from domain.vocabulary import Role
from storage.queries.people.people import user_rows
from ui.commands.terminal import AsUser, Json, acting_as, opened, say, say_json, say_table, words
from ui.server.passwords import hash_password

_ROLES = [role.value for role in Role if role is not Role.SYSTEM]


PasswordStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    users = typer.Typer(help="Users and their roles.", no_args_is_help=True)
    users.command("add")(user_add)
    users.command("change")(user_change)
    users.command("password")(user_password)
    users.command("list")(user_list)
    app.add_typer(users, name="user")


def user_add(
    name: Annotated[str, typer.Argument(help="User name to sign in with.")],
    role: Annotated[Role, typer.Option(help=", ".join(_ROLES), metavar="ROLE")],
    password_stdin: PasswordStdin = False,
    as_user: AsUser = SYSTEM_USER,
    as_json: Json = False,
) -> None:
    """Add a user. Without --password-stdin a password is generated and shown once."""
    password = _password(password_stdin)
    with opened(as_json=as_json, create=True) as database:
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


def user_change(
    name: Annotated[str, typer.Argument(help="User to change.")],
    role: Annotated[Role | None, typer.Option(help=", ".join(_ROLES), metavar="ROLE")] = None,
    active: Annotated[bool | None, typer.Option("--active/--inactive", help="Reactivate or deactivate.")] = None,
    as_user: AsUser = SYSTEM_USER,
    as_json: Json = False,
) -> None:
    """Change a user's role, or deactivate or reactivate them; deactivating closes their open pages."""
    with opened(as_json=as_json) as database, database.write() as session:
        known = {row.name: row for row in user_rows(session)}.get(name)
        if known is None:
            raise NotFound("unknown_user", user=name)
        command = ChangeUser(name, role or known.role, known.active if active is None else active)
        change_user(session, command, actor=acting_as(as_user))
    if as_json:
        say_json([{"name": name, "role": command.role, "active": command.active}])
        return
    w = words()
    state = w.t("word.yes" if command.active else "word.no")
    say(w.t("cli.user_changed", user=name, role=w.t(f"role.{command.role}"), active=state))


def user_password(
    name: Annotated[str, typer.Argument(help="User whose password to change.")],
    password_stdin: PasswordStdin = False,
    as_user: AsUser = SYSTEM_USER,
    as_json: Json = False,
) -> None:
    """Set a new password and end the user's sessions; without --password-stdin one is generated and shown once."""
    password = _password(password_stdin)
    with opened(as_json=as_json) as database:
        command = SetPassword(name, hash_password(password))
        with database.write() as session:
            set_password(session, command, actor=acting_as(as_user))
    if as_json:
        say_json([{"name": name, "password": None if password_stdin else password}])
    elif password_stdin:
        say(words().t("cli.password_set", user=name))
    else:
        say(words().t("cli.password_once", password=password))


def _password(from_stdin: bool) -> str:
    return sys.stdin.readline().rstrip("\n") if from_stdin else secrets.token_urlsafe(12)


def user_list(as_json: Json = False) -> None:
    """List users."""
    with opened(as_json=as_json) as database, database.read() as session:
        rows = user_rows(session)
    if as_json:
        say_json([{"name": row.name, "role": row.role, "active": row.active} for row in rows])
        return
    w = words()
    cells = [(row.name, w.t(f"role.{row.role}"), w.t("word.yes" if row.active else "word.no")) for row in rows]
    say_table([w.t(f"field.{name}") for name in ("name", "role", "active")], cells)
