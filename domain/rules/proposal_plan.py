"""The plan of a generation: pure, shown as a preview and then written (spec, section 4)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import NamedTuple

from domain.money import line_amount
from domain.rules.eligibility import (
    BillableView,
    EntryView,
    Objection,
    ServiceView,
    billable_entries,
    objections,
)
from domain.rules.pricing import UnitPrice, unit_price
from domain.vocabulary import Refusal


class Options(NamedTuple):
    """The two check boxes of the dialog."""

    by_customer: bool = False
    group_entries: bool = False


class LineDraft(NamedTuple):
    """A line to write: `minutes` at `price.rate` cents per hour give `net` cents; it takes the entries `entry_ids`."""

    ticket_id: int
    service: ServiceView
    price: UnitPrice
    first_on: date
    last_on: date
    minutes: int
    net: int
    description: str
    entry_ids: tuple[int, ...]


class ProposalDraft(NamedTuple):
    """A proposal to write, for one company."""

    company_id: int
    lines: list[LineDraft]


class RefusedTicket(NamedTuple):
    """A refused ticket with every reason."""

    id: int
    number: str
    title: str
    objections: tuple[Objection, ...]


class Totals(NamedTuple):
    """Totals under a pair of options; `net` in cents."""

    proposals: int = 0
    lines: int = 0
    minutes: int = 0
    net: int = 0


@dataclass(slots=True)
class ProposalPlan:
    """The proposals and refusals of a generation. `alternatives` has the totals of each pair of options."""

    options: Options
    drafts: list[ProposalDraft] = field(default_factory=list)
    refused: list[RefusedTicket] = field(default_factory=list)
    billable: int = 0
    alternatives: dict[Options, Totals] = field(default_factory=dict)

    @property
    def tickets(self) -> int:
        """Number of examined tickets."""
        return self.billable + len(self.refused)

    @property
    def totals(self) -> Totals:
        """Totals under the chosen options."""
        return self.alternatives[self.options]

    @property
    def refusals(self) -> dict[Refusal, int]:
        """Refused tickets per code; a ticket counts once under each of its codes."""
        counts = Counter(code for ticket in self.refused for code in {o.code for o in ticket.objections})
        return {code: counts[code] for code in Refusal if counts[code]}

    @property
    def fingerprint(self) -> str:
        """Digest of everything to write; plans with equal digests write the same."""
        digest = sha256(repr(self.options).encode())
        for draft in self.drafts:
            digest.update(repr(draft).encode())
        return digest.hexdigest()


def plan_proposals(tickets: Iterable[BillableView], options: Options, *, compare: bool = True) -> ProposalPlan:
    """Plan the proposals of `tickets`, in their order (spec, section 4).

    Without `compare` the other way to group entries is not reckoned, and its alternatives are left out.
    """
    plan = ProposalPlan(options)
    drafts: dict[int, ProposalDraft] = {}
    sums = {grouped: [0, 0, 0] for grouped in (False, True) if compare or grouped is options.group_entries}
    companies = set()
    for ticket in tickets:
        found = objections(ticket)
        company_id = ticket.customer_id
        if found or company_id is None:
            plan.refused.append(RefusedTicket(ticket.id, ticket.number, ticket.title, found))
            continue
        plan.billable += 1
        companies.add(company_id)
        for grouped, total in sums.items():
            lines = plan_lines(ticket, group_entries=grouped)
            total[0] += len(lines)
            for line in lines:
                total[1] += line.minutes
                total[2] += line.net
            if grouped is options.group_entries:
                key = company_id if options.by_customer else -ticket.id
                drafts.setdefault(key, ProposalDraft(company_id, [])).lines.extend(lines)
    plan.drafts = list(drafts.values())
    plan.alternatives = {
        Options(by_customer, grouped): Totals(len(companies) if by_customer else plan.billable, *total)
        for by_customer in (False, True)
        for grouped, total in sums.items()
    }
    return plan


def plan_lines(ticket: BillableView, *, group_entries: bool) -> list[LineDraft]:
    """The lines of a billable ticket: one per entry, or one per (service, unit price, VAT); never across tickets."""
    entries = sorted(billable_entries(ticket), key=lambda e: (e.worked_on or date.min, e.id))
    if not group_entries:
        return [_line(ticket, [entry], entry.description) for entry in entries]
    # Within a ticket the service determines price and VAT, so grouping by service groups by all three.
    groups: dict[ServiceView | None, list[EntryView]] = {}
    for entry in entries:
        groups.setdefault(entry.service, []).append(entry)
    return [_line(ticket, group) for group in groups.values()]


def merged_description(first_on: date, last_on: date) -> str:
    """The description of a merged line, also for a single day (spec, section 4)."""
    return f"lavori eseguiti dal {first_on:%d-%m-%Y} al {last_on:%d-%m-%Y}"


def _line(ticket: BillableView, entries: list[EntryView], description: str | None = None) -> LineDraft:
    """A line from entries of one service, by date. All have the same price, since the ticket's rate is one."""
    service, first_on, last_on = entries[0].service, entries[0].worked_on, entries[-1].worked_on
    price = unit_price(ticket.rate, service.rate) if service else None
    if service is None or price is None or first_on is None or last_on is None:
        raise ValueError(f"not billable: {ticket.number} {entries[0].code}")
    minutes = sum([entry.minutes or 0 for entry in entries])
    if description is None:
        description = merged_description(first_on, last_on)
    net = line_amount(minutes, price.rate)
    ids = tuple([entry.id for entry in entries])
    return LineDraft(ticket.id, service, price, first_on, last_on, minutes, net, description, ids)
