"""What an imported row may not do to what is stored: move what a proposal holds, or tear links apart (spec, sections 5, 8)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session

from domain.actions.contracts.draw import ContractRefuses
from domain.actions.records.drafts import Draft, by_ids, column_of
from domain.errors import Refused
from domain.model import sql
from domain.model.base import table_of
from domain.model.contracts import Planning, ServiceContract
from domain.model.customers import Contact
from domain.model.proposals import Proposal, ProposalLine
from domain.model.tickets import Ticket, TimeEntry
from domain.reads.firm import firm_of
from domain.rules.billing_status import Status, allowed, status_when_linked
from domain.rules.records.tables import RecordKind
from domain.vocabulary import BillingEvent, ContractKind, ContractUnit, TicketStatus

_HELD_FIELDS = ("company_id", "contact_id", "contract_id", "planning_id", "hourly_rate")
"""What the lines of a proposal were made of: not to be changed under them."""


class Contract(NamedTuple):
    """What a ticket's checks need of its contract; `rate` in cents per hour."""

    company_id: int
    kind: ContractKind
    rate: int


def check(session: Session, table: RecordKind, drafts: Sequence[Draft]) -> None:
    """Make bad rows of those that what is stored does not allow; tickets get their contract's rate on the way.

    Duplicates must have been refused before: of the good rows no two are the same record.
    """
    if (guard := _GUARDS.get(table)) is not None:
        guard(session, drafts)


def _good(drafts: Sequence[Draft]) -> list[Draft]:
    """Rows that nothing is wrong with so far; no two of them are the same record."""
    return [draft for draft in drafts if not draft.problems]


def link_change(draft: Draft, linking: Mapping[int | None, Status]) -> tuple[BillingEvent, Status] | None:
    """The event, and the billing status it leads to, where a stored ticket gets another contract or planning; else None.

    `linking` has the status that each contract gives, and that of none.
    """
    if not draft.changed("contract_id", "planning_id"):
        return None
    if draft.row["planning_id"]:
        return BillingEvent.PLANNING_LINKED, status_when_linked(None, planned=True)
    event = BillingEvent.CONTRACT_LINKED if draft.row["contract_id"] else BillingEvent.UNLINKED
    return event, linking[draft.row["contract_id"]]


def linking_of(session: Session, drafts: Sequence[Draft]) -> dict[int | None, Status]:
    """The billing status that each contract of these tickets gives a ticket which is linked to it; under None that of none."""
    covered = firm_of(session).cover_time_and_materials
    kinds: dict[int | None, ContractKind | None] = {None: None}
    kinds |= {id_: contract.kind for id_, contract in contracts_of(session, drafts).items()}
    return {id_: status_when_linked(kind, planned=False, cover_time_and_materials=covered) for id_, kind in kinds.items()}


def contracts_of(session: Session, drafts: Sequence[Draft]) -> dict[int, Contract]:
    """The contracts that these tickets would have, by id."""
    ids = {draft.row["contract_id"] for draft in drafts} - {None}
    rows = by_ids(session, ServiceContract, ids, "company_id", "kind", "hourly_rate") if ids else ()
    return {id_: Contract(*rest) for id_, *rest in rows}


def _companies_of(session: Session, model: type[Contact | Planning], ids: Collection[int]) -> dict[int, int | None]:
    return dict(map(tuple, by_ids(session, model, ids, "company_id"))) if ids else {}


def _tickets(session: Session, drafts: Sequence[Draft]) -> None:
    contracts = contracts_of(session, drafts)
    contacts = _companies_of(session, Contact, {draft.row["contact_id"] for draft in drafts} - {None})
    plannings = _companies_of(session, Planning, {draft.row["planning_id"] for draft in drafts} - {None})
    for draft in drafts:
        row = draft.row
        contract = contracts.get(row["contract_id"])
        _take_rate(draft, contract)
        # A customer that is not yet known is nobody else's: such a ticket comes in.
        customer = row["company_id"] or contacts.get(row["contact_id"])
        covered = contract.company_id if contract else plannings.get(row["planning_id"])
        if customer and covered and customer != covered:
            draft.refuse("contract_code" if contract else "planning_code", "other_customer")
    _held_tickets(session, drafts)
    linking = linking_of(session, drafts)
    for draft in _good(drafts):
        change = link_change(draft, linking)
        if change and draft.stored and not allowed(change[0], draft.stored["billing_status"], change[1]):
            draft.refuse(column_of(draft.table, draft.changed("contract_id", "planning_id")[0]), "ticket_billed")


