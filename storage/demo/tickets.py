"""Six months of tickets and work: closed ones by month, open ones, and some blocked by each reason."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from domain.vocabulary import ContractKind, TicketStatus
from storage.demo.calendar import Span, local, working_days
from storage.demo.cast import TECHNICIANS
from storage.demo.customers import ABROAD, ONSITE, QUOTED, TRAVEL, Customer, Market
from storage.demo.phrases import HASTY, TOPICS, Topic, fill, steps

BILLED_TICKETS, TICKETS_TO_BILL, OPEN_TICKETS = 600, 470, 44
_FIRST_NUMBER = 4_211
_OPENS, _CLOSES, _LAST_CALL = 8 * 60 + 30, 18 * 60, 17 * 60
_ENTRY_COUNTS, _ENTRY_WEIGHTS = (1, 2, 3, 4, 5, 6), (34, 27, 18, 11, 6, 4)
_MINUTES, _MINUTE_WEIGHTS = (
    (10, 15, 20, 25, 30, 45, 50, 60, 75, 90, 120, 150, 180, 240),
    (2, 7, 5, 3, 9, 9, 3, 9, 5, 6, 5, 2, 2, 1),
)
_LONGEST_PAUSE, _FEW = 12, 3
_RATES = (5_500, 6_650, 7_250, 9_500)


@dataclass(slots=True)
class Work:
    """A time entry. `started_at` in local time, None if missing; `entered_at` is when it was entered."""

    code: str
    service: str
    started_at: datetime | None
    entered_at: datetime
    worked: int
    billable: int | None
    operator: str
    description: str


@dataclass(slots=True)
class DemoTicket:
    """A ticket with its time entries, in local time. `rate` in cents per hour."""

    title: str
    status: TicketStatus
    opened_at: datetime
    closed_at: datetime | None
    owner: str
    company: str = ""
    contact: str = ""
    contract: str = ""
    planning: str = ""
    rate: int = 0
    number: str = ""
    work: list[Work] = field(default_factory=list)


class ReviewState:
    """Makes tickets one by one, without overlapping work of a technician."""

    def __init__(self, rng: Random, market: Market, span: Span) -> None:
        self.rng = rng
        self._market = market
        self._days = working_days(span.start - timedelta(days=40), span.open_to)
        self._free_from: dict[tuple[str, date], int] = {}

    def closed(self, first: date, last: date) -> DemoTicket:
        """A ticket closed on one of these days."""
        rng = self.rng
        day = rng.choice([number for number, day in enumerate(self._days) if first <= day <= last])
        count = rng.choices(_ENTRY_COUNTS, _ENTRY_WEIGHTS)[0]
        reach = 0 if count == 1 else rng.randint(0, 2 * count)
        worked_on = sorted([*(rng.randint(max(day - reach, 0), day) for _ in range(count - 1)), day])
        ticket = self._with_work([self._days[number] for number in worked_on])
        last_work = ticket.work[-1]
        ticket.closed_at = last_work.entered_at + timedelta(minutes=rng.choice((0, 2, 5, 9)))
        return ticket

    def open(self, days_ago: int) -> DemoTicket:
        """An unfinished ticket, opened the given number of working days ago."""
        rng = self.rng
        worked_on = sorted(rng.choices(self._days[-days_ago:], k=rng.randint(1, 3)))
        ticket = self._with_work(worked_on)
        ticket.status = rng.choice((TicketStatus.IN_PROGRESS, TicketStatus.IN_PROGRESS, TicketStatus.WAITING, TicketStatus.OPEN))
        if ticket.status is TicketStatus.OPEN:
            ticket.work.clear()
        return ticket

    def _with_work(self, worked_on: list[date]) -> DemoTicket:
        rng = self.rng
        topic = rng.choices(TOPICS, [topic.weight for topic in TOPICS])[0]
        about = fill(rng)
        customer = rng.choices(self._market.customers, [customer.weight for customer in self._market.customers])[0]
        owner = rng.choice(TECHNICIANS)
        service = ABROAD if customer.abroad else rng.choice(topic.services)
        work = self._work(topic, about, service, owner, worked_on)
        opened_at = self._opened_before(work[0].started_at or work[0].entered_at)
        ticket = DemoTicket(rng.choice(topic.titles).format_map(about), TicketStatus.CLOSED, opened_at, None, owner, work=work)
        self._give_customer(ticket, customer)
        if service == QUOTED or happens(rng, 7):
            ticket.rate = rng.choice(_RATES)
        return ticket

    def _give_customer(self, ticket: DemoTicket, customer: Customer) -> None:
        rng = self.rng
        if happens(rng, 22):
            ticket.contact = rng.choice(customer.contacts)
        else:
            ticket.company = customer.code
        for code, kind in customer.contracts:
            if happens(rng, 75 if kind is ContractKind.FLAT else 55):
                ticket.contract = code
        if customer.plannings and happens(rng, 45):
            ticket.planning = rng.choice(customer.plannings)

    def _work(self, topic: Topic, about: dict[str, str], service: str, owner: str, worked_on: list[date]) -> list[Work]:
        rng = self.rng
        work = []
        for day, text in zip(worked_on, steps(rng, topic, len(worked_on), about), strict=True):
            operator = rng.choice(TECHNICIANS) if happens(rng, 15) else owner
            minutes = rng.choices(_MINUTES, _MINUTE_WEIGHTS)[0]
            piece = self._piece(operator, day, minutes, service, text)
            if happens(rng, 6) and len(worked_on) > 1:
                piece.billable, piece.description = 0, f"{text} (omaggio)"
            elif happens(rng, 8) and minutes > min(_MINUTES):
                piece.billable = max(minutes - 15, 10)
            work.append(piece)
            if service == ONSITE and len(worked_on) <= _FEW and happens(rng, 50):
                work.append(self._piece(operator, day, rng.choice((30, 40, 50, 60)), TRAVEL, "Trasferta andata e ritorno"))
        # A colleague who helps on the same day may start before the owner.
        return sorted(work, key=lambda piece: piece.entered_at)

    def _piece(self, operator: str, day: date, minutes: int, service: str, text: str) -> Work:
        """A time entry at the operator's next free time of the day, else by another free operator."""
        colleagues = [operator, *self.rng.sample(TECHNICIANS, len(TECHNICIANS))]
        starts = {name: self._free_from.get((name, day), _OPENS) for name in colleagues}
        name = next((name for name in colleagues if starts[name] + minutes <= _CLOSES), operator)
        start = min(starts[name] + 5 * self.rng.randint(0, _LONGEST_PAUSE), _CLOSES - minutes)
        self._free_from[name, day] = start + minutes
        return Work("", service, local(day, start), local(day, start + minutes), minutes, minutes, name, text)

    def _opened_before(self, work: datetime) -> datetime:
        """Opening time: shortly before the work, or some days before."""
        rng = self.rng
        called = work - timedelta(minutes=rng.randint(8, 120))
        if called > local(work.date(), _OPENS) and happens(rng, 80):
            return called
        earlier = [day for day in self._days if day < work.date()][-rng.randint(1, 3)]
        return local(earlier, rng.randint(_OPENS, _LAST_CALL))


