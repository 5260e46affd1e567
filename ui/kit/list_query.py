"""A view of a list as its address holds it: fields of text that differ from the plain view, after the question mark."""

import re
from collections.abc import Container, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import ClassVar, Final, Self
from urllib.parse import urlencode

_LONGEST: Final = 600
"""Characters of one field: a reason has 500."""
_LAST_PAGE: Final = 10**6


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery:
    """What every list has: order and page. A list adds its filters as further fields of text, empty where they filter nothing.

    `PATH` is where the list is; `KNOWN` the values that a field may have, where they are few: any other falls to its default.
    """

    PATH: ClassVar[str] = ""
    KNOWN: ClassVar[Mapping[str, Container[str]]] = {}

    sort: str = ""
    order: str = "asc"
    page: str = "1"

    @classmethod
    def of_query(cls, query: Mapping[str, str]) -> Self:
        """The view that an address asks for; what it does not know it leaves out."""
        view = cls(**{field.name: query[field.name][:_LONGEST] for field in fields(cls) if field.name in query})
        plain = cls()
        unknown = {name: getattr(plain, name) for name, known in cls.KNOWN.items() if getattr(view, name) not in known}
        return replace(view, **unknown)

    @property
    def address(self) -> str:
        """The path that opens this view."""
        return self.address_at(self.PATH)

    def address_at(self, path: str) -> str:
        """The address that opens this view at `path`."""
        plain = asdict(type(self)())
        names = [field.name for field in fields(self)]
        # Filters first, then order and page, as people read them.
        names.sort(key=lambda name: name in ("sort", "order", "page"))
        changed = {name: getattr(self, name) for name in names if getattr(self, name) != plain[name]}
        return f"{path}?{urlencode(changed)}" if changed else path

    @property
    def page_number(self) -> int:
        """The page, from 1."""
        return max(1, min(number_of(self.page) or 1, _LAST_PAGE))

    @property
    def descending(self) -> bool:
        """Whether the highest comes first."""
        return self.order == "desc"

    @property
    def filters(self) -> Self:
        """The same view without order and page."""
        plain = type(self)()
        return replace(self, sort=plain.sort, order=plain.order, page=plain.page)

    @property
    def unfiltered(self) -> Self:
        """The view that leaves nothing out."""
        return type(self)()

    @property
    def is_filtered(self) -> bool:
        """Whether a filter may leave something out."""
        return self.filters != self.unfiltered


def number_of(text: str) -> int | None:
    """The number that an address holds; None for none, or for what is none."""
    return int(text) if re.fullmatch(r"\d{1,9}", text, re.ASCII) else None


def date_of(text: str) -> date | None:
    """The date that an address holds; None for none, or for what is none."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
