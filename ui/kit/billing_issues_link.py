"""The way to the pre-flight of a selection, and back from its address: a filter, some ids, a run, or what the server keeps."""

from collections.abc import Callable
from typing import Any, Final

from nicegui import ui

from domain.reads.selection import Selection
from storage.queries.proposals.generation import refused_in
from ui.kit.addresses.tickets import View
from ui.kit.list_query import number_of
from ui.kit.page import PageContext
from ui.server.stored_selections import store_selection, stored_selection

PATH: Final = "/preflight"
_MOST_IN_ADDRESS: Final = 60
_MOST_IDS: Final = 500


def preflight_button(page: PageContext, selection: Callable[[], Selection]) -> None:
    """*Da sistemare*, in the head of a list, about `selection`."""

    def go() -> None:
        page.go(preflight_address(page, selection()))

    button = ui.button(page.t("preflight.open"), icon="rule", on_click=go).props("outline").classes("pre-open")
    button.props["aria-label"] = page.t("preflight.open")
    button.mark("preflight-open").tooltip(page.t("preflight.open_tip"))


def preflight_address(page: PageContext, selection: Selection) -> str:
    """The address for a selection, which a colleague can open too unless it is long."""
    return _lasting(selection) or f"{PATH}?kept={store_selection(page.visitor, selection)}"


def lasting_address(selection: Selection) -> str:
    """The address for a selection, as long as it holds when the server starts anew: else the list."""
    return _lasting(selection) or "/tickets"


def _lasting(selection: Selection) -> str:
    if selection.filter is None and len(selection.ids) <= _MOST_IN_ADDRESS:
        return f"{PATH}?tickets={','.join(map(str, sorted(selection.ids)))}"
    view = View.of_filter(selection.filter) if selection.filter and not selection.ids else None
    return view.address.replace("/tickets", PATH, 1) if view else ""


def selection_at(page: PageContext, session: Any) -> Selection | None:
    """The selection that the page's address asks for; None where it is kept no longer. Raises NotFound for an unknown run."""
    query = page.query
    if "kept" in query:
        return stored_selection(page.visitor, query["kept"])
    if "tickets" in query:
        ids = (number_of(part) for part in query["tickets"].split(",")[:_MOST_IDS])
        return Selection(frozenset(id_ for id_ in ids if id_))
    if "generation" in query:
        return Selection(refused_in(session, number_of(query["generation"]) or 0))
    return Selection(filter=View.of_query(query).filter())
