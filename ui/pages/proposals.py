"""`/proposals`: the list of proposals, by state, customer or generation (screens; spec, section 5)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from nicegui import events, ui

from domain.vocabulary import ProposalStatus
from storage.queries.generation import made_at
from storage.queries.proposals import (
    SORTABLE,
    ProposalFilter,
    ProposalRow,
    count_proposals,
    counts_by_status,
    proposal_page,
)
from ui import live
from ui.address import address_of, view_of
from ui.components.empty_state import empty_state
from ui.components.skeleton import skeleton_table
from ui.components.status_badge import PROPOSAL
from ui.following import Refresher
from ui.page import PageContext

ROWS: Final = 50

_COLUMNS: Final = ("number", "company", "status", "created_at", "created_by", "tickets", "lines", "hours", "net")
_RIGHT: Final = frozenset({"tickets", "lines", "hours", "net"})

# Values reach the markup through Vue's bindings alone.
_BODY: Final = """
<q-tr :props="props" tabindex="0" :data-id="props.row.id"
  @click="$event.target.closest('a') || $parent.$emit('opened', props.row.id)"
  @keydown.enter="$event.target.closest('a') || $parent.$emit('opened', props.row.id)">
  <q-td key="number" :props="props"><a :href="props.row.path" tabindex="-1">{{ props.row.number }}</a></q-td>
  <q-td key="company" :props="props" class="pf-company" :title="props.row.company">{{ props.row.company }}</q-td>
  <q-td key="status" :props="props"><span class="chip" :class="'chip--' + props.row.tone">
    <i class="q-icon material-icons" aria-hidden="true">{{ props.row.icon }}</i>{{ props.row.status }}</span></q-td>
  <q-td key="created_at" :props="props">{{ props.row.created_at }}</q-td>
  <q-td key="created_by" :props="props">{{ props.row.created_by }}</q-td>
  <q-td key="tickets" :props="props">{{ props.row.tickets }}</q-td>
  <q-td key="lines" :props="props"><span class="pf-lines">
    <span v-if="props.row.suspended" class="pf-mark pf-mark--suspended" :title="props.row.suspended_lines">
      <i class="q-icon material-icons" aria-hidden="true">pause_circle</i>{{ props.row.suspended }}</span>
    <span v-if="props.row.not_billed" class="pf-mark pf-mark--not_billed" :title="props.row.not_billed_lines">
      <i class="q-icon material-icons" aria-hidden="true">block</i>{{ props.row.not_billed }}</span>
    <span>{{ props.row.to_bill }}</span></span></q-td>
  <q-td key="hours" :props="props">{{ props.row.hours }}</q-td>
  <q-td key="net" :props="props">{{ props.row.net }}</q-td>