def build_tickets(rng: Random, market: Market, span: Span) -> list[DemoTicket]:
    """All tickets in the order in which they were opened, numbered."""
    desk = ReviewState(rng, market, span)
    per_month = BILLED_TICKETS // len(span.billed)
    tickets = [desk.closed(month.first, month.last) for month in span.billed for _ in range(per_month)]
    tickets += [desk.closed(span.open_from, span.open_to) for _ in range(TICKETS_TO_BILL)]
    for spoil in _DEFECTS:
        for _ in range(2):
            month = rng.choice(span.billed)
            tickets.append(spoil(desk.closed(month.first, month.last), rng, market))
        tickets += [spoil(desk.closed(span.open_from, span.open_to), rng, market) for _ in range(rng.randint(3, 5))]
    tickets += [desk.open(rng.choice((3, 5, 8, 12, 12, 15, 20, 60))) for _ in range(OPEN_TICKETS)]
    tickets.sort(key=lambda ticket: (ticket.opened_at, ticket.title))
    _write_hastily(tickets)
    code = 0
    for number, ticket in enumerate(tickets, start=_FIRST_NUMBER):
        ticket.number = f"TT-{number:05d}"
        for work in ticket.work:
            code += 1
            work.code = f"LV-{code:06d}"
    return tickets


