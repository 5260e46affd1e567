"""The demo as a timeline: every step in order of time, through the actions, by a user of the firm."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random

from sqlalchemy import select
from sqlmodel import Session

from domain.actions.core.acting import Actor
from domain.actions.people.people import AddUser, add_user
from domain.actions.settings.firm import edit_firm
from domain.model.base import table_of
from domain.model.customers import Company
from domain.model.people import SYSTEM_USER
from domain.rules.calendar import FIRM_ZONE
from domain.rules.firm import FirmData
from domain.rules.proposal_plan import Options
from domain.vocabulary import LineState, Role
from storage.database import Database
from storage.demo.billing_story import Narrator
from storage.demo.calendar import Month, Span, fridays, instant, local, span_until, working_days
from storage.demo.cast import BILLING_MANAGERS, COLLEAGUES, DEMO_USERS, FIRM, OPERATORS
from storage.demo.customers import Market, build_market
from storage.demo.importing import export_between, import_rows
from storage.demo.invoicing_story import InvoicingStory
from storage.demo.tickets import DemoTicket, build_tickets

_SEED = 20_260_101
_EXPORT_AT = 18 * 60 + 40
_REVIEW_DAYS = 7
_ONE_BY_ONE = "C0003"
"""A customer with one proposal per ticket."""


Telling = Callable[[Session, Month, Actor], None]
"""A step of a month's story."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of `who` at an instant."""

    at: datetime
    who: str
    do: Callable[[Session, Actor], None]


def build_demo(database: Database, *, now: datetime) -> None:
    """Fill an empty, migrated database with the six months before `now` (aware). The same `now` gives the same data."""
    rng = Random(_SEED)  # noqa: S311  invented data, no secret
    span = span_until(now)
    market = build_market(rng, span.start)
    tickets = build_tickets(rng, market, span)
    steps = [*_founding(market, span), *_exports(rng, tickets, span, now), *_billing(rng, span), *_by_hand(rng, span)]
    with database.write() as session:
        for step in sorted(steps, key=lambda step: step.at):
            if step.at <= now:
                step.do(session, Actor(step.who, step.at))


def _founding(market: Market, span: Span) -> Iterator[Step]:
    """A week before the first month: users, customers, services and contracts."""
    began = span.start - timedelta(days=7)
    names = {**{name: role for role, name in DEMO_USERS.items()}, **COLLEAGUES}
    for number, (name, role) in enumerate(names.items()):
        yield Step(instant(began, 9 * 60 + 2 * number), SYSTEM_USER, _adding(name, role))

    def take_in(session: Session, actor: Actor) -> None:
        import_rows(session, market.rows, actor=actor)

    def introduce(session: Session, actor: Actor) -> None:
        edit_firm(session, FirmData(), FIRM, actor=actor)

    yield Step(instant(began, 9 * 60 + 50), DEMO_USERS[Role.ADMINISTRATOR], introduce)
    yield Step(instant(began, 10 * 60 + 14), DEMO_USERS[Role.ADMINISTRATOR], take_in)


def _adding(name: str, role: Role) -> Callable[[Session, Actor], None]:
    def add(session: Session, actor: Actor) -> None:
        add_user(session, AddUser(name, role), actor=actor)

    return add


def _exports(rng: Random, tickets: list[DemoTicket], span: Span, now: datetime) -> Iterator[Step]:
    """Exports of the help desk every Friday evening, and a last one shortly before `now`."""
    after = local(span.start - timedelta(days=60), 0)
    instants = [instant(day, _EXPORT_AT) for day in fridays(span.start - timedelta(days=7), span.open_to)]
    for at in [*instants, now - timedelta(minutes=40)]:
        until = at.astimezone(FIRM_ZONE).replace(tzinfo=None)
        yield Step(at, rng.choice(OPERATORS), _importing(tickets, after, until))
        after = until


def _importing(tickets: list[DemoTicket], after: datetime, until: datetime) -> Callable[[Session, Actor], None]:
    def take_in(session: Session, actor: Actor) -> None:
        import_rows(session, export_between(tickets, after, until), actor=actor)

    return take_in


