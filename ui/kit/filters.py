"""What narrows a list: chips, fields and notices, each declared once and placed in an open list (house, ListPage)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, Final

from nicegui import ui

from storage.queries.records.choices import Choice, companies, company_name
from ui.i18n import Translator
from ui.kit.date_field import date_field
from ui.kit.filter_chip import FilterChip
from ui.kit.filter_notice import filter_notice
from ui.kit.list_page import Found, OpenList, Tool
from ui.kit.list_query import date_of, number_of
from ui.kit.search_field import search_field
from ui.kit.search_select import SearchSelect
from ui.kit.widgets import icon_button
from ui.server.gateway import Query

List = OpenList[Any, Any]

_ALL: Final = {"": "all"}


def chips(
    name: str,
    values: Sequence[str],
    label: Callable[[Translator, str], str],
    *,
    counted: bool = True,
    marks: Mapping[str, str] = _ALL,
) -> Tool:
    """A chip for each value of a field; the empty one filters nothing. Counts come from `Found.counts`.

    `marks` names the marker of a value where it is not the value itself.
    """

    def place(opened: List) -> None:
        placed = {
            value: FilterChip(
                label(opened.t, value),
                partial(opened.change_view, **{name: value}),
                f"chip-{marks.get(value, value)}",
                counted=counted,
            )
            for value in values
        }

        def show() -> None:
            for value, chip in placed.items():
                count = opened.t.number(opened.found.counts.get(value, 0)) if counted else ""
                chip.show(here=value == getattr(opened.view, name), count=count)

        opened.on_show.append(show)

    return place


def search(key: str) -> Tool:
    """The field in which the list is searched."""

    def place(opened: List) -> None:
        found = search_field(opened.t.t(key), opened.view.search, lambda text: opened.change_view(search=text))
        found.classes("pf-search")

    return place


def company_field(key: str, *, retired: bool = False) -> Tool:
    """The customer, looked for on the server; with `retired` also among those that are archived."""

    async def place(opened: List) -> None:
        chosen = number_of(opened.view.company)
        name = await opened.page.read(lambda session: company_name(session, chosen)) if chosen else ""
        field = SearchSelect(
            opened.page,
            opened.t.t(key),
            lambda text: lambda session: companies(session, text, retired=retired),
            chosen=Choice(chosen, name) if chosen and name else None,
            on_change=lambda: opened.change_view(company=str(field.value or "")),
        )
        # Its name stands where the value will: a label above the value would make the row of fields higher.
        field.element.props(remove="label")
        field.element.props["placeholder"] = field.element.props["aria-label"] = opened.t.t(key)
        field.element.classes("tickets__company", remove="full").mark("company")

    return place


def day_field(name: str, key: str) -> Tool:
    """A date of the address."""

    def place(opened: List) -> None:
        async def choose(day: date | None) -> None:
            await opened.change_view(**{name: day.isoformat() if day else ""})

        date_field(opened.t, opened.t.t(key), date_of(getattr(opened.view, name)), choose).classes("tickets__date").mark(name)

    return place


def options_field(name: str, key: str, options: Callable[[Found[Any]], list[str]]) -> Tool:
    """One of the values that there are by now."""

    def place(opened: List) -> None:
        async def choose() -> None:
            if (value := field.value or "") != getattr(opened.view, name):
                await opened.change_view(**{name: value})

        def show() -> None:
            if field.options != (offered := options(opened.found)):
                field.set_options(offered, value=getattr(opened.view, name) or None)

        chosen = getattr(opened.view, name)
        field = ui.select([chosen] if chosen else [], value=chosen or None, clearable=True, with_input=True, on_change=choose)
        field.props["placeholder"] = field.props["aria-label"] = opened.t.t(key)
        field.props("autocomplete=off").classes("tickets__company").mark(name)
        opened.on_show.append(show)

    return place


def notice(labels: Callable[[Translator, Any], list[str]], *drops: str) -> Tool:
    """What the address narrowed the list to that no field shows, and a button that clears these fields."""

    def place(opened: List) -> None:
        filter_notice(opened.page, labels(opened.t, opened.view), lambda: opened.change_view(**dict.fromkeys(drops, "")))

    return place


def origin(name: str, label: Callable[[List, int], Query[str]], path: str, off: str) -> Tool:
    """The record that the address narrowed the list to, as a link to `path`, and a button that drops it."""

    def place(opened: List) -> Awaitable[None] | None:
        id_ = number_of(getattr(opened.view, name))
        return _place_origin(opened, id_, name, label, path, off) if id_ is not None else None

    return place


async def _place_origin(opened: List, id_: int, name: str, label: Callable[[List, int], Query[str]], path: str, off: str) -> None:
    with ui.element("div").classes("line line--tight").mark("origin") as line:
        ui.icon("filter_alt").props("aria-hidden=true").classes("muted")
        known = await opened.page.read(label(opened, id_))
        ui.link(known, path.format(id_)).classes("clip") if known else ui.label(f"#{id_}")

        async def drop() -> None:
            line.set_visibility(False)
            await opened.change_view(**{name: ""})

        icon_button("close", opened.t.t(off), drop).mark("drop-origin")
