"""A server of the product that begins long work as soon as it runs: `python -m tests.support.working_server PORT SECONDS`.

The work is a run of the billing manager in one transaction: it takes SECONDS, and writes a reason ten times a second.
"""

import sys
import time
from datetime import UTC, datetime
from typing import Any, Final

from nicegui import app as nicegui_app

from domain.model.proposals import Reason
from domain.vocabulary import Role
from storage.database import Database, open_database
from storage.settings import Settings
from tests.builders import World
from ui import app
from ui.server.background_runs import Work, begin, carry_out
from ui.server.gateway import Gateway
from ui.server.sessions import Sessions, digest_of, find_visitor

WORKING: Final = (sys.executable, "-m", "tests.support.working_server", "{port}")
COUNT: Final = 1_000
_FIRST: Final = 100
"""Positions of the reasons that it writes begin here."""


def written(world: World) -> int:
    """How many reasons the work left."""
    return int(world.rows("SELECT count(*) FROM reason WHERE position >= :first", first=_FIRST)[0][0])


async def work(database: Database, seconds: float) -> None:
    """The run, from beginning to end."""
    token = Sessions(database).open_as(Role.BILLING_MANAGER)
    with database.read() as session:
        visitor = find_visitor(session, digest_of(token), datetime.now(UTC))
    assert visitor
    run, steps = begin(visitor, Work("generation", COUNT, "/tickets")), int(seconds * 10)

    def action(session: Any, _: object) -> None:
        for step in range(steps):
            run.progress(step, steps)
            session.add(Reason(position=_FIRST + step, text=f"motivo {step}"))
            session.flush()
            time.sleep(0.1)

    await carry_out(Gateway(database), visitor, run, action, path=lambda _: "/tickets")


def main(port: str, seconds: str) -> None:
    database, settings = open_database(Settings().database_url), Settings()
    nicegui_app.on_startup(lambda: work(database, float(seconds)))
    app.serve(database, settings, port=int(port))


if __name__ == "__main__":
    main(*sys.argv[1:])
