"""The commands `tickets` and `proposals`: lists with filters, or single records in full (spec, section 9)."""

from collections.abc import Callable, Iterator
from typing import Annotated, Any, TypeVar

import typer

from domain.reads.selection import TicketFilter, select_numbers
from domain.vocabulary import BillingStatus, LineState, ProposalStatus, TicketStatus
from storage.queries.proposals.table import (
    LineRow,
    ProposalDetail,
    ProposalFilter,
    ProposalRow,
    proposal_detail,
    proposal_id_of,
    proposal_page,
)
from storage.queries.records.choices import company_id_of
from storage.queries.tickets.detail import TicketDetail, ticket_detail
from storage.queries.tickets.grid import TicketRow, ticket_page
from ui.commands.proposals import ClosedFrom, ClosedTo, Company
from ui.commands.terminal import Json, day, opened, say, say_json, say_table, words

Search = Annotated[str, typer.Option(help="Text in number, title, customer or owner.")]
Limit = Annotated[int | None, typer.Option(min=1, help="Maximum number of rows.")]
_PAGE = 500

Row = TypeVar("Row")


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("tickets")(tickets)
    app.command("proposals")(proposals)


def tickets(
    number: Annotated[list[str] | None, typer.Argument(help="Ticket numbers, to show them in full.")] = None,
    status: Annotated[list[TicketStatus] | None, typer.Option(help="May be repeated.")] = None,
    billing: Annotated[list[str] | None, typer.Option(help="A billing status, or `none`; may be repeated.")] = None,
    company: Company = None,
    closed_from: ClosedFrom = None,
    closed_to: ClosedTo = None,
    search: Search = "",
    limit: Limit = None,
    as_json: Json = False,
) -> None:
    """List tickets, or show some in full with their time entries."""
    states = frozenset(map(_billing_status, billing or []))
    dates = day(closed_from), day(closed_to)
    with opened(as_json=as_json) as database, database.read() as session:
        if number:
            ids = sorted(select_numbers(session, number).ids)
            return _show_tickets([ticket_detail(session, id_) for id_ in ids], as_json=as_json)
        company_id = company_id_of(session, company) if company else None
        filters = TicketFilter(search, frozenset(status or []), states, company_id, None, *dates)

        def page(start: int, size: int) -> list[TicketRow]:
            return ticket_page(session, filters, sort="number", descending=False, start=start, limit=size)

        rows = [_ticket_json(row) for row in all_rows(page, limit)]
    if as_json:
        return say_json(rows)
    w = words()
    names = ("number", "title", "company", "status", "billing_status", "hours", "value")
    cells = [
        (row["number"], row["title"], row["company"], w.t(f"ticket_status.{row['status']}"),
         w.t(f"billing_status.{row['billing_status'] or 'none'}"), w.hours(row["minutes"]), w.money(row["value_cents"]))
        for row in rows
    ]  # fmt: skip
    return say_table([w.t(f"field.{name}") for name in names], cells, right=frozenset({5, 6}))


def _billing_status(text: str) -> BillingStatus | None:
    if text == "none":
        return None
    try:
        return BillingStatus(text)
    except ValueError:
        choices = ", ".join([*BillingStatus, "none"])
        raise typer.BadParameter(words().t("cli.not_a_choice", value=text[:40], choices=choices)) from None


def all_rows(page: Callable[[int, int], list[Row]], limit: int | None) -> Iterator[Row]:
    """All rows of a list, read page by page with `page(start, size)`."""
    start = 0
    while limit is None or start < limit:
        size = _PAGE if limit is None else min(_PAGE, limit - start)
        rows = page(start, size)
        yield from rows
        if len(rows) < size:
            return
        start += size


def _ticket_json(row: TicketRow | TicketDetail) -> dict[str, Any]:
    return {
        "number": row.number,
        "title": row.title,
        "status": row.status,
        "billing_status": row.billing_status,
        "company": row.company,
        "contact": row.contact,
        "proposal": row.proposal_number or None,
        "cancellation_reason": row.cancellation_reason,
        "owner": row.owner,
        "opened_at": row.opened_at,
        "closed_at": row.closed_at,
        "minutes": row.minutes,
        "value_cents": row.value,
        "refusals": row.refusals if isinstance(row, TicketRow) else list(dict.fromkeys(o.code for o in row.objections)),
    }


def _show_tickets(found: list[TicketDetail], *, as_json: bool) -> None:
    if as_json:
        return say_json([_full_ticket(ticket) for ticket in found])
    w = words()
    names = ("date", "service", "description", "operator", "billable_time", "line_state", "proposal")
    for ticket in found:
        state = w.t(f"billing_status.{ticket.billing_status or 'none'}")
        say(f"{ticket.number}  {ticket.title}  {ticket.company}  {w.t(f'ticket_status.{ticket.status}')} · {state}", style="bold")
        for objection in ticket.objections:
            say(f"  {w.objection(objection)}")
        cells = [
            (w.date(e.worked_on) if e.worked_on else "", e.service_name, e.description, e.operator,
             "" if e.billable_minutes is None else w.hours(e.billable_minutes),
             w.t(f"line_state.{e.line_state}") if e.line_state else "", e.proposal_number)
            for e in ticket.entries
        ]  # fmt: skip
        say_table([w.t(f"field.{name}") for name in names], cells, right=frozenset({4}))
    return None