def _billing(rng: Random, span: Span) -> Iterator[Step]:
    """The first month is billed elsewhere; the others are proposed and reviewed."""
    narrator = Narrator(rng)
    first, *others = span.billed
    yield Step(
        instant(first.billed_on, 11 * 60), DEMO_USERS[Role.BILLING_MANAGER], lambda s, a: narrator.bill_elsewhere(s, first, a)
    )
    for number, month in enumerate(others):
        options = Options(by_customer=True, group_entries=number % 2 == 0)
        yield from _month(narrator, month, options, rng.choice(BILLING_MANAGERS))
        yield from _closing(InvoicingStory(rng), month, newest=month is others[-1])
    cancelled, thought_over = others[0], others[-1]
    days = working_days(cancelled.billed_on, cancelled.billed_on + timedelta(days=14))
    yield Step(instant(days[5], 16 * 60), DEMO_USERS[Role.TEAM_LEAD], lambda s, a: narrator.cancel(s, cancelled, a))
    yield Step(instant(days[6], 9 * 60 + 30), BILLING_MANAGERS[-1], lambda s, a: narrator.cancel(s, cancelled, a))
    days = working_days(thought_over.billed_on, thought_over.billed_on + timedelta(days=14))
    yield Step(instant(days[4], 12 * 60), BILLING_MANAGERS[0], lambda s, a: narrator.remove_from_proposal(s, thought_over, a))
    for minute, state in ((9 * 60 + 50, LineState.BILL), (17 * 60 + 20, LineState.SUSPENDED)):
        yield Step(instant(days[5], minute), OPERATORS[0], _late(narrator, thought_over, state))


def _late(narrator: Narrator, month: Month, state: LineState) -> Callable[[Session, Actor], None]:
    return lambda session, actor: narrator.late_work(session, month, state, actor)


def _month(narrator: Narrator, month: Month, options: Options, who: str) -> Iterator[Step]:
    """Generate one customer's proposals per ticket and the others by customer, and review them over some days."""

    def one_by_one(session: Session, actor: Actor) -> None:
        company = table_of(Company).c
        company_id = session.execute(select(company.id).where(company.code == _ONE_BY_ONE)).scalar_one()
        narrator.generate(session, month, Options(group_entries=not options.group_entries), actor, company_id)

    yield Step(instant(month.billed_on, 9 * 60 + 40), who, one_by_one)
    yield Step(instant(month.billed_on, 9 * 60 + 55), who, lambda s, a: narrator.generate(s, month, options, a))
    days = working_days(month.billed_on, month.billed_on + timedelta(days=14))[:_REVIEW_DAYS]
    for day in days:
        for half_day in (10 * 60, 15 * 60):
            at = instant(day, half_day + narrator.rng.randint(5, 100))
            decisions = narrator.rng.randint(1, 3)
            reviewer = narrator.rng.choice(BILLING_MANAGERS)
            yield Step(at, reviewer, _reviewing(narrator, month, decisions))
    yield Step(instant(days[3], 17 * 60 + 10), who, lambda s, a: narrator.restore(s, month, a))


def _closing(story: InvoicingStory, month: Month, *, newest: bool) -> Iterator[Step]:
    """Submit, approve and invoice reviewed proposals; the newest month is only partly done."""
    manager, lead = DEMO_USERS[Role.BILLING_MANAGER], DEMO_USERS[Role.TEAM_LEAD]
    days = working_days(month.billed_on, month.billed_on + timedelta(days=40))
    story_of: list[tuple[int, int, str, Telling]] = [
        (5, 11 * 60 + 20, manager, story.adjust),
        (5, 11 * 60 + 45, manager, story.split),
        (7, 15 * 60 + 10, manager, partial(story.submit, every=2 if newest else 1)),
        (8, 9 * 60 + 15, lead, story.reject),
        (8, 9 * 60 + 30, lead, partial(story.approve, leaving=3 if newest else 0)),
        (8, 16 * 60 + 40, manager, partial(story.submit, every=5 if newest else 1)),
    ]
    if not newest:
        story_of += [
            (9, 9 * 60 + 5, lead, story.approve),
            (9, 11 * 60 + 30, manager, story.invoice),
            (13, 10 * 60 + 10, lead, story.credit),
            (15, 9 * 60 + 40, manager, story.resume),
            (15, 9 * 60 + 55, manager, story.look_again),
        ]
    for day, minute, who, tell in story_of:
        yield Step(instant(days[day], minute), who, partial(_telling, tell, month))


def _telling(tell: Telling, month: Month, session: Session, actor: Actor) -> None:
    tell(session, month, actor)


def _reviewing(narrator: Narrator, month: Month, decisions: int) -> Callable[[Session, Actor], None]:
    return lambda session, actor: narrator.review(session, month, decisions, actor)


def _by_hand(rng: Random, span: Span) -> Iterator[Step]:
    """Manual decisions on some tickets since the last generation."""
    narrator = Narrator(rng)
    for friday in fridays(span.open_from, span.open_to):
        day = friday + timedelta(days=rng.choice((3, 4)))
        yield Step(instant(day, 9 * 60 + rng.randint(0, 120)), rng.choice(BILLING_MANAGERS), _deciding(narrator))


def _deciding(narrator: Narrator) -> Callable[[Session, Actor], None]:
    return lambda session, actor: narrator.decide_by_hand(session, 5, actor)
