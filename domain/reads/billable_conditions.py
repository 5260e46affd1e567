"""The rule of what can be billed, in SQL: for lists and counts over more tickets than are worth reading (spec, section 4).

`domain.rules.eligibility` is the rule; a test holds this form to it on tickets of every kind, on both databases.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, exists, func, or_, select

from domain.model import sql
from domain.model.base import table_of
from domain.model.catalog import Service
from domain.model.customers import Contact
from domain.model.proposals import Proposal, ProposalLine
from domain.model.tickets import Ticket, TimeEntry
from domain.vocabulary import BillingStatus, LineState, ProposalStatus, Refusal, TicketStatus

_ticket, _entry = table_of(Ticket), table_of(TimeEntry).alias("asked")
_service, _contact = table_of(Service).alias("asked_service"), table_of(Contact).alias("asked_contact")

_EXPLAINED = (BillingStatus.TO_BILL, BillingStatus.PROPOSED)


def taken(entry: FromClause) -> ColumnElement[bool]:
    """Whether a proposal would take an entry: `eligibility.billable_entries`."""
    return and_(entry.c.line_id.is_(None), entry.c.manual_decision.is_(None), sql.has_open_work(entry))


def _has(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(_entry.c.ticket_id == _ticket.c.id, taken(_entry), *conditions)


def _unbilled_work() -> ColumnElement[bool]:
    """Work that is neither goodwill nor on an invoice: it explains a state without anything left to take."""
    line, proposal = table_of(ProposalLine), table_of(Proposal)
    invoiced = (
        exists()
        .where(line.c.id == _entry.c.line_id, line.c.state == LineState.BILL)
        .where(proposal.c.id == line.c.proposal_id, proposal.c.status == ProposalStatus.INVOICED)
    )
    some = or_(sql.has_open_work(_entry), _entry.c.covered_minutes > 0)
    return exists().where(_entry.c.ticket_id == _ticket.c.id, some, ~invoiced)


def _of_contact(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(_contact.c.id == _ticket.c.contact_id, condition)


to_bill = _ticket.c.billing_status.is_not_distinct_from(BillingStatus.TO_BILL)
"""Whether a ticket is *Da Fatturare*."""
_unpriced = exists().where(_service.c.id == _entry.c.service_id, sql.unpriced(_ticket, _service)).correlate(_ticket, _entry)

REFUSED: Mapping[Refusal, ColumnElement[bool]] = {
    Refusal.NOT_CLOSED: _ticket.c.status != TicketStatus.CLOSED,
    Refusal.NOT_TO_BILL: or_(_ticket.c.billing_status.is_(None), _ticket.c.billing_status.not_in(_EXPLAINED)),
    Refusal.ALREADY_PROPOSED: _ticket.c.billing_status.is_not_distinct_from(BillingStatus.PROPOSED),
    Refusal.NO_TIME_ENTRIES: and_(~_has(), or_(to_bill, ~_unbilled_work())),
    Refusal.ENTRY_WITHOUT_SERVICE: _has(_entry.c.service_id.is_(None)),
    Refusal.ENTRY_WITHOUT_DATE: _has(_entry.c.worked_on.is_(None)),
    Refusal.ENTRY_WITHOUT_TIME: _has(_entry.c.billable_minutes.is_(None)),
    Refusal.NO_RATE: _has(_unpriced),
    Refusal.NO_COMPANY: and_(_ticket.c.company_id.is_(None), _ticket.c.contact_id.is_(None)),
    Refusal.CONTACT_WITHOUT_COMPANY: and_(_ticket.c.company_id.is_(None), _of_contact(_contact.c.company_id.is_(None))),
}
"""Conditions on the ticket table: whether the rule has this objection to a ticket."""

_bad = or_(_entry.c.service_id.is_(None), _entry.c.worked_on.is_(None), _entry.c.billable_minutes.is_(None))

billable: ColumnElement[bool] = and_(
    ~REFUSED[Refusal.NOT_CLOSED],
    to_bill,
    ~REFUSED[Refusal.NO_COMPANY],
    ~REFUSED[Refusal.CONTACT_WITHOUT_COMPANY],
    _has(),
    ~_has(or_(_bad, _unpriced)),
)
"""Whether the rule has no objection at all to a ticket: the cheapest questions first, each entry looked at twice at most."""


def worth_of(*tickets: ColumnElement[bool]) -> Select[Any]:
    """Minutes, and net in cents entry by entry, of what a proposal would take of billable tickets that meet `tickets`."""
    entry, service = table_of(TimeEntry), table_of(Service)
    each = (sql.open_minutes(entry), sql.open_value(entry, _ticket, service))
    sums = (func.coalesce(func.sum(amount), 0) for amount in each)
    source = _ticket.join(entry, entry.c.ticket_id == _ticket.c.id).join(service, service.c.id == entry.c.service_id)
    return select(*sums).select_from(source).where(billable, taken(entry), *tickets)