def _take_rate(draft: Draft, contract: Contract | None) -> None:
    """Linking a time and materials contract fills *Tariffa* where it is not set; a rate that the file leaves open stays.

    Another contract, or none, takes away the rate that the one before filled.
    """
    row, stored = draft.row, draft.stored
    if draft.values.get("hourly_rate"):
        row["rate_from_contract"] = bool(stored and stored["rate_from_contract"]) and not draft.changed("hourly_rate")
        return
    row["hourly_rate"] = stored["hourly_rate"] if stored else 0
    relinked = stored is None or draft.changed("contract_id")
    if relinked and row["rate_from_contract"]:
        row["hourly_rate"], row["rate_from_contract"] = 0, False
    if contract and relinked and contract.kind is ContractKind.TIME_AND_MATERIALS and contract.rate and not row["hourly_rate"]:
        row["hourly_rate"], row["rate_from_contract"] = contract.rate, True


def _held_tickets(session: Session, drafts: Sequence[Draft]) -> None:
    """A ticket with entries on a live line is not reopened, and what its lines were made of stays."""
    touched: dict[int, tuple[Draft, str]] = {}
    for draft in _good(drafts):
        changed = draft.changed(*_HELD_FIELDS)
        if draft.row["status"] is not TicketStatus.CLOSED:
            changed += draft.changed("status")
        if changed:
            touched[draft.id] = draft, column_of(draft.table, changed[0])
    ticket = table_of(Ticket).c.id
    for id_, number in _holding_proposals(session, ticket, touched):
        draft, column = touched[id_]
        draft.refuse(column, "ticket_locked", proposal=number)


def _entries(session: Session, drafts: Sequence[Draft]) -> None:
    """An entry on a live line stays as it is."""
    held = {draft.id: draft for draft in _good(drafts) if draft.stored and draft.stored["line_id"] and draft.changed()}
    for id_, number in _holding_proposals(session, table_of(TimeEntry).c.id, held):
        draft = held[id_]
        draft.refuse(column_of(draft.table, draft.changed()[0]), "entry_locked", proposal=number)


def refuse_by_contract(table: RecordKind, drafts: Sequence[Draft], refused: ContractRefuses) -> None:
    """Make bad rows of the tickets, or the work, that their contract does not take; or of the contract itself."""
    if table is RecordKind.CONTRACTS:
        by_code = {refusal.params["contract"]: refusal for refusal in refused.each.values()}
        for draft in drafts:
            if refusal := by_code.get(draft.key):
                draft.refuse("unit", refusal.code, **_params(refusal))
        return
    for draft in drafts:
        column, concerned = "ticket_number", [draft.row.get("ticket_id"), (draft.stored or {}).get("ticket_id")]
        if table is RecordKind.TICKETS:
            column, concerned = "contract_code" if draft.changed("contract_id") else "status", [(draft.stored or {}).get("id")]
        for id_ in refused.each.keys() & concerned:
            draft.refuse(column, refused.each[id_].code, **_params(refused.each[id_]))


def _params(refusal: Refused) -> dict[str, str | int]:
    params = {name: value for name, value in refusal.params.items() if value is not None}
    return {name: value if isinstance(value, int) else str(value) for name, value in params.items()}


