"""`/proposals`: the list of proposals, by state, customer or generation (screens; spec, section 5)."""

from typing import Any, Final

from domain.actions.proposals.approval import SeenProposal
from domain.errors import Refused
from domain.vocabulary import Permission, ProposalStatus
from storage.queries.proposals.generation import made_at
from storage.queries.proposals.table import SORTABLE, ProposalRow, count_proposals, counts_by_status, proposal_page
from ui.approvals.actions import submit_seen
from ui.i18n import Translator
from ui.kit.addresses.proposals import View
from ui.kit.badges import PROPOSAL
from ui.kit.errors import show_refusal
from ui.kit.filters import chips, notice, origin, search
from ui.kit.list_bar import Act, SelectionBar
from ui.kit.list_page import Empty, Found, ListPage, OpenList
from ui.kit.page import PageContext
from ui.kit.table import Cells, Column, Look, badge, count, duration, instant, link, money, text
from ui.server import live

List = OpenList[View, ProposalRow]

# Values reach the markup through Vue's bindings alone.
_LINES: Final = """<span class="pf-lines">
  <span v-if="props.row.suspended" class="pf-mark pf-mark--suspended" :title="props.row.suspended_lines">
    <i class="q-icon material-icons" aria-hidden="true">pause_circle</i>{{ props.row.suspended }}</span>
  <span v-if="props.row.not_billed" class="pf-mark pf-mark--not_billed" :title="props.row.not_billed_lines">
    <i class="q-icon material-icons" aria-hidden="true">block</i>{{ props.row.not_billed }}</span>
  <span>{{ props.row.to_bill }}</span></span>"""


async def proposals(page: PageContext) -> None:
    """The list, as the address asks for it."""
    page.heading(page.t("proposals.title"))
    await PROPOSALS.open(page)


def _find(session: Any, view: View, start: int, limit: int) -> Found[ProposalRow]:
    rows = proposal_page(session, view.filter(), sort=view.sort, descending=view.descending, start=start, limit=limit)
    counts = {status.value: number for status, number in counts_by_status(session, view.filter(by_status=False)).items()}
    return Found(rows, count_proposals(session, view.filter()), counts | {"": sum(counts.values())})


def _status(t: Translator, row: ProposalRow) -> Look:
    return (*PROPOSAL[row.status], t.t(f"proposal_status.{row.status}"), t.t(f"help.means.proposal_status.{row.status}"))


def _lines(t: Translator, row: ProposalRow) -> Cells:
    return {
        "to_bill": t.number(row.to_bill),
        "suspended": t.number(row.suspended) if row.suspended else "",
        "not_billed": t.number(row.not_billed) if row.not_billed else "",
        "suspended_lines": t.n("review.suspended", row.suspended),
        "not_billed_lines": t.n("review.not_billed", row.not_billed),
    }


def _made_at(opened: List, generation: int) -> Any:
    def query(session: Any) -> str:
        at = made_at(session, generation)
        return opened.t.t("proposals.of_generation", at=opened.t.instant(at)) if at else ""

    return query


async def _ticked(opened: List) -> list[ProposalRow] | None:
    return [row for row in opened.table.shown if opened.selection.has(row.id)] or None


def _ready(rows: list[ProposalRow]) -> list[ProposalRow]:
    return [row for row in rows if row.status is ProposalStatus.DRAFT and row.to_bill]


def _parts(opened: List, rows: list[ProposalRow]) -> tuple[str, str]:
    t, left = opened.t, len(rows) - len(_ready(rows))
    what = t.n("approvals.proposals", len(rows), amount=t.money(sum(row.net for row in rows)))
    return what, t.n("approvals.not_ready", left) if left else ""


async def _submit(opened: List, rows: list[ProposalRow]) -> None:
    ready = _ready(rows)
    try:
        await submit_seen(opened.page, [SeenProposal(row.id, row.version) for row in ready])
    except Refused as refused:
        show_refusal(opened.t, refused)
    else:
        await opened.change_selection(lambda selection: selection.clear())
        opened.page.done(opened.page.n("approvals.submitted_many", len(ready)))
    finally:
        await opened.refresh()


def _submit_label(opened: List, rows: list[ProposalRow]) -> str:
    return opened.t.n("approvals.submit", len(_ready(rows))) if _ready(rows) else ""


PROPOSALS: Final = ListPage(
    area="proposals",
    view=View,
    find=_find,
    sortable=SORTABLE,
    opens="/proposals/{}",
    follows=(live.PROPOSALS,),
    empty=Empty("request_quote", "/tickets", "way"),
    columns=(
        link("number", lambda row: f"/proposals/{row.id}"),
        text("company", grow=True),
        badge("status", _status),
        instant("created_at"),
        text("created_by"),
        count("tickets"),
        Column("lines", _lines, _LINES, right=True),
        duration("hours", "minutes"),
        money("net"),
    ),
    tools=(
        chips("status", ("", *ProposalStatus), lambda t, name: t.t(f"proposal_status.{name}" if name else "proposals.all")),
        search("proposals.search"),
    ),
    notes=(
        notice(lambda t, view: [t.t("home.narrowed_back")] if view.back else [], "back"),
        origin("generation", _made_at, "/generations/{}", "proposals.of_generation_off"),
    ),
    ticks=lambda _, row: row.number,
    permission=Permission.SUBMIT,
    bar=SelectionBar(_ticked, _parts, (Act("proposals-submit", "how_to_reg", _submit_label, _submit),)),
)
