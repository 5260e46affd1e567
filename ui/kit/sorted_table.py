"""A table whose rows are sorted and paged on the server, and open with a click or Enter."""

from collections.abc import Awaitable, Callable, Container, Iterable
from typing import Any, Literal

from nicegui import events, ui

OnSort = Callable[[str, bool], Awaitable[None]]
"""Hears a field, and whether the highest comes first."""


def columns_of(
    names: Iterable[str], words: Callable[[str], str], sortable: Container[str], right: Container[str]
) -> list[dict[str, Any]]:
    """Columns by name, with their headings; those in `right` hold numbers."""
    return [
        {
            "name": name,
            "label": words(name),
            "field": name,
            "sortable": name in sortable,
            "align": "right" if name in right else "left",
        }
        for name in names
    ]


def sorted_table(
    columns: list[dict[str, Any]],
    body: str,
    *,
    order: tuple[str, bool],
    on_sort: OnSort,
    on_open: Callable[[int], Any],
    selection: Literal["multiple"] | None = None,
) -> ui.table:
    """An empty table, out of sight, in an `order` of field and direction. `body` emits `opened` with the id of a row."""
    # With a count of its own the table sorts nothing itself, and asks.
    pagination = {"sortBy": order[0], "descending": order[1], "page": 1, "rowsPerPage": 0, "rowsNumber": 0}
    table = ui.table(rows=[], columns=columns, row_key="id", selection=selection, pagination=pagination)
    table.classes("full").props("hide-bottom binary-state-sort").add_slot("body", body)

    async def sort(event: events.GenericEventArguments) -> None:
        asked = sort_asked(event, {column["name"] for column in columns if column["sortable"]})
        if asked:
            table.pagination = {**table.pagination, "sortBy": asked[0], "descending": asked[1]}
            await on_sort(*asked)

    def open_row(event: events.GenericEventArguments) -> None:
        # An id that is not of a row here was made up.
        if type(event.args) is int and any(row["id"] == event.args for row in table.rows):
            on_open(event.args)

    table.on("request", sort).on("opened", open_row)
    table.set_visibility(False)
    return table


def sort_asked(event: events.GenericEventArguments, sortable: Container[str]) -> tuple[str, bool] | None:
    """The field and the direction that a table asks to be sorted by; None where that is none of `sortable`."""
    asked = event.args.get("pagination") if isinstance(event.args, dict) else None
    if not isinstance(asked, dict) or not isinstance(asked.get("sortBy"), str) or asked["sortBy"] not in sortable:
        return None
    return asked["sortBy"], asked.get("descending") is True
