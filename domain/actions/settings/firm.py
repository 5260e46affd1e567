"""The firm itself: who sells, its series, and how it works (spec, sections 6 and 7)."""

from dataclasses import asdict

from sqlalchemy import select
from sqlmodel import Session, col
from sqlmodel import select as select_model

from domain.actions.core.acting import Actor, authorise
from domain.actions.core.audit import last_actor, record
from domain.errors import Refused, Stale
from domain.model.base import table_of
from domain.model.invoices import Firm, Invoice
from domain.rules.firm import FirmData, checked_firm
from domain.rules.records.fields import InvalidFields
from domain.vocabulary import AuditAction, InvoiceKind, Permission

_SUBJECT = "firm"


def data_of(firm: Firm) -> FirmData:
    """The firm as a value."""
    return FirmData(**{name: getattr(firm, name) for name in FirmData.__slots__})


def lock_settings(session: Session) -> Firm:
    """The firm, locked until the transaction ends: settings are changed by one person at a time."""
    statement = select_model(Firm).where(col(Firm.id) == 1).with_for_update()
    return session.exec(statement.execution_options(populate_existing=True)).one()


def edit_firm(session: Session, seen: FirmData, data: FirmData, *, actor: Actor) -> FirmData:
    """Change the company details from `seen`; returns the new ones. A new series numbers future documents.

    Raises PermissionDenied, InvalidFields, Stale `firm_changed` (saying who changed it), Refused `series_of_other_kind`.
    """
    authorise(session, actor, Permission.MANAGE_SETTINGS)
    firm = lock_settings(session)
    before = data_of(firm)
    if before != seen:
        raise Stale("firm_changed", by=last_actor(session, _SUBJECT, firm.id))
    after, problems = checked_firm(data)
    if problems:
        raise InvalidFields(problems)
    _refuse_mixed_series(session, after)
    old, new = asdict(before), asdict(after)
    changed = [name for name in new if new[name] != old[name]]
    for name in changed:
        setattr(firm, name, new[name])
    if changed:
        earlier, later = ({name: side[name] for name in changed} for side in (old, new))
        record(session, actor, AuditAction.CHANGED, _SUBJECT, firm.id, before=earlier, after=later)
    return after


def _refuse_mixed_series(session: Session, data: FirmData) -> None:
    """A series that numbered invoices never numbers credit notes, nor the other way round: its numbers would tell neither."""
    invoice = table_of(Invoice).c
    for series, other in ((data.invoice_series, InvoiceKind.CREDIT_NOTE), (data.credit_series, InvoiceKind.INVOICE)):
        if session.execute(select(invoice.id).where(invoice.series == series, invoice.kind == other).limit(1)).first():
            raise Refused("series_of_other_kind", series=series)
