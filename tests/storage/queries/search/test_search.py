"""The global search finds records by number or words, best first (screens: global search)."""

from typing import Any

import pytest

from domain.model import Ticket
from domain.vocabulary import ContractKind, TicketStatus
from storage.queries.search.search import EACH, HitKind, search_all
from tests.builders import World


def found(world: World, search: str) -> dict[HitKind, list[str]]:
    return {hits.kind: [hit.name for hit in hits.hits] for hits in world.read(lambda session: search_all(session, search))}


def numbered(world: World, number: str, title: str = "Stampante", **fields: Any) -> int:
    return world.add(Ticket(number=number, title=title, status=TicketStatus.OPEN, **fields))


def test_digits_alone_find_the_number_that_ends_in_them_before_those_that_contain_them(world: World) -> None:
    for number in ("TT-4200", "TT-00142", "TT-00042", "TT-00420"):
        numbered(world, number)
    assert found(world, "42")[HitKind.TICKET] == ["TT-00042", "TT-4200", "TT-00420", "TT-00142"]


def test_the_very_number_comes_first_and_its_kind_before_the_others(world: World) -> None:
    proposal = world.proposal_of(world.ticket(60))
    numbered(world, "AC-1", title=f"Chiedono della {proposal.number}")
    results = world.read(lambda session: search_all(session, proposal.number.lower()))
    assert [(hits.kind, hits.hits[0].rank) for hits in results] == [(HitKind.PROPOSAL, 0), (HitKind.TICKET, 5)]


def test_every_word_must_be_there_in_whatever_order_and_case(world: World) -> None:
    numbered(world, "AC-1", title="La stampante non stampa", company_id=world.company("Bianchi & figli"))
    numbered(world, "AC-2", title="La stampante è rotta")
    assert found(world, "BIANCHI stampante") == {HitKind.TICKET: ["AC-1"]}
    assert found(world, "stampante") == {HitKind.TICKET: ["AC-2", "AC-1"]}


def test_customers_people_and_contracts_are_found_by_name_code_and_fiscal_number(world: World) -> None:
    company = world.company("Verdi Impianti", vat_number="09876543210")
    world.contact(company, "Anna", "Neri")
    world.contract(ContractKind.FLAT, name="Canone Verdi", company_id=company)
    assert found(world, "verdi") == {
        HitKind.COMPANY: ["Verdi Impianti"],
        HitKind.CONTRACT: ["Canone Verdi"],
        HitKind.CONTACT: ["Anna Neri"],
    }
    assert found(world, "0987654") == {HitKind.COMPANY: ["Verdi Impianti"]}
    assert found(world, "neri") == {HitKind.CONTACT: ["Anna Neri"]}


def test_of_each_kind_the_first_few_are_shown_and_said_that_there_are_more(world: World) -> None:
    for ordinal in range(EACH + 2):
        numbered(world, f"AC-{ordinal}", title="Rete lenta")
    [hits] = world.read(lambda session: search_all(session, "rete"))
    assert (len(hits.hits), hits.more) == (EACH, True)


@pytest.mark.parametrize("search", ["", "   ", "\x00", "%", "_", "'; DROP TABLE ticket; --", "\ud800", "zz " * 5_000, "²"])
def test_what_is_no_search_finds_nothing_and_breaks_nothing(world: World, search: str) -> None:
    numbered(world, "TT-1", title="Rete")
    assert found(world, search) == {}


@pytest.mark.parametrize("search", ["è ferma", "È FERMA", "È ferma"])
def test_small_and_capital_letters_are_the_same_with_an_accent_too(world: World, search: str) -> None:
    numbered(world, "AC-1", title="È ferma la rete")
    numbered(world, "AC-2", title="la rete è ferma")
    assert sorted(found(world, search)[HitKind.TICKET]) == ["AC-1", "AC-2"]