def _write_hastily(tickets: list[DemoTicket]) -> None:
    """Make some descriptions vague and some entries overlap."""
    rng = Random(len(tickets))  # noqa: S311 - no secret, and the same every time
    before: dict[tuple[str, date], Work] = {}
    for ticket in tickets:
        for work in ticket.work:
            if happens(rng, 2):
                work.description = rng.choice(HASTY)
            if work.started_at is None:
                continue
            earlier = before.get((work.operator, work.started_at.date()))
            if earlier and earlier.started_at and happens(rng, 8):
                over = earlier.started_at + timedelta(minutes=earlier.worked // 2)
                work.started_at = over if ticket.opened_at < over < work.started_at else work.started_at
            before[work.operator, work.started_at.date()] = work


def happens(rng: Random, percent: int) -> bool:
    """True with a probability in percent."""
    return rng.random() * 100 < percent


def _to_bill(ticket: DemoTicket) -> DemoTicket:
    """Clear other reasons, so that only the given defect blocks the ticket."""
    ticket.contract = ticket.planning = ""
    for work in ticket.work:
        work.billable = work.worked
    return ticket


def _without_work(ticket: DemoTicket, _rng: Random, _market: Market) -> DemoTicket:
    _to_bill(ticket).work.clear()
    return ticket


def _goodwill_only(ticket: DemoTicket, _rng: Random, _market: Market) -> DemoTicket:
    for work in _to_bill(ticket).work:
        work.billable = 0
    return ticket


def _without_service(ticket: DemoTicket, rng: Random, _market: Market) -> DemoTicket:
    rng.choice(_to_bill(ticket).work).service = ""
    return ticket


def _without_date(ticket: DemoTicket, rng: Random, _market: Market) -> DemoTicket:
    rng.choice(_to_bill(ticket).work).started_at = None
    return ticket


def _without_minutes(ticket: DemoTicket, rng: Random, _market: Market) -> DemoTicket:
    rng.choice(_to_bill(ticket).work).billable = None
    return ticket


def _without_rate(ticket: DemoTicket, rng: Random, _market: Market) -> DemoTicket:
    rng.choice(_to_bill(ticket).work).service = QUOTED
    ticket.rate = 0
    return ticket


def _without_company(ticket: DemoTicket, _rng: Random, _market: Market) -> DemoTicket:
    _to_bill(ticket).company = ticket.contact = ""
    return ticket


def _of_unknown_person(ticket: DemoTicket, rng: Random, market: Market) -> DemoTicket:
    _to_bill(ticket).company, ticket.contact = "", rng.choice(market.unknown_people)
    return ticket


def _several(ticket: DemoTicket, rng: Random, market: Market) -> DemoTicket:
    return _without_minutes(_without_service(_without_company(ticket, rng, market), rng, market), rng, market)


_DEFECTS: tuple[Callable[[DemoTicket, Random, Market], DemoTicket], ...] = (
    _without_work,
    _goodwill_only,
    _without_service,
    _without_date,
    _without_minutes,
    _without_rate,
    _without_company,
    _of_unknown_person,
    _several,
)
