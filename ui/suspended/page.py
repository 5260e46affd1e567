"""`/suspended`: all suspended work by ticket, oldest first, to resume it or to look at it again later (spec, section 5)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Final

from domain.rules.calendar import firm_date
from domain.vocabulary import Permission
from storage.queries.suspended.table import (
    SORTABLE,
    SuspendedRow,
    SuspendedSelection,
    count_due,
    suspended_page,
    suspended_totals,
    who_suspended,
)
from ui.i18n import Translator
from ui.kit.addresses.suspended import ALL, DUE, View, filter_labels
from ui.kit.filters import chips, company_field, notice, options_field, search
from ui.kit.list_page import Empty, Found, ListPage, OpenList
from ui.kit.page import PageContext
from ui.kit.table import PART, Cells, Column, column, duration, link, money
from ui.server import live
from ui.suspended.actions import BAR

List = OpenList[View, SuspendedRow]

# Values reach the markup through Vue's bindings alone.
_PROPOSALS: Final = """<div v-for="one in props.row.proposals" :key="one.path">
    <a :href="one.path">{{ one.number }}</a><div class="small muted">{{ one.status }}</div></div>
  <div v-if="props.row.by_hand" class="muted">{{ props.row.by_hand }}</div>
  <div v-if="props.row.blocked" class="small sp-blocked"><q-icon name="lock" aria-hidden="true" />
    {{ props.row.blocked }}</div>"""
_REVIEW: Final = """<span v-if="props.row.due" class="chip chip--to_bill">
    <q-icon name="notification_important" aria-hidden="true" />{{ props.row.due }}</span>
  <div :class="{'small muted': props.row.due}">{{ props.row.review_on }}</div>"""


async def suspended(page: PageContext) -> None:
    """The list, as the address asks for it."""
    page.heading(page.t("suspended.title"))
    await SUSPENDED.open(page)


def _today() -> date:
    return firm_date(datetime.now(UTC))


def _find(session: Any, view: View, start: int, limit: int) -> Found[SuspendedRow]:
    today, whole = _today(), view.whole()
    rows = suspended_page(session, view.filter(today), sort=view.sort, descending=view.descending, start=start, limit=limit)
    totals = suspended_totals(session, SuspendedSelection(filter=view.filter(today)))
    everything = totals if view.show == ALL else suspended_totals(session, SuspendedSelection(filter=whole))
    counts = {ALL: everything.tickets, DUE: count_due(session, whole, today)}
    return Found(rows, totals.tickets, counts, (who_suspended(session), totals))


def _sums(opened: List, found: Found[SuspendedRow]) -> str:
    t, totals = opened.t, found.more[1]
    return " · ".join((t.n("tickets.count", totals.tickets), t.hours(totals.minutes), t.money(totals.value)))


def _customer(_: Translator, row: SuspendedRow) -> str:
    return row.company or "—"


def _since(t: Translator, row: SuspendedRow) -> str:
    return t.date(firm_date(row.since)) if row.since else ""


def _age(t: Translator, row: SuspendedRow) -> str:
    """How long it waits, in days."""
    if row.since is None:
        return "—"
    days = (_today() - firm_date(row.since)).days
    return t.n("suspended.days", days) if days > 0 else t.t("suspended.today")


def _proposals(t: Translator, row: SuspendedRow) -> Cells:
    return {
        "proposals": [
            {"path": f"/proposals/{one.id}", "number": one.number, "status": t.t(f"proposal_status.{one.status}")}
            for one in row.proposals
        ],
        "by_hand": t.t("suspended.by_hand") if row.by_hand else "",
        "blocked": "" if row.can_resume else t.t("suspended.blocked"),
    }


def _review_on(t: Translator, row: SuspendedRow) -> Cells:
    due = row.review_on is not None and row.review_on <= _today()
    return {"due": t.t("suspended.due") if due else "", "review_on": t.date(row.review_on) if row.review_on else "—"}


def _part(column: Column[SuspendedRow]) -> Column[SuspendedRow]:
    """The column with a mark where the list shows a part of the suspended work of a ticket, and how much there is in all."""

    def cells(t: Translator, row: SuspendedRow) -> Cells:
        whole = (row.whole_minutes, row.whole_value)
        part = (row.minutes, row.value) != whole
        return {
            column.name: (PART if part else "") + column.cells(t, row)[column.name],
            "part": t.t("suspended.part", hours=t.hours(whole[0]), value=t.money(whole[1])) if part else "",
        }

    return replace(column, cells=cells, tip="part")


SUSPENDED: Final = ListPage(
    area="suspended",
    view=View,
    find=_find,
    sortable=SORTABLE,
    opens="/tickets/{}",
    follows=live.BILLING,
    empty=Empty("pause_circle", "/proposals", "lines"),
    columns=(
        link("number", lambda row: f"/tickets/{row.id}", below=lambda _, row: row.title).sized("20%"),
        column("company", _customer, below=lambda _, row: row.owner).sized("20%"),
        column("since", _age, below=_since).sized("108px"),
        column("reason", lambda _, row: " · ".join(row.reasons), below=lambda _, row: ", ".join(row.decided_by)).sized("26%"),
        Column("proposal", _proposals, _PROPOSALS).sized("136px"),
        Column("review_on", _review_on, _REVIEW).sized("138px"),
        _part(duration("minutes")).sized("92px"),
        _part(money("value")).sized("112px"),
    ),
    tools=(
        chips("show", (ALL, DUE), lambda t, name: t.t(f"suspended.chip_{name}")),
        company_field("suspended.company"),
        options_field("by", "suspended.by", lambda found: found.more[0]),
        search("suspended.search"),
    ),
    notes=(notice(filter_labels, "reason", "since_from", "since_to"),),
    sums=_sums,
    ticks=lambda t, row: t.t("suspended.tick", number=row.number),
    permission=Permission.SET_BILLING,
    selects_all=True,
    bar=BAR,
)