def _holding_proposals(session: Session, what: ColumnElement[Any], ids: Collection[int]) -> list[tuple[int, str]]:
    """Which of these ids of `what` (a column of ticket or time entry) are held by a live line, and by which proposal."""
    if not ids:
        return []
    ticket, entry = table_of(Ticket), table_of(TimeEntry)
    line, proposal = table_of(ProposalLine), table_of(Proposal)
    statement = (
        select(what, func.min(proposal.c.number))
        .select_from(ticket)
        .join(entry, entry.c.ticket_id == ticket.c.id)
        .join(line, line.c.id == entry.c.line_id)
        .join(proposal, proposal.c.id == line.c.proposal_id)
        .where(what.in_(ids))
        .group_by(what)
    )
    return [(id_, number) for id_, number in session.execute(statement)]


def _contacts(session: Session, drafts: Sequence[Draft]) -> None:
    """A contact's company is its tickets' customer: not to be changed under a proposal or a contract."""
    moving = {draft.id: draft for draft in _good(drafts) if draft.changed("company_id")}
    ticket = table_of(Ticket).c
    for id_, number in _holding_proposals(session, ticket.contact_id, moving):
        moving[id_].refuse("company_code", "contact_locked", proposal=number)
    for row in _linked_tickets(session, ticket.contact_id, moving):
        draft = moving[row.of]
        if not draft.problems and row.covered_by not in (None, draft.row["company_id"]) and draft.row["company_id"]:
            draft.refuse("company_code", "contact_in_use", ticket=row.number)


def _contracts(session: Session, drafts: Sequence[Draft]) -> None:
    """A contract's company and kind decided the state of its tickets, and its ledger counts in its unit."""
    changing = {draft.id: draft for draft in _good(drafts) if draft.changed("company_id", "kind", "unit")}
    for row in _linked_tickets(session, table_of(Ticket).c.contract_id, changing):
        draft = changing[row.of]
        if draft.problems:
            continue
        if draft.changed("kind"):
            draft.refuse("kind", "contract_in_use", ticket=row.number)
        elif _counts_otherwise(draft):
            draft.refuse("unit", "contract_in_use", ticket=row.number)
        elif row.customer not in (None, draft.row["company_id"]):
            draft.refuse("company_code", "contract_in_use", ticket=row.number)


def _counts_otherwise(draft: Draft) -> bool:
    """Whether the ledger would be read as something else: hours and days are both minutes, an incident is none."""
    before, after = draft.stored and draft.stored["unit"], draft.row["unit"]
    return before is not None and before != after and (after is None or ContractUnit.INCIDENTS in (before, after))


def _plannings(session: Session, drafts: Sequence[Draft]) -> None:
    changing = {draft.id: draft for draft in _good(drafts) if draft.changed("company_id")}
    for row in _linked_tickets(session, table_of(Ticket).c.planning_id, changing):
        draft = changing[row.of]
        if not draft.problems and row.customer not in (None, draft.row["company_id"]):
            draft.refuse("company_code", "planning_in_use", ticket=row.number)


def _linked_tickets(session: Session, link: ColumnElement[Any], ids: Collection[int]) -> list[Any]:
    """Tickets linked to these ids: `of` (the id), number, customer, and the company of their contract or planning."""
    if not ids:
        return []
    ticket, contact = table_of(Ticket), table_of(Contact)
    contract, planning = table_of(ServiceContract), table_of(Planning)
    statement = (
        select(
            link.label("of"),
            ticket.c.number,
            sql.customer_id(ticket, contact).label("customer"),
            func.coalesce(contract.c.company_id, planning.c.company_id).label("covered_by"),
        )
        .select_from(ticket)
        .outerjoin(contact, contact.c.id == ticket.c.contact_id)
        .outerjoin(contract, contract.c.id == ticket.c.contract_id)
        .outerjoin(planning, planning.c.id == ticket.c.planning_id)
        .where(link.in_(ids))
        .order_by(ticket.c.id)
    )
    return list(session.execute(statement))


_GUARDS: dict[RecordKind, Callable[[Session, Sequence[Draft]], None]] = {
    RecordKind.CONTACTS: _contacts,
    RecordKind.CONTRACTS: _contracts,
    RecordKind.PLANNINGS: _plannings,
    RecordKind.TICKETS: _tickets,
    RecordKind.TIME_ENTRIES: _entries,
}
