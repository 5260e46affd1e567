"""How each kind of billing issue is fixed on screen: one declaration for each refusal code, and actions of the domain."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from domain.actions.core.acting import Actor
from domain.actions.tickets.fix import (
    EntryField,
    EntryFix,
    RateFix,
    StatusFix,
    bill_again,
    fix_entries,
    link_company,
    link_contact,
    set_rates,
    set_ticket_status,
)
from domain.actions.tickets.resume import resume
from domain.actions.tickets.set_billing import set_billing
from domain.vocabulary import BillingStatus, Permission, Refusal, TicketStatus
from storage.queries.tickets.billing_issues import BillingIssue, TicketLine, entry_lines
from ui.i18n import Translator
from ui.kit.page import PageContext
from ui.preflight.fields import FieldKind, company_field, date_field, hours_field, rate_field, service_field
from ui.server.gateway import Action


class Item(NamedTuple):
    """One thing to fix: a ticket, or one of its time entries (0: the ticket itself)."""

    ticket_id: int
    entry_id: int


@dataclass(frozen=True)
class Targets:
    """What to fix, with the versions of its tickets; `ticket` is that of the row, where it is one row."""

    items: Sequence[Item]
    versions: Mapping[int, int]
    ticket: TicketLine | None = None

    @property
    def tickets(self) -> dict[int, int]:
        """The tickets, each once, with their versions."""
        return {item.ticket_id: self.versions[item.ticket_id] for item in self.items}


@dataclass(frozen=True)
class Change:
    """`action` fixes `count` things; `undo`, given its result, is the action that takes it back, or None where none does."""

    action: Action[Any]
    count: int
    undo: Callable[[Any], Action[Any] | None] = lambda _: None


async def _bill_as_worked(page: PageContext, targets: Targets) -> Change | None:
    """Bill the time that was worked on those entries where it is known; None where it is known of none."""
    ids = {item.entry_id for item in targets.items}
    entries = await page.read(lambda session: entry_lines(session, ids))
    known = [EntryFix(id_, None, line.worked_minutes) for id_, line in entries.items() if line.worked_minutes is not None]
    return _fix_entries("billable_minutes", known) if known else None


def _undoable(write: Callable[[Any, Sequence[Any], Actor], Any], fixes: Sequence[Any]) -> Change:
    """A change whose result, written in its turn, undoes it."""

    def run(fixes: Sequence[Any]) -> Action[Any]:
        return lambda session, actor: write(session, fixes, actor)

    return Change(run(fixes), len(fixes), run)


def _fix_entries(field: EntryField, fixes: Sequence[EntryFix]) -> Change:
    return _undoable(lambda session, fixes, actor: fix_entries(session, field, fixes, actor=actor), fixes)


def _set_entries(field: EntryField) -> Callable[[Targets, Any], Change]:
    return lambda targets, value: _fix_entries(field, [EntryFix(item.entry_id, None, value) for item in targets.items])


def _close(targets: Targets, _: Any) -> Change:
    fixes = [StatusFix(*ticket, TicketStatus.CLOSED) for ticket in targets.tickets.items()]
    return _undoable(lambda session, fixes, actor: set_ticket_status(session, fixes, actor=actor), fixes)


def _set_rate(targets: Targets, rate: int) -> Change:
    fixes = [RateFix(*ticket, rate) for ticket in targets.tickets.items()]
    return _undoable(lambda session, fixes, actor: set_rates(session, fixes, actor=actor), fixes)


def _resume(targets: Targets, _: Any) -> Change:
    tickets = list(targets.tickets)
    return Change(lambda session, actor: resume(session, tickets, actor=actor), len(tickets))


def _bill_again(targets: Targets, _: Any) -> Change:
    [(id_, version)] = targets.tickets.items()

    def undo(before: Any) -> Action[Any] | None:
        return (lambda session, actor: set_billing(session, before, actor=actor)) if before else None

    return Change(lambda session, actor: bill_again(session, id_, version, actor=actor), 1, undo)


def _link(targets: Targets, company_id: int) -> Change:
    """Name the company of a ticket: through its contact, which then holds for all its tickets, or on the ticket."""
    [(id_, version)] = targets.tickets.items()
    contact_id = targets.ticket.contact_id if targets.ticket else None
    if contact_id is None:
        return Change(
            lambda session, actor: link_company(session, id_, version, company_id, actor=actor),
            1,
            lambda now: lambda session, actor: link_company(session, id_, now, None, actor=actor),
        )
    return Change(
        lambda session, actor: link_contact(session, contact_id, None, company_id, actor=actor),
        1,
        lambda _: lambda session, actor: link_contact(session, contact_id, company_id, None, actor=actor),
    )


def _work_there_is(text: Translator, ticket: TicketLine) -> str:
    return text.n("preflight.no_work", ticket.entries) if ticket.entries else text.t("preflight.no_work_at_all")


def _reason(text: Translator, ticket: TicketLine) -> str:
    return text.t("review.quoted", text=ticket.reason) if ticket.reason else ""


@dataclass(frozen=True)
class Fix:
    """How one kind of issue is fixed, by whoever has the `permission`.

    A row offers a `field`, or a button named `press`; `change` makes of its value what is written, and without it the page
    opens the dialog of a new time entry. With `many` the same fixes what is chosen, or all; `many_change` does so without a
    value. `about` is what a row says of its ticket. Where the issue is `about_entries` a row is one time entry, whose fix may
    be written `on_tickets`. `decided`: somebody decided it and may think again.
    """

    code: Refusal
    state: str = ""
    change: Callable[[Targets, Any], Change] | None = None
    press: str = ""
    field: FieldKind | None = None
    many: bool = False
    many_change: Callable[[PageContext, Targets], Awaitable[Change | None]] | None = None
    permission: Permission = Permission.EDIT_TICKETS
    about: Callable[[Translator, TicketLine], str] = lambda _text, _ticket: ""
    about_entries: bool = False
    on_tickets: bool = False
    decided: bool = False


_ALL: Final = (
    Fix(
        Refusal.NOT_CLOSED, change=_close, press="preflight.close", many=True,
        about=lambda text, ticket: text.t(f"ticket_status.{ticket.status}"),
    ),
    Fix(
        Refusal.NOT_TO_BILL, BillingStatus.SUSPENDED, change=_resume, press="preflight.resume", many=True,
        permission=Permission.SET_BILLING, about=_reason, decided=True,
    ),
    Fix(
        Refusal.NOT_TO_BILL, BillingStatus.NOT_BILLED, change=_bill_again, press="preflight.bill_again",
        permission=Permission.SET_BILLING, about=_reason, decided=True,
    ),
    Fix(Refusal.NO_TIME_ENTRIES, press="preflight.add_work", about=_work_there_is),
    Fix(
        Refusal.ENTRY_WITHOUT_SERVICE, change=_set_entries("service_id"), field=service_field, many=True, about_entries=True,
    ),
    Fix(Refusal.ENTRY_WITHOUT_DATE, change=_set_entries("started_at"), field=date_field, about_entries=True),
    Fix(
        Refusal.ENTRY_WITHOUT_TIME, change=_set_entries("billable_minutes"), field=hours_field, many=True,
        many_change=_bill_as_worked, about_entries=True,
    ),
    Fix(
        Refusal.NO_RATE, change=_set_rate, field=rate_field, many=True, permission=Permission.SET_BILLING,
        about_entries=True, on_tickets=True,
    ),
    Fix(Refusal.NO_COMPANY, change=_link, field=company_field),
    Fix(
        Refusal.CONTACT_WITHOUT_COMPANY, change=_link, field=company_field, permission=Permission.MANAGE_MASTER_DATA,
        about=lambda _, ticket: ticket.contact,
    ),
)  # fmt: skip

FIXES: Final = {BillingIssue(fix.code, fix.state): fix for fix in _ALL}

FIXED_ELSEWHERE: Final = frozenset({Refusal.ALREADY_PROPOSED, Refusal.NOT_TO_BILL})
"""Of these an issue without a fix only leads to where its ticket is looked after: proposed, billed, covered by a contract."""
