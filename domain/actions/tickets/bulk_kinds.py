"""The three changes that many tickets can be given at once: which of them it would change, and how it is written.

The rules are those of the ticket's own page: `set_billing` and `edit_ticket`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import Row, bindparam, update
from sqlmodel import Session

from domain.actions.core.acting import Actor
from domain.actions.core.audit import record
from domain.actions.proposals.lines import ActiveLine, required_reason, touch
from domain.actions.tickets.edit import event_of_link, locked_by, relink, status_of_link
from domain.actions.tickets.links import refuse_ended, refuse_other_customer
from domain.actions.tickets.set_billing import lock_drafts, refuse_moved, refuse_rate, refuse_status, write_rate, write_status
from domain.errors import InvalidInput, NotFound, Refused
from domain.model.base import CHUNK, table_of
from domain.model.contracts import ServiceContract
from domain.model.proposals import Proposal
from domain.model.tickets import REASON_LENGTH, Ticket
from domain.rules.billing_status import REASON_REQUIRED, Status, allowed
from domain.rules.contracts import rate_when_linked
from domain.rules.text import clean_text
from domain.vocabulary import AuditAction, ContractKind, Permission


@dataclass(frozen=True, slots=True)
class ToStatus:
    """*Stato Fatturazione* by hand, with a reason where the state wants one."""

    status: Status
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ToRate:
    """*Tariffa*, in cents per hour; 0 takes it away."""

    rate: int


@dataclass(frozen=True, slots=True)
class ToContract:
    """*Servizio a Contratto*; None unlinks."""

    contract_id: int | None


Change = ToStatus | ToRate | ToContract

Lines = Mapping[int, Sequence[ActiveLine]]


class Kind(Protocol):
    """How one kind of change goes."""

    permission: Permission

    def prepare(self, session: Session, actor: Actor, ticket_ids: Collection[int]) -> None:
        """Before the tickets are locked. Raises Refused where nothing could be changed so at all."""

    def changes(self, ticket: Row[Any], lines: Sequence[ActiveLine]) -> bool:
        """Whether it would change a ticket. Raises Refused, saying why it can't."""

    def write(self, session: Session, actor: Actor, tickets: Sequence[Row[Any]], lines: Lines) -> None:
        """Change them all, set by set. Raises ContractRefuses."""


def kind_of(change: Change) -> Kind:
    """How this change goes."""
    match change:
        case ToStatus():
            return _Status(change)
        case ToRate():
            return _Rate(change)
        case ToContract():
            return _Contract(change)


@dataclass(slots=True)
class _Status:
    change: ToStatus
    permission: Permission = Permission.SET_BILLING
    _reason: str = ""
    _drafts: list[Proposal] = field(default_factory=list)

    def prepare(self, session: Session, actor: Actor, ticket_ids: Collection[int]) -> None:  # noqa: ARG002 - as the others
        reason = self.change.reason
        if self.change.status in REASON_REQUIRED:
            self._reason = required_reason(reason)
        else:
            self._reason = clean_text(" ".join(reason.split()), "reason", REASON_LENGTH, required=False)
        self._drafts = lock_drafts(session, ticket_ids)

    def changes(self, ticket: Row[Any], lines: Sequence[ActiveLine]) -> bool:
        if (self.change.status, self._reason) == (ticket.billing_status, ticket.cancellation_reason):
            return False
        refuse_moved(lines, self._drafts)
        refuse_status(ticket.billing_status, self.change.status, lines)
        return True

    def write(self, session: Session, actor: Actor, tickets: Sequence[Row[Any]], lines: Lines) -> None:
        before = {ticket.id: ticket.billing_status for ticket in tickets}
        its = [line for id_ in before for line in lines.get(id_, ())]
        write_status(session, actor, before, self.change.status, self._reason, its)
        touched = {line.proposal_id for line in its}
        for proposal in self._drafts:
            if proposal.id in touched:
                touch(proposal, actor)


@dataclass(slots=True)
class _Rate:
    change: ToRate
    permission: Permission = Permission.SET_BILLING

    def prepare(self, session: Session, actor: Actor, ticket_ids: Collection[int]) -> None:  # noqa: ARG002 - as the others
        refuse_rate(self.change.rate, ())

    def changes(self, ticket: Row[Any], lines: Sequence[ActiveLine]) -> bool:
        if ticket.hourly_rate == self.change.rate:
            return False
        refuse_rate(self.change.rate, lines)
        return True

    def write(self, session: Session, actor: Actor, tickets: Sequence[Row[Any]], lines: Lines) -> None:  # noqa: ARG002
        write_rate(session, actor, {ticket.id: ticket.hourly_rate for ticket in tickets}, self.change.rate)


@dataclass(slots=True)
class _Contract:
    change: ToContract
    permission: Permission = Permission.EDIT_TICKETS
    _contract: ServiceContract | None = None
    _kind: ContractKind | None = None
    _state: Status = None
    _actor: Actor | None = None

    def prepare(self, session: Session, actor: Actor, ticket_ids: Collection[int]) -> None:  # noqa: ARG002 - as the others
        wanted = self.change.contract_id
        if wanted is not None:
            self._contract = session.get(ServiceContract, wanted)
            if self._contract is None:
                raise NotFound("unknown_contract", id=wanted)
            if self._contract.retired:
                raise InvalidInput("retired", field="contract_id", code=self._contract.code)
            self._kind = self._contract.kind
        self._state = status_of_link(session, self._kind, planned=False)
        self._actor = actor

    def changes(self, ticket: Row[Any], lines: Sequence[ActiveLine]) -> bool:
        if ticket.contract_id == self.change.contract_id:
            return False
        if self._contract is not None and self._actor is not None:
            if ticket.planning_id is not None:
                raise InvalidInput("two_coverages", field="planning_id")
            refuse_other_customer(ticket.company_id or ticket.employer_id, self._contract, "contract_id")
            refuse_ended(self._contract, ticket.opened_at or self._actor.now)
        if lines:
            raise locked_by(list(lines))
        event = event_of_link(self._kind, planned=False)
        if not allowed(event, ticket.billing_status, self._state):
            before, after = ticket.billing_status or "", self._state or ""
            raise Refused("billing_transition", event=event.value, before=before, after=after)
        return True

    def write(self, session: Session, actor: Actor, tickets: Sequence[Row[Any]], lines: Lines) -> None:  # noqa: ARG002
        price = self._contract.hourly_rate if self._contract else 0
        rows = []
        for ticket in tickets:
            rate, filled = rate_when_linked(ticket.hourly_rate, self._kind, price, filled=ticket.rate_from_contract)
            rows.append({"of_id": ticket.id, "to": self.change.contract_id, "rate": rate, "filled": filled})
            before: dict[str, Any] = {"contract_id": ticket.contract_id}
            after: dict[str, Any] = {"contract_id": self.change.contract_id}
            if rate != ticket.hourly_rate:
                before["hourly_rate"], after["hourly_rate"] = ticket.hourly_rate, rate
            record(session, actor, AuditAction.CHANGED, "ticket", ticket.id, before=before, after=after)
        for start in range(0, len(rows), CHUNK):
            session.connection().execute(_LINK, rows[start : start + CHUNK])
        relink(session, actor, [ticket.id for ticket in tickets], self._kind, planned=False)


_table = table_of(Ticket)
_LINK = update(_table).where(_table.c.id == bindparam("of_id")).values(
    contract_id=bindparam("to"),
    hourly_rate=bindparam("rate"),
    rate_from_contract=bindparam("filled"),
    version=_table.c.version + 1,
)  # fmt: skip
