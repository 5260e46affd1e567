"""The preview of a generation: a newer one takes the place of an older one, which stops (spec, section 4)."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
from nicegui import ui
from nicegui.testing import User

from domain.actions.proposals.generate import preview_generation
from domain.errors import Cancelled
from domain.reads.selection import Selection, TicketFilter
from domain.rules.proposal_plan import Options, ProposalPlan
from domain.vocabulary import Role
from tests.builders import World
from tests.ui.conftest import NAMES, new_client, running
from ui.generation.dialog import GenerationDialog
from ui.kit.page import Page, PageContext
from ui.server.background_runs import Progress
from ui.server.sessions import COOKIE


class SlowPreviews:
    """Previews that go through two steps; the second only once it is let through. `stopped` are those that were ended before."""

    def __init__(self) -> None:
        self.begun: list[Options] = []
        self.stopped: list[Options] = []
        self.gates = {alone: threading.Event() for alone in (False, True)}

    def __call__(self, session: Any, selection: Selection, options: Options, *, progress: Progress) -> ProposalPlan:
        self.begun.append(options)
        try:
            progress(1 + options.by_customer, 4)
            while not self.gates[options.by_customer].wait(0.02):
                progress(1 + options.by_customer, 4)
            progress(3, 4)
        except Cancelled:
            self.stopped.append(options)
            raise
        return preview_generation(session, selection, options)


async def until(holds: Callable[[], bool]) -> None:
    for _ in range(100):
        if holds():
            return
        await asyncio.sleep(0.03)
    pytest.fail("it did not come to hold")


async def test_a_newer_preview_stops_the_older_one_and_keeps_its_progress_in_sight(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for minutes in (60, 30):
        world.ticket(minutes)
    slow = SlowPreviews()
    monkeypatch.setattr("ui.generation.dialog.preview_generation", slow)

    async def asking(page: PageContext) -> None:
        page.heading("Asking")
        ui.button("asked", on_click=lambda: GenerationDialog(page, Selection(filter=TicketFilter()), "").open()).mark("asked")

    async with running(world.database, asking=Page(asking)) as sessions, new_client() as client:
        client.cookies.set(COOKIE, sessions.open(NAMES[Role.BILLING_MANAGER]))
        user = User(client)
        await user.open("/asking")
        user.find(marker="asked").click()
        await user.should_see(marker="long-run", retries=40)
        user.find(marker="by_customer").click()
        await until(lambda: [options.by_customer for options in slow.stopped] == [False])
        await user.should_see("2 / 4", retries=40)
        await user.should_see(marker="long-run")
        slow.gates[True].set()
        await user.should_see("Genera 1 proposta", retries=40)
        await user.should_not_see(marker="long-run")
        for gate in slow.gates.values():
            gate.set()
        assert [options.by_customer for options in slow.begun] == [False, True]
