"""A view of a list as its address holds it: fields of text that differ from the plain view, after the question mark."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlencode

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

V = TypeVar("V", bound="DataclassInstance")

_LONGEST = 200


def view_of(kind: type[V], query: Mapping[str, str]) -> V:
    """The view that an address asks for; what it does not know it leaves out."""
    return kind(**{field.name: query[field.name][:_LONGEST] for field in fields(kind) if field.name in query})


def address_of(path: str, view: "DataclassInstance") -> str:
    """The address that opens `view` at `path`."""
    plain = asdict(type(view)())
    changed = {name: value for name, value in asdict(view).items() if value != plain[name]}
    return f"{path}?{urlencode(changed)}" if changed else path
