"""What happened, newest first: who, when, what it was before and after, and why, in sentences (spec, section 2)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from nicegui import ui

from domain.vocabulary import AuditAction
from storage.queries.records.names import NAMED, Reference
from storage.queries.tickets.detail import HistoryRow, TicketDetail
from ui.i18n import Translator
from ui.kit.contract_labels import drawn_sentence

_SHOWN_AT_FIRST: Final = 20
_LONGEST_NAME: Final = 80
_HIDDEN: Final = frozenset({"ticket", "ticket_id", "worked_on", "code", "number", "version", "event", "proposal", "closed_at"})
_VOCABULARIES: Final = {"status": "ticket_status", "billing_status": "billing_status"}

Names = Mapping[Reference, str]
Describe = Callable[[Translator, Names, HistoryRow], "Description"]


class Change(NamedTuple):
    """One field, before and after, as a person reads them."""

    field: str
    before: str
    after: str


class Description(NamedTuple):
    """One audit entry as a person reads it."""

    what: str
    changes: tuple[Change, ...]
    reason: str


def references(rows: Sequence[HistoryRow]) -> set[Reference]:
    """Everything that these entries know by its id only."""
    sides = [side for row in rows for side in (row.before, row.after)]
    return {(name, side[name]) for side in sides for name in NAMED & side.keys() if isinstance(side[name], int)}


def describe(text: Translator, names: Names, row: HistoryRow) -> Description:
    """`row` in the words of the person who reads it."""
    if row.action is AuditAction.BILLING_STATUS:
        return _billing(text, row)
    if row.action is AuditAction.DRAWN:
        contract = _shown(text, names, "contract_id", row.after.get("contract_id"))
        return Description(drawn_sentence(text, contract, row.after), (), row.reason)
    if "deleted" in row.after:
        what = text.t("ticket.history.entry_deleted", entry=row.after["deleted"])
        return Description(what, tuple(_changes(text, names, row.before, {})), row.reason)
    of_entry = row.subject == "time_entry"
    key = f"ticket.history.{'entry_' if of_entry else ''}{row.action}"
    what = text.t(key) if text.knows(key) else text.t(f"audit_action.{row.action}")
    changes = tuple(_changes(text, names, row.before, row.after))
    if of_entry:
        what += _which_entry(text, row.after)
        if not row.before:
            named = {text.t(f"ticket.field.{name}") for name in ("description", "started_at")}
            changes = tuple(change for change in changes if change.field not in named)
    return Description(what, changes, row.reason)


def latest_change(text: Translator, detail: TicketDetail) -> dict[str, str]:
    """Who changed a ticket last, and what, for the sentence that says so."""
    if not detail.history:
        return {"number": detail.number, "by": "—", "what": "—"}
    row = detail.history[0]
    described = describe(text, {}, row)
    fields = [change.field for change in described.changes]
    return {"number": detail.number, "by": row.actor, "what": ", ".join(fields) or described.what}


def _billing(text: Translator, row: HistoryRow) -> Description:
    key = f"ticket.history.event.{row.after.get('event')}"
    number = row.after.get("document", row.after.get("proposal")) or ""
    what = text.t(key if text.knows(key) else "ticket.history.event.set_by_hand", number=number).rstrip()
    before, after = (_shown(text, {}, "billing_status", side.get("billing_status")) for side in (row.before, row.after))
    moved = (Change(text.t("ticket.field.billing_status"), before, after),) if before != after else ()
    return Description(what, moved, row.reason)


def _which_entry(text: Translator, side: Mapping[str, Any]) -> str:
    when = _shown(text, {}, "started_at", side["started_at"]) if side.get("started_at") else ""
    parts = [side.get("code") or "", when, side.get("description") or ""]
    named = " · ".join(part if len(part) <= _LONGEST_NAME else part[: _LONGEST_NAME - 1] + "…" for part in parts if part)
    return f": {named}" if named else ""


def _changes(text: Translator, names: Names, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    """Only what differs; a creation names what was filled in."""
    for name in sorted((before.keys() | after.keys()) - _HIDDEN - {"deleted", "time_entry"}, key=_order):
        old, new = before.get(name), after.get(name)
        key = f"ticket.field.{name}"
        if old != new and not (old in (None, "") and new in (None, "")) and text.knows(key):
            yield Change(text.t(key), _shown(text, names, name, old, known=name in before), _shown(text, names, name, new))


def _order(name: str) -> tuple[int, str]:
    first = ("title", "description", "status", "billing_status")
    return (first.index(name) if name in first else len(first), name)


def _shown(text: Translator, names: Names, name: str, value: Any, *, known: bool = True) -> str:
    if name in _VOCABULARIES:
        return text.t(f"{_VOCABULARIES[name]}.{value or 'none'}") if known else ""
    if value is None or value == "":
        return ""
    if name in NAMED:
        return names.get((name, value), f"#{value}")
    if name == "hourly_rate":
        return text.money(value) if value else text.t("ticket.rate_not_set")
    return _measure(text, name, value)


def _measure(text: Translator, name: str, value: Any) -> str:
    if name.endswith("_minutes"):
        return text.hours(value)
    if name.endswith("_on"):
        return text.date(date.fromisoformat(value))
    return text.instant(datetime.fromisoformat(value)) if name.endswith("_at") else str(value)


class History:
    """The list. New entries are put on top; what stands there stays where it is. `describe` has the words for an entry."""

    def __init__(self, translator: Translator, describe: Describe = describe) -> None:
        self._text, self._describe, self._newest = translator, describe, 0
        self._rows: Sequence[HistoryRow] = ()
        self._names: Names = {}
        with ui.element("section").classes("history").mark("history"):
            ui.label(translator.t("ticket.history.title")).classes("section").props("role=heading aria-level=2")
            self._none = ui.label(translator.t("ticket.history.none")).classes("muted").mark("history-none")
            self._list = ui.element("ol").classes("history__list")
            self._more = ui.button(on_click=self._show_all).props("flat").mark("history-more")

    def update(self, rows: Sequence[HistoryRow], names: Names) -> None:
        """Show `rows`, newest first."""
        at_first = not self._rows
        self._rows, self._names = rows, names
        fresh = [row for row in rows if row.id > self._newest]
        if at_first:
            self._place(fresh[:_SHOWN_AT_FIRST])
        for row in () if at_first else reversed(fresh):
            self._place([row], on_top=True)
        self._newest = max([self._newest, *(row.id for row in fresh)])
        self._render_count()

    def _render_count(self) -> None:
        left = len(self._rows) - len(self._list.default_slot.children)
        self._none.set_visibility(not self._rows)
        self._more.set_visibility(left > 0)
        self._more.set_text(self._text.n("ticket.history.more", left) if left > 0 else "")

    def _show_all(self) -> None:
        self._place(self._rows[len(self._list.default_slot.children) :])
        self._render_count()

    def _place(self, rows: Sequence[HistoryRow], *, on_top: bool = False) -> None:
        for row in rows:
            entry = self._describe(self._text, self._names, row)
            with self._list, ui.element("li").classes("history__row").mark(f"history-{row.action}") as element:
                ui.label(self._text.instant(row.at)).classes("muted small num history__at")
                with ui.element("div").classes("history__what"):
                    with ui.element("div").classes("history__line wrap"):
                        ui.label(row.actor).classes("strong")
                        ui.label(entry.what)
                    with ui.element("div").classes("history__changes small"):
                        for change in entry.changes:
                            _place_change(change)
                    if entry.reason:
                        ui.label(f"«{entry.reason}»").classes("history__reason wrap").mark("history-reason")
            if on_top:
                element.move(target_index=0)


def _place_change(change: Change) -> None:
    with ui.element("div").classes("history__change"):
        ui.label(f"{change.field}:").classes("muted")
        if change.before:
            ui.label(change.before).classes("history__before wrap")
            ui.label("→").classes("muted").props("aria-hidden=true")
        ui.label(change.after or "—").classes("wrap")
