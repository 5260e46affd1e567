"""`/generations/{generation_id}`: what a run of *Genera Proposte Fattura* made, what it refused, and why (spec, section 4)."""

from collections.abc import Sequence
from typing import Any, Final

from nicegui import ui

from domain.rules.eligibility import Objection
from domain.rules.proposal_plan import RefusedTicket
from domain.rules.text import SEARCH_LENGTH
from domain.vocabulary import Refusal
from storage.queries.proposals.generation import GenerationDetail, generation_detail
from storage.queries.proposals.table import ProposalFilter, ProposalRow, proposal_page
from ui.kit.billing_labels import master_data_fix
from ui.kit.empty_state import empty_state
from ui.kit.filter_chip import FilterChip
from ui.kit.page import PageContext
from ui.kit.pager import Pager
from ui.kit.skeleton import skeleton_lines, skeleton_table

ROWS: Final = 50
LARGEST: Final = 6
REASONS: Final = 4
"""So many reasons of one ticket stand in its row; a hundred entries without a service are one line and a count."""

# Values reach the markup through Vue's bindings alone.
_BODY: Final = """
<q-tr :props="props" :data-id="props.row.id">
  <q-td key="number" :props="props"><a :href="props.row.path">{{ props.row.number }}</a></q-td>
  <q-td key="title" :props="props" class="oc-title">{{ props.row.title }}</q-td>
  <q-td key="why" :props="props" class="oc-why"><div v-for="reason in props.row.reasons">{{ reason }}</div>
    <div v-if="props.row.more" class="muted">{{ props.row.more }}</div></q-td>
  <q-td key="todo" :props="props" class="oc-why"><div v-for="todo in props.row.todos">
    <a :href="todo.path">{{ todo.what }}</a></div></q-td>
</q-tr>
"""


async def generation(page: PageContext, generation_id: int) -> None:
    """The page."""
    page.heading(page.t("outcome.title"), trail=[("/proposals", page.t("nav.proposals"))])
    root = ui.element("div").classes("oc full").mark("generation")
    with root:
        skeletons = [skeleton_lines(3), skeleton_table(8)]
    filters = ProposalFilter(generation_id=generation_id)
    result, largest = await page.read(
        lambda session: (
            generation_detail(session, generation_id),
            proposal_page(session, filters, sort="net", limit=LARGEST),
        )
    )
    for skeleton in skeletons:
        skeleton.delete()
    with root:
        Outcome(page, result, largest).build()