def _full_ticket(ticket: TicketDetail) -> dict[str, Any]:
    entries = [
        {
            "code": e.code,
            "service": e.service_name,
            "date": e.worked_on,
            "worked_minutes": e.worked_minutes,
            "billable_minutes": e.billable_minutes,
            "covered_minutes": e.covered_minutes,
            "operator": e.operator,
            "description": e.description,
            "state": e.line_state,
            "reason": e.line_reason,
            "proposal": e.proposal_number or None,
        }
        for e in ticket.entries
    ]
    return {
        **_ticket_json(ticket),
        "hourly_rate_cents": ticket.hourly_rate,
        "contract": ticket.contract or None,
        "drawn_units": ticket.drawn_units,
        "planning": ticket.planning or None,
        "entries": entries,
        "history": ticket.history,
    }


def proposals(
    number: Annotated[list[str] | None, typer.Argument(help="Proposal numbers, to show them in full.")] = None,
    status: Annotated[list[ProposalStatus] | None, typer.Option(help="May be repeated.")] = None,
    company: Company = None,
    search: Search = "",
    limit: Limit = None,
    as_json: Json = False,
) -> None:
    """List proposals, or show some in full with their lines."""
    with opened(as_json=as_json) as database, database.read() as session:
        if number:
            found = [proposal_detail(session, proposal_id_of(session, one)) for one in number]
            return _show_proposals(found, as_json=as_json)
        company_id = company_id_of(session, company) if company else None
        filters = ProposalFilter(search, frozenset(status or []), company_id)

        def page(start: int, size: int) -> list[ProposalRow]:
            return proposal_page(session, filters, descending=False, start=start, limit=size)

        rows = list(all_rows(page, limit))
    if as_json:
        return say_json([_proposal_json(row) for row in rows])
    w = words()
    names = ("number", "company", "status", "tickets", "hours", "net")
    cells = [
        (row.number, row.company, w.t(f"proposal_status.{row.status}"), w.number(row.tickets), w.hours(row.minutes),
         w.money(row.net))
        for row in rows
    ]  # fmt: skip
    return say_table([w.t(f"field.{name}") for name in names], cells, right=frozenset({3, 4, 5}))


def _proposal_json(row: ProposalRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "company": row.company,
        "status": row.status,
        "created_at": row.created_at,
        "created_by": row.created_by,
        "tickets": row.tickets,
        "lines": {"bill": row.to_bill, "suspended": row.suspended, "not_billed": row.not_billed},
        "minutes": row.minutes,
        "net_cents": row.net,
    }


def _show_proposals(found: list[ProposalDetail], *, as_json: bool) -> None:
    if as_json:
        return say_json([_full_proposal(proposal) for proposal in found])
    w = words()
    names = ("ticket", "service", "description", "hours", "rate", "net", "line_state", "reason")
    for proposal in found:
        say(f"{proposal.number}  {proposal.company}  {w.t(f'proposal_status.{proposal.status}')}", style="bold")
        cells = [
            (line.ticket_number, line.service_name, line.description, w.hours(line.minutes), w.money(line.rate),
             w.money(line.net), w.t(f"line_state.{line.state}"), line.reason)
            for line in proposal.lines
        ]  # fmt: skip
        say_table([w.t(f"field.{name}") for name in names], cells, right=frozenset({3, 4, 5}))
        for row in proposal.vat:
            say(f"  {w.t('field.net')} {w.money(row.net)}  {w.t('field.vat')} {w.percent(row.rate)} {w.money(row.vat)}")
        say(f"  {w.t('invoices.total')} {w.money(proposal.amounts.total)}")
    return None


def _original(line: LineRow) -> dict[str, Any] | None:
    """The values of the line before its adjustment."""
    if not line.adjusted:
        return None
    return {
        "minutes": line.original_minutes,
        "rate_cents": line.original_rate,
        "description": line.original_description,
    }


def _line_json(line: LineRow) -> dict[str, Any]:
    return {
        "position": line.position,
        "ticket": line.ticket_number,
        "service": line.service_name,
        "description": line.description,
        "first_on": line.first_on,
        "last_on": line.last_on,
        "minutes": line.minutes,
        "rate_cents": line.rate,
        "list_rate_cents": line.list_rate,
        "rate_source": line.rate_source,
        "vat_rate": line.vat_rate,
        "vat_nature": line.vat_nature,
        "net_cents": line.net,
        "state": line.state,
        "reason": line.reason,
        "decided_by": line.decided_by,
        "decided_at": line.decided_at,
        "original": _original(line),
        "adjustment_reason": line.adjustment_reason,
    }


def _full_proposal(proposal: ProposalDetail) -> dict[str, Any]:
    states = (LineState.BILL, LineState.SUSPENDED, LineState.NOT_BILLED)
    return {
        "number": proposal.number,
        "company": proposal.company,
        "status": proposal.status,
        "version": proposal.version,
        "created_at": proposal.created_at,
        "created_by": proposal.created_by,
        **_outcome_json(proposal),
        "net_cents": proposal.total(LineState.BILL).net,
        "totals": {state.value: proposal.total(state) for state in states},
        "vat": [{"rate": v.rate, "nature": v.nature, "net_cents": v.net, "vat_cents": v.vat} for v in proposal.vat],
        "stamp_duty_cents": proposal.amounts.stamp_duty,
        "total_cents": proposal.amounts.total,
        "payable_cents": proposal.amounts.payable,
        "lines": [_line_json(line) for line in proposal.lines],
    }


def _outcome_json(proposal: ProposalDetail) -> dict[str, Any]:
    """Who submitted and approved a proposal, and its outcome."""
    return {
        "submitted_by": proposal.submitted_by or None,
        "approved_by": proposal.approved_by or None,
        "rejection_comment": proposal.rejection_comment,
        "cancellation_reason": proposal.cancellation_reason,
        "invoice": proposal.invoice_number or None,
    }
