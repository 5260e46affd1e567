"""The commands `invoice`, `credit` and `invoices` (spec, sections 5 and 9)."""

from typing import Annotated, Any

import typer

from domain.actions.invoices.credit import Credit, credit
from domain.actions.invoices.documents import Issued
from domain.actions.invoices.issue import Issue, issue
from domain.actions.proposals.approval import SeenProposal
from domain.errors import NotFound
from domain.model.people import SYSTEM_USER
from domain.vocabulary import InvoiceKind, ProposalStatus
from storage.queries.invoices.table import (
    InvoiceDetail,
    InvoiceFilter,
    InvoiceLineRow,
    InvoiceRow,
    invoice_detail,
    invoice_id_of,
    invoice_page,
)
from storage.queries.proposals.table import proposal_id_of
from storage.queries.records.choices import company_id_of
from ui.commands.lists import Limit, all_rows
from ui.commands.proposals import Company, Reason
from ui.commands.terminal import AsUser, Json, acting_as, day, opened, say, say_json, say_table, words

Dated = Annotated[str | None, typer.Option("--date", help="Date of the document, as 2026-01-31; default: today.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("invoice")(invoice_command)
    app.command("credit")(credit_command)
    app.command("invoices")(invoices)


def invoice_command(
    numbers: Annotated[list[str], typer.Argument(help="Numbers of approved proposals.")],
    date: Dated = None,
    merge: Annotated[bool, typer.Option("--merge", help="One invoice per customer, instead of one per proposal.")] = False,
    as_user: AsUser = SYSTEM_USER,
    as_json: Json = False,
) -> None:
    """Issue invoices from approved proposals; all or none."""
    issued_on = day(date)
    with opened(as_json=as_json) as database, database.write() as session:
        numbers = list(dict.fromkeys(numbers))
        ids = [proposal_id_of(session, number) for number in numbers]
        command = Issue(tuple(map(SeenProposal, ids)), issued_on, merge)
        by_id: dict[int, Issued] = dict(zip(sorted(ids), issue(session, command, actor=acting_as(as_user)), strict=True))
    issued = [by_id[id_] for id_ in ids]
    if as_json:
        say_json([_issued_json(number, document) for number, document in zip(numbers, issued, strict=True)])
        return
    w = words()
    for document in dict.fromkeys(issued):
        of = ", ".join(number for number, its in zip(numbers, issued, strict=True) if its == document)
        say(w.t("cli.invoiced", proposal=of, invoice=document.number, total=w.money(document.total)))


def _issued_json(number: str, document: Issued) -> dict[str, Any]:
    return {
        "proposal": number,
        "status": ProposalStatus.INVOICED,
        "invoice": document.number,
        "net_cents": document.net,
        "total_cents": document.total,
        "issued_on": document.issued_on,
    }


def credit_command(
    number: Annotated[str, typer.Argument(help="Invoice number.")],
    reason: Reason,
    line: Annotated[
        list[int] | None, typer.Option("--line", help="Position of a line; may be repeated. Default: all lines.")
    ] = None,
    date: Dated = None,
    as_user: AsUser = SYSTEM_USER,
    as_json: Json = False,
) -> None:
    """Credit an invoice in full or by line; the credited work is suspended again."""
    issued_on = day(date)
    with opened(as_json=as_json) as database:
        with database.write() as session:
            detail = invoice_detail(session, invoice_id_of(session, number))
            chosen = _lines_at(detail, line or [])
            note = credit(session, Credit(detail.id, reason, chosen, issued_on), actor=acting_as(as_user))
        with database.read() as session:
            lines = len(invoice_detail(session, note.id).lines)
    if as_json:
        amounts = {"net_cents": note.net, "total_cents": note.total}
        say_json({"credit_note": note.number, "invoice": number, **amounts, "lines": lines})
    else:
        w = words()
        say(w.t("cli.credited", note=note.number, invoice=number, lines=w.number(lines), total=w.money(note.total)))


def _lines_at(detail: InvoiceDetail, positions: list[int]) -> frozenset[int]:
    ids = {line.position: line.id for line in detail.lines}
    if not set(positions) <= ids.keys():
        raise NotFound("unknown_invoice_line", number=detail.number)
    return frozenset(ids[position] for position in positions)


def invoices(
    number: Annotated[list[str] | None, typer.Argument(help="Document numbers, to show them in full.")] = None,
    company: Company = None,
    issued_from: Annotated[str | None, typer.Option("--from", help="First date, as 2026-01-31.")] = None,
    issued_to: Annotated[str | None, typer.Option("--to", help="Last date, as 2026-01-31.")] = None,
    kind: Annotated[InvoiceKind | None, typer.Option(help="Kind of document.")] = None,
    search: Annotated[str, typer.Option(help="Text in number or customer.")] = "",
    limit: Limit = None,
    as_json: Json = False,
) -> None:
    """List invoices and credit notes, or show some in full with their lines."""
    dates = day(issued_from), day(issued_to)
    with opened(as_json=as_json) as database, database.read() as session:
        if number:
            found = [invoice_detail(session, invoice_id_of(session, one)) for one in number]
            return _show(found, as_json=as_json)
        company_id = company_id_of(session, company) if company else None
        narrowed = InvoiceFilter(search, kind, company_id, *dates)

        def page(start: int, size: int) -> list[InvoiceRow]:
            return invoice_page(session, narrowed, sort="issued_on", descending=False, start=start, limit=size)

        rows = list(all_rows(page, limit))
    if as_json:
        return say_json([_row_json(row) for row in rows])
    w = words()
    names = ("number", "kind", "company", "issued_on", "net", "total")
    cells = [
        (row.number, w.t(f"invoice_kind.{row.kind}"), row.company, w.date(row.issued_on), w.money(row.net), w.money(row.total))
        for row in rows
    ]
    return say_table([w.t(f"invoices.{name}") for name in names], cells, right=frozenset({4, 5}))


def _row_json(row: InvoiceRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "kind": row.kind,
        "company": row.company,
        "issued_on": row.issued_on,
        "due_on": row.due_on,
        "net_cents": row.net,
        "vat_cents": row.vat,
        "total_cents": row.total,
        "payable_cents": row.payable,
        "credits": row.credits or None,
        "credited_cents": row.credited,
    }


def _show(found: list[InvoiceDetail], *, as_json: bool) -> None:
    if as_json:
        return say_json([_whole_json(document) for document in found])
    w = words()
    names = ("ticket", "service", "description", "hours", "rate", "vat", "net")
    for document in found:
        kind = w.t(f"invoice_kind.{document.kind}")
        say(f"{document.number}  {kind}  {document.buyer['name']}  {w.date(document.issued_on)}", style="bold")
        cells = [
            (line.ticket_number, line.service_name, line.description, w.hours(line.minutes), w.money(line.rate),
             w.percent(line.vat_rate), w.money(line.net))
            for line in document.lines
        ]  # fmt: skip
        say_table([w.t(f"field.{name}") for name in names], cells, right=frozenset({3, 4, 5, 6}))
        for row in document.vat_rows:
            say(f"  {w.t('field.net')} {w.money(row.net)}  {w.t('field.vat')} {w.percent(row.rate)} {w.money(row.vat)}")
        say(f"  {w.t('invoices.total')} {w.money(document.total)}")
    return None


def _whole_json(document: InvoiceDetail) -> dict[str, Any]:
    return {
        "number": document.number,
        "kind": document.kind,
        "issued_on": document.issued_on,
        "due_on": document.due_on,
        "seller": document.seller,
        "buyer": document.buyer,
        "reason": document.reason,
        "credits": document.credits.number if document.credits else None,
        "credit_notes": [note.number for note in document.notes],
        "proposals": list(document.proposals.values()),
        "issued_at": document.issued_at,
        "issued_by": document.issued_by,
        "lines": [_line_json(line) for line in document.lines],
        "vat": [{"rate": v.rate, "nature": v.nature, "net_cents": v.net, "vat_cents": v.vat} for v in document.vat_rows],
        "net_cents": document.net,
        "vat_cents": document.vat,
        "stamp_duty_cents": document.stamp_duty,
        "total_cents": document.total,
        "payable_cents": document.payable,
    }


def _line_json(line: InvoiceLineRow) -> dict[str, Any]:
    return {
        "position": line.position,
        "ticket": line.ticket_number,
        "service": line.service_name,
        "description": line.description,
        "minutes": line.minutes,
        "rate_cents": line.rate,
        "vat_rate": line.vat_rate,
        "vat_nature": line.vat_nature,
        "net_cents": line.net,
        "proposal": line.proposal_number,
        "credit_note": line.note_number or None,
    }