class Outcome:
    """The screen of one run, which never changes any more."""

    def __init__(self, page: PageContext, result: GenerationDetail, largest: Sequence[ProposalRow]) -> None:
        self._page, self._t = page, page.translator
        self._result, self._largest = result, largest
        self._code: Refusal | None = None
        self._search = ""
        self._chips: dict[Refusal | None, tuple[FilterChip, str]] = {}

    def build(self) -> None:
        """Place it: first what was made, then what was not."""
        t, result = self._t, self._result
        made = [t.t("outcome.made", at=t.instant(result.created_at), by=result.created_by)]
        made.append(t.t("outcome.by_customer" if result.by_customer else "outcome.per_ticket"))
        made.append(t.t("outcome.grouped" if result.group_entries else "outcome.single"))
        ui.label(" · ".join(made)).classes("muted").mark("made")
        if result.proposals:
            self._figures()
            self._show_largest()
        else:
            empty_state("playlist_remove", t.t("outcome.nothing"), t.t("outcome.nothing_text")).mark("nothing-made")
        if result.refusals:
            self._refused()
        else:
            ui.label(t.t("outcome.refused_none")).classes("muted").mark("refused-none")

    def _figures(self) -> None:
        t, result = self._t, self._result
        numbers = t.t("outcome.numbers", first=result.first_number, last=result.last_number)
        with ui.element("div").classes("oc-figures").mark("figures"):
            self._figure("proposals", t.number(result.proposals), numbers if result.proposals > 1 else result.first_number)
            self._figure("tickets", t.number(result.billable), t.t("outcome.of_tickets", count=t.number(result.tickets)))
            self._figure("lines", t.number(result.lines))
            self._figure("hours", t.hours(result.minutes))
            self._figure("net", t.money(result.net))
            if result.proposals == 1 and self._largest:
                name, target = t.t("outcome.open_one"), f"/proposals/{self._largest[0].id}"
            else:
                name = t.t("outcome.open", count=t.number(result.proposals))
                target = f"/proposals?generation={result.id}"
            ui.button(name, on_click=lambda: self._page.go(target)).classes("oc-go").mark("open-proposals")

    def _figure(self, name: str, amount: str, note: str = "") -> None:
        with ui.element("div").classes("oc-figure").mark(f"figure-{name}"):
            ui.label(self._t.t(f"outcome.{name}")).classes("oc-figure__name")
            ui.label(amount).classes("oc-figure__amount")
            ui.label(note).classes("oc-figure__note")

    def _show_largest(self) -> None:
        if len(self._largest) < 2:  # noqa: PLR2004 - one alone is no largest
            return
        ui.label(self._t.t("outcome.top")).classes("strong").props("role=heading aria-level=2")
        with ui.element("div").classes("oc-top").mark("largest"):
            for row in self._largest:
                with ui.link(target=f"/proposals/{row.id}").classes("oc-card"):
                    ui.label(row.company).classes("clip strong")
                    with ui.element("div").classes("oc-card__line muted"):
                        ui.label(row.number)
                        ui.label(self._t.money(row.net))

    def _refused(self) -> None:
        t, result = self._t, self._result
        with ui.element("div"):
            name = t.n("outcome.refused", len(result.refusals))
            ui.label(name).classes("strong").props("role=heading aria-level=2").mark("refused-count")
            with ui.element("div").classes("line"):
                ui.label(t.t("outcome.refused_text")).classes("muted")
                ui.link(t.t("generation.see"), f"/preflight?generation={result.id}").mark("see-refused")
        with ui.element("div").classes("pf-tools full"):
            self._chip(None, t.t("outcome.all"), len(result.refusals))
            for code, count in result.refused:
                self._chip(code, t.t(f"refusal_short.{code}"), count)
            search = ui.input(placeholder=t.t("outcome.search")).props("clearable debounce=200").classes("pf-search")
            search.props["aria-label"] = t.t("outcome.search")
            search.mark("search").on_value_change(lambda event: self._find(event.value or ""))
        names = {"number": "outcome.ticket", "title": "outcome.name", "why": "outcome.why", "todo": "outcome.todo"}
        columns = [{"name": name, "label": t.t(key), "field": name, "align": "left"} for name, key in names.items()]
        self._table = ui.table(rows=[], columns=columns, row_key="id").classes("full").mark("refused-table")
        self._table.add_slot("body", _BODY)
        self._pager = Pager(t, ROWS, self._turn)
        self._pager.build()
        self._show(1)

    def _chip(self, code: Refusal | None, name: str, count: int) -> None:
        chip = FilterChip(name, lambda: self._only(code), f"refused-{code or 'all'}")
        self._chips[code] = (chip, self._t.number(count))

    async def _turn(self, number: int) -> None:
        self._show(number)

    def _only(self, code: Refusal | None) -> None:
        self._code = code
        self._show(1)

    def _find(self, text: str) -> None:
        self._search = text.strip()[:SEARCH_LENGTH].casefold()
        self._show(1)

    def _show(self, number: int) -> None:
        found = [ticket for ticket in self._result.refusals if self._matches(ticket)]
        shown = found[(number - 1) * ROWS : number * ROWS]
        self._table.rows = [self._row(ticket) for ticket in shown]
        self._pager.show(number, len(shown), len(found))
        for code, (chip, count) in self._chips.items():
            chip.show(here=code == self._code, count=count)

    def _matches(self, ticket: RefusedTicket) -> bool:
        named = self._search in ticket.number.casefold() or self._search in ticket.title.casefold()
        return named and (self._code is None or any(reason.code is self._code for reason in ticket.objections))

    def _row(self, ticket: RefusedTicket) -> dict[str, Any]:
        path, more = f"/tickets/{ticket.id}", len(ticket.objections) - REASONS
        fixes = {reason.code: _fix_path(reason) or path for reason in ticket.objections}
        return {
            "id": ticket.id,
            "number": ticket.number,
            "title": ticket.title,
            "path": path,
            "reasons": [self._t.objection(reason) for reason in ticket.objections[:REASONS]],
            "more": self._t.t("outcome.more", count=self._t.number(more)) if more > 0 else "",
            "todos": [{"what": self._t.t(f"refusal_fix.{code}"), "path": fix} for code, fix in fixes.items()],
        }


def _fix_path(reason: Objection) -> str:
    """Where the reason can be fixed; empty where that is on the ticket."""
    proposal_id = reason.params.get("proposal_id")
    return f"/proposals/{proposal_id}" if isinstance(proposal_id, int) else master_data_fix(reason)
