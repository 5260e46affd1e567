"""A column that the tables on a contract's page share."""

from collections.abc import Callable
from typing import Any

from ui.kit.table import Column


def ticket(of: Callable[[Any], tuple[int, str, str]]) -> Column[Any]:
    """The ticket of a row, of which `of` finds id, number and title: a link, and the title beside it."""

    def cells(_: object, row: Any) -> dict[str, Any]:
        id_, number, title = of(row)
        return {"number": number, "number_to": f"/tickets/{id_}", "title": title}

    return Column(
        "number",
        cells,
        '<a :href="props.row.number_to">{{ props.row.number }}</a> '
        '<span class="muted cp-title" :title="props.row.title">{{ props.row.title }}</span>',
    )
