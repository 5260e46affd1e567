"""The demo data: it has an example of everything, keeps the promises, and is reproducible."""

import re
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import Session
from stdnum.it import iva

from domain.actions.proposals.generate import preview_generation
from domain.model import (
    AuditEntry,
    Company,
    Generation,
    Invoice,
    Planning,
    Proposal,
    ProposalLine,
    Service,
    ServiceContract,
    Ticket,
    TimeEntry,
    User,
)
from domain.model.base import table_of
from domain.reads.selection import Selection, TicketFilter
from domain.rules.proposal_plan import Options, ProposalPlan
from domain.vocabulary import (
    AuditAction,
    BillingStatus,
    ContractKind,
    InvoiceKind,
    LineState,
    ProposalStatus,
    Refusal,
    Role,
    TicketStatus,
)
from storage.database import Database, open_database
from storage.demo import DEMO_USERS, build_demo
from storage.queries.check.check import check

NOW = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
EVERYTHING = Selection(filter=TicketFilter())
SECONDS = 30
"""A generous limit, for a machine busy with other tests."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """A session that reads the demonstration of `NOW`."""
    yield from reading(tmp_path_factory.mktemp("demo"), NOW)


def reading(folder: Path, now: datetime) -> Iterator[Session]:
    database = open_database(f"sqlite:///{folder / 'demo.sqlite'}")
    build_demo(database, now=now)
    with database.read() as session:
        yield session
    database.dispose()


def values(session: Session, column: Any) -> list[Any]:
    return list(session.execute(select(column)).scalars())


def found(session: Session, column: Any) -> set[Any]:
    return set(values(session, column))


def count(session: Session, model: Any, *conditions: Any) -> int:
    return int(session.execute(select(func.count()).select_from(table_of(model)).where(*conditions)).scalar_one())


def plan(session: Session) -> ProposalPlan:
    return preview_generation(session, EVERYTHING, Options(by_customer=True, group_entries=True))


def test_it_is_built_quickly_and_keeps_every_promise(database: Database) -> None:
    began = time.perf_counter()
    build_demo(database, now=NOW)
    assert time.perf_counter() - began < SECONDS
    with database.read() as session:
        assert check(session).violations == []
        assert found(session, table_of(Ticket).c.billing_status) == {*BillingStatus, None}
        assert set(plan(session).refusals) == set(Refusal)


def test_every_state_occurs(demo: Session) -> None:
    assert found(demo, table_of(Ticket).c.billing_status) == {*BillingStatus, None}
    assert found(demo, table_of(Ticket).c.status) == set(TicketStatus)
    assert found(demo, table_of(ProposalLine).c.state) == set(LineState)
    assert found(demo, table_of(Proposal).c.status) == set(ProposalStatus)
    assert found(demo, table_of(Invoice).c.kind) == set(InvoiceKind)
    assert found(demo, table_of(ServiceContract).c.kind) == set(ContractKind)


def test_every_reason_not_to_bill_a_ticket_occurs(demo: Session) -> None:
    refused = plan(demo).refused
    assert {objection.code for ticket in refused for objection in ticket.objections} == set(Refusal)
    assert any(len({objection.code for objection in ticket.objections}) > 2 for ticket in refused)


def test_tickets_with_only_free_work_and_without_work_both_occur(demo: Session) -> None:
    empty = [o for ticket in plan(demo).refused for o in ticket.objections if o.code is Refusal.NO_TIME_ENTRIES]
    assert {objection.params["entries"] == 0 for objection in empty} == {True, False}


def test_every_bucket_holds_work(demo: Session) -> None:
    assert min(bucket.minutes for bucket in check(demo).buckets.values()) > 0


def test_it_has_the_size_of_a_small_firm(demo: Session) -> None:
    assert 40 <= count(demo, Company) <= 45
    assert 8 <= count(demo, Service) <= 10
    assert 900 <= count(demo, Ticket) <= 1_200
    assert 2_000 <= count(demo, TimeEntry) <= 4_000
    assert count(demo, Planning) >= 5
    per_ticket = Counter(values(demo, table_of(TimeEntry).c.ticket_id))
    assert 6 <= max(per_ticket.values()) <= 7  # six, and one that came late


@pytest.mark.parametrize(
    "now",
    [
        pytest.param(datetime(2026, 1, 1, 23, 30, tzinfo=UTC), id="new year's day"),
        pytest.param(datetime(2026, 3, 23, 22, 59, tzinfo=UTC), id="shortly before a month counts as billed"),
        pytest.param(datetime(2025, 8, 24, 8, 0, tzinfo=UTC), id="the first day on which it does"),
    ],
)
def test_on_any_day_several_hundred_tickets_wait_to_be_billed(now: datetime, tmp_path: Path) -> None:
    for session in reading(tmp_path, now):
        waiting = plan(session)
        assert waiting.billable >= 300
        assert set(waiting.refusals) == set(Refusal)
        assert found(session, table_of(ProposalLine).c.state) == set(LineState)
        assert check(session).violations == []


def test_grouping_moves_cents_that_the_dialog_can_show(demo: Session) -> None:
    totals = plan(demo).alternatives
    assert len({total.net for total in totals.values()}) > 1
    assert totals[Options(by_customer=True)].proposals < totals[Options()].proposals
    assert totals[Options(group_entries=True)].lines < totals[Options()].lines


def test_proposals_come_from_every_pair_of_check_boxes(demo: Session) -> None:
    generation = table_of(Generation).c
    assert set(demo.execute(select(generation.by_customer, generation.group_entries)).all()) == {
        (by_customer, grouped) for by_customer in (False, True) for grouped in (False, True)
    }


def test_every_decision_says_why(demo: Session) -> None:
    ticket = table_of(Ticket).c
    decided = (BillingStatus.SUSPENDED, BillingStatus.NOT_BILLED, BillingStatus.BILLED)
    invoiced = ticket.proposal_id.is_not(None) & (ticket.billing_status == BillingStatus.BILLED)
    assert count(demo, Ticket, ticket.billing_status.in_(decided), ~invoiced, ticket.cancellation_reason == "") == 0
    by_hand = ticket.cancellation_reason.startswith("Fatturato con altro documento")
    assert count(demo, Ticket, by_hand, ticket.billing_status == BillingStatus.BILLED) > 50


def test_the_history_is_of_many_hands_and_runs_forward_to_now(demo: Session) -> None:
    audit = table_of(AuditEntry).c
    instants = [at for at, _ in demo.execute(select(audit.at, audit.id).order_by(audit.id))]
    assert instants == sorted(instants)
    assert instants[-1] <= NOW < instants[0] + timedelta(days=220)
    assert len({at.date() for at in instants}) > 40
    assert set(DEMO_USERS.values()) < found(demo, audit.actor)
    assert found(demo, audit.action) >= set(AuditAction) - {AuditAction.DELETED}


def test_nobody_works_in_the_future_or_at_night(demo: Session) -> None:
    entries = [at for at in values(demo, table_of(TimeEntry).c.started_at) if at]
    assert max(entries) < NOW
    assert {at.hour for at in entries} <= set(range(6, 18))
    ticket = table_of(Ticket).c
    assert count(demo, Ticket, ticket.closed_at < ticket.opened_at) == 0
    assert count(demo, Ticket, (ticket.status == TicketStatus.CLOSED) != ticket.closed_at.is_not(None)) == 0


def test_one_person_of_each_role_can_be_shown(demo: Session) -> None:
    user = table_of(User).c
    people = {(role, name) for role, name in demo.execute(select(user.role, user.name))}
    assert set(DEMO_USERS) == set(Role) - {Role.SYSTEM}
    assert set(DEMO_USERS.items()) < people


def test_italian_customers_have_a_p_iva_that_is_right_and_nobodys(demo: Session) -> None:
    company = table_of(Company).c
    numbers = list(demo.execute(select(company.vat_number).where(company.country == "IT")).scalars())
    assert all(iva.is_valid(number) for number in numbers)
    assert len(set(numbers)) == len(numbers)
    # No tax office has come to serial numbers of five millions and more.
    assert min(int(number[:7]) for number in numbers) >= 5_000_000


def test_numbers_look_like_the_documents_that_they_name(demo: Session) -> None:
    assert all(re.fullmatch(r"PF-2026-\d{6}", number) for number in values(demo, table_of(Proposal).c.number))
    assert all(re.fullmatch(r"TT-\d{5}", number) for number in values(demo, table_of(Ticket).c.number))
    assert all(re.fullmatch(r"(LV|L-2026)-\d{6}", code) for code in values(demo, table_of(TimeEntry).c.code))


def test_no_text_has_a_hole_left_in_it(demo: Session) -> None:
    texts = values(demo, table_of(Ticket).c.title) + values(demo, table_of(TimeEntry).c.description)
    assert not [text for text in texts if "{" in text or not text.strip()]
    assert len(found(demo, table_of(Ticket).c.title)) > 500


def test_the_same_now_makes_the_same_history(demo: Session, tmp_path: Path) -> None:
    for again in reading(tmp_path, NOW):
        # The last digest of the chain covers everything that was ever done.
        newest = select(table_of(AuditEntry).c.digest).order_by(table_of(AuditEntry).c.id.desc()).limit(1)
        assert again.execute(newest).scalar_one() == demo.execute(newest).scalar_one()
        for model in (Company, Ticket, TimeEntry, ProposalLine):
            whole = select(table_of(model)).order_by(table_of(model).c.id)
            assert again.execute(whole).all() == demo.execute(whole).all()
