"""The columns of the ticket grid: which there are, in which order a person has them, and what a row shows in each."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from domain.rules.calendar import firm_date
from domain.vocabulary import BillingStatus
from storage.queries.tickets.grid import SORTABLE, TicketRow
from ui.i18n import Translator
from ui.kit.badges import BILLING, TICKET
from ui.kit.table import PART

# Cells are built as nodes with text, never as markup: a title is whatever somebody typed.
_LINK: Final = """p => { if (!p.data) return ''; const a = document.createElement('a');
 a.href = p.data[p.colDef.context.path] || ''; a.textContent = p.value; a.tabIndex = -1; return p.value ? a : ''; }"""
_CHIP: Final = """p => { const c = p.value; if (!c) return ''; const s = document.createElement('span');
 s.className = 'chip chip--' + c.tone; const i = document.createElement('i'); i.className = 'q-icon material-icons';
 i.setAttribute('aria-hidden', 'true'); i.textContent = c.icon; const w = document.createElement('span'); w.textContent = c.word;
 s.append(i, w); if (c.why) s.classList.add('chip--explained');
 s.title = [c.why, c.means].filter(Boolean).join(' · '); return s; }"""

_NUMBER: Final = {"type": "rightAligned", "cellClass": "num"}
_COLUMNS: Final[dict[str, dict[str, Any]]] = {
    "number": {"width": 114, ":cellRenderer": _LINK, "context": {"path": "path"}},
    "title": {"width": 320, "flex": 2, "minWidth": 140, "tooltipField": "title"},
    "company": {"width": 220, "flex": 1, "minWidth": 116, "tooltipField": "company"},
    "status": {"width": 97, ":cellRenderer": _CHIP},
    "billing_status": {"width": 163, ":cellRenderer": _CHIP},
    "proposal": {"width": 134, ":cellRenderer": _LINK, "context": {"path": "proposal_path"}},
    "owner": {"width": 84},
    "hours": {"width": 78, "tooltipField": "part", **_NUMBER},
    "value": {"width": 98, "tooltipField": "part", **_NUMBER},
    "closed_at": {"width": 95},
    "opened_at": {"width": 95},
    "contact": {"width": 150, "tooltipField": "contact"},
    "why": {"width": 200, "flex": 1, "minWidth": 120, "tooltipField": "why"},
}
COLUMNS: Final = tuple(_COLUMNS)
DEFAULT: Final = COLUMNS[:10]
"""What whoever chose nothing sees."""


def known_columns(names: Iterable[object]) -> tuple[str, ...]:
    """Those of `names` that are columns, each once, in their order; the default ones where there is none."""
    return tuple(dict.fromkeys(name for name in names if isinstance(name, str) and name in _COLUMNS)) or DEFAULT


def all_columns(shown: Sequence[str]) -> tuple[str, ...]:
    """Every column: those that are `shown` first, in their order."""
    return (*shown, *(name for name in COLUMNS if name not in shown))


def column_definitions(translator: Translator, shown: Sequence[str]) -> list[dict[str, Any]]:
    """All columns as AG Grid takes them; what is not `shown` is hidden."""
    return [
        {
            "field": name,
            "headerName": translator.t(f"tickets.column.{name}"),
            "sortable": name in SORTABLE,
            "hide": name not in shown,
            ":comparator": "() => 0",
            **_COLUMNS[name],
        }
        for name in all_columns(shown)
    ]


def why_not(translator: Translator, row: TicketRow) -> str:
    """Why a ticket is in its state, or can't be billed."""
    if row.cancellation_reason or not row.refusals or row.billing_status is not BillingStatus.TO_BILL:
        return row.cancellation_reason
    return " · ".join(translator.t(f"refusal_short.{code}") for code in row.refusals)


def _part(t: Translator, row: TicketRow) -> str:
    """Of how much a row shows a part; empty where it shows all."""
    if row.whole_minutes is None or row.whole_value is None:
        return ""
    return t.t("tickets.part", hours=t.hours(row.whole_minutes), value=t.money(row.whole_value))


def cells(t: Translator, row: TicketRow) -> dict[str, Any]:
    """A row as the browser gets it. Its keys are ours; its values are text from wherever."""
    tone, icon = TICKET[row.status]
    billing = row.billing_status.value if row.billing_status else "none"
    why = why_not(t, row)
    part = _part(t, row)
    return {
        "id": row.id,
        "number": row.number,
        "path": f"/tickets/{row.id}",
        "title": row.title,
        "company": row.company or row.contact,
        "contact": row.contact,
        "status": {"tone": tone, "icon": icon, "word": t.t(f"ticket_status.{row.status}")},
        "billing_status": {
            "tone": billing,
            "icon": BILLING[row.billing_status],
            "word": t.t(f"billing_status.{billing}"),
            "why": why,
            "means": t.t(f"help.means.billing_status.{billing}"),
        },
        "proposal": row.proposal_number,
        "proposal_path": f"/proposals/{row.proposal_id}",
        "owner": row.owner,
        "hours": PART + t.hours(row.minutes) if part else t.hours(row.minutes),
        "value": PART + t.money(row.value) if part else t.money(row.value),
        "part": part,
        "closed_at": t.date(firm_date(row.closed_at)) if row.closed_at else "",
        "opened_at": t.date(firm_date(row.opened_at)) if row.opened_at else "",
        "why": why,
    }
