"""A view of a list as its address holds it: fields of text that differ from the plain view, after the question mark."""

import re
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlencode

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

V = TypeVar("V", bound="DataclassInstance")

_LONGEST = 600
"""Characters of one field: a reason has 500."""


def view_of(kind: type[V], query: Mapping[str, str]) -> V:
    """The view that an address asks for; what it does not know it leaves out."""
    return kind(**{field.name: query[field.name][:_LONGEST] for field in fields(kind) if field.name in query})


def address_of(path: str, view: "DataclassInstance") -> str:
    """The address that opens `view` at `path`."""
    plain = asdict(type(view)())
    changed = {name: value for name, value in asdict(view).items() if value != plain[name]}
    return f"{path}?{urlencode(changed)}" if changed else path


def number_of(text: str) -> int | None:
    """The number that an address holds; None for none, or for what is none."""
    return int(text) if re.fullmatch(r"\d{1,9}", text, re.ASCII) else None


def date_of(text: str) -> date | None:
    """The date that an address holds; None for none, or for what is none."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