</q-tr>
"""


@dataclass(frozen=True, slots=True)
class View:
    """One look at the list, as the address holds it."""

    status: str = ""
    search: str = ""
    generation: str = ""
    sort: str = "number"
    order: str = "desc"
    page: str = "1"

    @classmethod
    def of_query(cls, query: Mapping[str, str]) -> "View":
        """The view that an address asks for; what it does not know it leaves out."""
        view = view_of(cls, query)
        known = view.status in tuple(ProposalStatus)
        return replace(view, status=view.status if known else "", sort=view.sort if view.sort in SORTABLE else "number")

    @property
    def address(self) -> str:
        """The path that opens this view."""
        return address_of("/proposals", self)

    @property
    def number(self) -> int:
        """The page, from 1."""
        return max(1, _whole(self.page) or 1)

    def filter(self, *, by_status: bool = True) -> ProposalFilter:
        """What the rows, or without `by_status` the counts on the chips, are narrowed to."""
        statuses = frozenset({ProposalStatus(self.status)}) if self.status and by_status else frozenset()
        return ProposalFilter(search=self.search, statuses=statuses, generation_id=_whole(self.generation))


@dataclass(frozen=True, slots=True)
class Found:
    """One page of rows, how many match, and how many there are in each state."""

    rows: list[ProposalRow]
    total: int
    counts: dict[ProposalStatus, int]


async def proposals(page: PageContext) -> None:
    """The list, as the address asks for it."""
    page.heading(page.t("proposals.title"))
    await ProposalList(page, View.of_query(page.query)).build()


class ProposalList:
    """One open list."""

    def __init__(self, page: PageContext, view: View) -> None:
        self._page = page
        self._t = page.translator
        self._view = view
        self._total = 0

    async def build(self) -> None:
        """Frame first, rows right after."""
        with ui.element("div").classes("pf full").mark("proposals") as self._root:
            with ui.element("div").classes("pf-tools full"):
                self._chips = {name: self._chip(name) for name in ("", *ProposalStatus)}
                self._search_field()
            self._origin = ui.element("div").classes("line")
            self._skeleton = skeleton_table(14)
            self._place_table()
            self._none = ui.element("div").mark("nothing")
            self._pager()
        self._refresh = Refresher(self._root, self._load)
        await self._name_origin()
        await self._refresh()
        self._skeleton.delete()
        self._refresh.follow(live.proposals_changed, lambda _: True)

    async def _load(self) -> None:
        view = self._view
        found = await self._page.read(lambda session: _find(session, view))
        last = max(1, -(-found.total // ROWS))
        if view.number > last:
            self._view = replace(view, page=str(last))
            await self._load()
            return
        if not self._root.is_deleted:
            self._show(found)

    async def _look(self, **changes: str) -> None:
        """Change the view, and the address with it. Whatever is not about the page begins at the first one."""
        self._view = replace(self._view, **{"page": "1", **changes})
        self._page.replace_address(self._view.address)
        await self._refresh()

    def _show(self, found: Found) -> None:
        self._total = found.total
        rows = [self._row(row) for row in found.rows]
        if rows != self._table.rows:
            self._table.rows = rows
        self._table.set_visibility(bool(rows))
        self._foot.set_visibility(bool(rows))
        everything = sum(found.counts.values())
        for name, (button, count) in self._chips.items():
            here = name == self._view.status
            count.set_text(self._t.number(found.counts.get(ProposalStatus(name), 0) if name else everything))
            button.classes(add="quick--here" if here else None, remove=None if here else "quick--here")
            button.props(f"aria-pressed={str(here).lower()}")
        start = (self._view.number - 1) * ROWS
        first, last, total = (self._t.number(n) for n in (start + bool(rows), start + len(rows), found.total))
        self._range.set_text(self._t.t("proposals.range", first=first, last=last, total=total))
        self._back.set_enabled(start > 0)
        self._next.set_enabled(start + len(rows) < found.total)
        self._show_nothing(nothing=not rows, narrowed=bool(everything or self._view.search or self._view.generation))

    def _show_nothing(self, *, nothing: bool, narrowed: bool) -> None:
        self._none.clear()
        if not nothing:
            return
        key, icon = ("proposals.none", "search_off") if narrowed else ("proposals.empty", "request_quote")
        with self._none, empty_state(icon, self._t.t(key), self._t.t(f"{key}_text")).mark(key):
            go = self._widen if narrowed else lambda: self._page.go("/tickets")
            ui.button(self._t.t(f"{key}_go"), on_click=go).props("outline").mark("nothing-go")

    async def _widen(self) -> None:
        """Take every filter off."""
        self._origin.set_visibility(False)
        self._search.set_value("")
        await self._look(status="", search="", generation="")

    def _chip(self, name: str) -> tuple[ui.element, ui.label]:
        with ui.element("button").props("type=button").classes("quick").mark(f"chip-{name or 'all'}") as button:
            ui.label(self._t.t(f"proposal_status.{name}" if name else "proposals.all"))
            count = ui.label("").classes("quick__count").mark(f"count-{name or 'all'}")
        button.on("click", lambda: self._look(status=name))
        return button, count

    def _search_field(self) -> None:
        words = self._t.t("proposals.search")
        self._search = search = ui.input(placeholder=words, value=self._view.search).props("clearable debounce=250")
        search.props["aria-label"] = words
        search.classes("pf-search").mark("search").on_value_change(lambda e: self._look(search=(e.value or "").strip()[:200]))
        with search.add_slot("prepend"):
            ui.icon("search").props("aria-hidden=true")

    async def _name_origin(self) -> None:
        """Say which generation the list is narrowed to, and offer to drop that."""
        generation = _whole(self._view.generation)
        self._origin.set_visibility(generation is not None)
        if generation is None:
            return
        at = await self._page.read(lambda session: made_at(session, generation))
        name = self._t.t("proposals.of_generation", at=self._t.instant(at)) if at else f"#{generation}"
        with self._origin.mark("origin"):
            ui.icon("filter_alt").props("aria-hidden=true").classes("muted")
            ui.link(name, f"/generations/{generation}") if at else ui.label(name)

            async def drop() -> None:
                self._origin.set_visibility(False)
                await self._look(generation="")

            button = ui.button(icon="close", on_click=drop).props("flat round").mark("drop-origin")
            button.props["aria-label"] = self._t.t("proposals.of_generation_off")

    def _place_table(self) -> None:
        columns = [
            {
                "name": name,
                "label": self._t.t(f"proposals.{name}"),
                "field": name,
                "sortable": name in SORTABLE,
                "align": "right" if name in _RIGHT else "left",
            }
            for name in _COLUMNS
        ]
        order = {"sortBy": self._view.sort, "descending": self._view.order != "asc", "page": 1, "rowsPerPage": 0}
        # With a count of its own the table sorts nothing itself, and asks.
        self._table = ui.table(rows=[], columns=columns, row_key="id", pagination={**order, "rowsNumber": 0})
        self._table.classes("pf-table full").props("hide-bottom binary-state-sort").mark("proposals-table")
        self._table.add_slot("body", _BODY)
        self._table.on("opened", self._opened).on("request", self._sorted)
        self._table.set_visibility(False)

    def _pager(self) -> None:
        with ui.element("div").classes("pf-foot full") as self._foot:
            self._range = ui.label("").classes("small num").mark("range")
            self._back = ui.button(icon="chevron_left", on_click=lambda: self._turn(-1)).props("flat round").mark("page-back")
            self._back.props["aria-label"] = self._t.t("proposals.previous")
            self._next = ui.button(icon="chevron_right", on_click=lambda: self._turn(1)).props("flat round").mark("page-next")
            self._next.props["aria-label"] = self._t.t("proposals.next")
        self._foot.set_visibility(False)

    async def _turn(self, step: int) -> None:
        await self._look(page=str(max(1, self._view.number + step)))

    async def _sorted(self, event: events.GenericEventArguments) -> None:
        asked = event.args.get("pagination") if isinstance(event.args, dict) else None
        if not isinstance(asked, dict) or asked.get("sortBy") not in SORTABLE:
            return
        descending = asked.get("descending") is True
        self._table.pagination = {**self._table.pagination, "sortBy": asked["sortBy"], "descending": descending}
        await self._look(sort=asked["sortBy"], order="desc" if descending else "asc")

    def _opened(self, event: events.GenericEventArguments) -> None:
        if isinstance(event.args, int):
            self._page.go(f"/proposals/{event.args}")

    def _row(self, row: ProposalRow) -> dict[str, Any]:
        t = self._t
        tone, icon = PROPOSAL[row.status]
        return {
            "id": row.id,
            "path": f"/proposals/{row.id}",
            "number": row.number,
            "company": row.company,
            "tone": tone,
            "icon": icon,
            "status": t.t(f"proposal_status.{row.status}"),
            "created_at": t.instant(row.created_at),
            "created_by": row.created_by,
            "tickets": t.number(row.tickets),
            "to_bill": t.number(row.to_bill),
            "suspended": t.number(row.suspended) if row.suspended else "",
            "not_billed": t.number(row.not_billed) if row.not_billed else "",
            "suspended_lines": t.n("review.suspended", row.suspended),
            "not_billed_lines": t.n("review.not_billed", row.not_billed),
            "hours": t.hours(row.minutes),
            "net": t.money(row.net),
        }


def _find(session: Any, view: View) -> Found:
    narrowed, start = view.filter(), (view.number - 1) * ROWS
    rows = proposal_page(session, narrowed, sort=view.sort, descending=view.order != "asc", start=start, limit=ROWS)
    return Found(rows, count_proposals(session, narrowed), counts_by_status(session, view.filter(by_status=False)))


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= len("999999999") else None
