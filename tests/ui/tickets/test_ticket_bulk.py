"""Bulk changes from the ticket list: the preview and the result agree (screens, Assistenza Clienti)."""

import pytest
from nicegui import ui
from nicegui.testing import User

from domain.vocabulary import BillingStatus, ContractKind, Role
from storage.database import Database
from tests.builders import World
from tests.ui.tickets.test_ticket_list import Opener, eventually, opened, tick

__all__ = ["opened"]


@pytest.fixture
def world(database: Database, people: dict[Role, str]) -> World:
    assert people
    return World(database)


def choose(user: User, marker: str, value: str) -> None:
    [element] = user.find(marker=marker).elements
    assert isinstance(element, ui.select | ui.input | ui.textarea)
    element.set_value(value)


async def with_selected(opened: Opener, *ids: int, role: Role = Role.BILLING_MANAGER) -> User:
    """The list with these tickets selected, and the menu of what can be changed of them open."""
    user = await opened(role, "/list")
    tick(user, list(ids))
    await eventually(user, "selection-summary", f"{len(ids)} ticket")
    user.find(marker="bulk-menu").click()
    return user


async def changing(opened: Opener, what: str, *ids: int, role: Role = Role.BILLING_MANAGER) -> User:
    user = await with_selected(opened, *ids, role=role)
    user.find(marker=f"change-{what}").click()
    await user.should_see(marker="bulk-go")
    return user


async def test_the_dialog_says_what_will_change_and_who_stays_and_does_it(opened: Opener, world: World) -> None:
    free, held = world.ticket(60), world.ticket(30)
    world.submit(world.proposal_of(held).number)
    user = await changing(opened, "status", free, held)
    choose(user, "bulk-status", "suspended")
    await eventually(user, "bulk-go", "Scegli")
    choose(user, "reason-text", "attesa")
    await eventually(user, "bulk-go", "Imposta «Sospeso» su 1 ticket")
    await eventually(user, "bulk-worth", "1:00\u00a0h · 60,00\u00a0€ → 0:00\u00a0h · 0,00\u00a0€")
    await user.should_see(marker="bulk-stay-on_proposal")
    user.find(marker="bulk-go").click()
    await eventually(user, "note-text", "1 ticket modificato")
    assert (world.billing(free), world.billing(held)) == ("suspended", "proposed")
    user.find(marker="undo").click()
    await user.should_see("1 ticket ripristinato", retries=30)
    assert world.billing(free) == "to_bill"


@pytest.mark.usefixtures("stale_pages")
async def test_what_moved_while_the_dialog_is_open_is_shown_again_and_nothing_is_written(
    opened: Opener,
    world: World,
) -> None:
    ids = [world.ticket(60), world.ticket(30)]
    user = await changing(opened, "rate", *ids)
    choose(user, "bulk-rate", "70,00")
    await eventually(user, "bulk-go", "Imposta 70,00\u00a0€/h su 2 ticket")
    world.submit(world.proposal_of(ids[1]).number)
    user.find(marker="bulk-go").click()
    await eventually(user, "bulk-go", "Imposta 70,00\u00a0€/h su 1 ticket")
    await eventually(user, "bulk-stay", "1 ticket non cambia")
    assert world.state(ids[0]).hourly_rate == 0


async def test_a_quickly_typed_rate_is_previewed_before_it_is_set(opened: Opener, world: World) -> None:
    ticket = world.ticket(60)
    user = await changing(opened, "rate", ticket)
    choose(user, "bulk-rate", "70,00")
    await eventually(user, "bulk-go", "Imposta 70,00")
    user.find(marker="bulk-rate").trigger("keydown.enter", "90,00")
    await eventually(user, "bulk-go", "Imposta 90,00")
    assert world.state(ticket).hourly_rate == 0
    choose(user, "bulk-rate", "9x")
    await eventually(user, "bulk-go", "Scegli")
    choose(user, "bulk-rate", "90,00")
    await eventually(user, "bulk-go", "Imposta 90,00")
    user.find(marker="bulk-rate").trigger("keydown.enter", "90,00")
    await user.should_not_see(marker="bulk-go", retries=40)
    assert world.state(ticket).hourly_rate == 9_000


async def test_an_operator_is_offered_the_contract_alone(opened: Opener, world: World) -> None:
    ticket = world.ticket(60, billing_status=BillingStatus.TO_BILL)
    user = await with_selected(opened, ticket, role=Role.OPERATOR)
    await user.should_see(marker="change-contract")
    await user.should_not_see(marker="change-status")
    await user.should_not_see(marker="change-rate")


async def test_contracts_of_the_selected_customers_alone_are_offered(opened: Opener, world: World) -> None:
    ticket = world.ticket(60)
    own = world.contract(ContractKind.FLAT)
    world.contract(ContractKind.FLAT, company_id=world.company("Bianchi"))
    user = await with_selected(opened, ticket, role=Role.OPERATOR)
    user.find(marker="change-contract").click()
    await user.should_see(marker="bulk-contract", retries=40)
    [field] = user.find(marker="bulk-contract").elements
    assert isinstance(field, ui.select)
    assert list(field.options) == [own]
    field.set_value(own)
    await eventually(user, "bulk-go", "Collega 1 ticket")
    user.find(marker="bulk-go").click()
    await eventually(user, "note-text", "1 ticket modificato")
    assert world.billing(ticket) == "service_contract"


async def test_where_no_selected_customer_has_a_contract_the_list_says_so(opened: Opener, world: World) -> None:
    world.contract(ContractKind.FLAT, company_id=world.company("Bianchi"))
    user = await with_selected(opened, world.ticket(60), role=Role.OPERATOR)
    user.find(marker="change-contract").click()
    await user.should_see(marker="bulk-contract", retries=40)
    [field] = user.find(marker="bulk-contract").elements
    assert isinstance(field, ui.select)
    assert (field.enabled, field.props["hint"].startswith("Nessun cliente dei ticket selezionati ha un contratto")) == (
        False,
        True,
    )
    [way] = user.find(marker="bulk-way").elements
    assert isinstance(way, ui.toggle)
    way.set_value("unlink")
    await eventually(user, "bulk-go", "Niente da cambiare")
