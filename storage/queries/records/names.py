"""Names of records by id, for histories, which store ids."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, select
from sqlmodel import Session

from domain.model.base import table_of
from domain.model.catalog import Service
from domain.model.contracts import Planning, ServiceContract
from domain.model.customers import Company, Contact, full_name

Reference = tuple[str, int]
"""The field that holds an id, and the id: `("company_id", 7)`."""

_company, _contact, _contract = table_of(Company), table_of(Contact), table_of(ServiceContract)
_planning, _service = table_of(Planning), table_of(Service)

_NAMES: Final[Mapping[str, tuple[Any, ColumnElement[str]]]] = {
    "company_id": (_company.c.id, _company.c.name),
    "contact_id": (_contact.c.id, full_name(_contact)),
    "contract_id": (_contract.c.id, _contract.c.name),
    "planning_id": (_planning.c.id, _planning.c.name),
    "service_id": (_service.c.id, _service.c.name),
}

NAMED: Final = frozenset(_NAMES)
"""Fields whose ids have names."""


def names_of(session: Session, references: Collection[Reference]) -> dict[Reference, str]:
    """The names of references; a deleted record has none."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for field, id_ in references:
        wanted[field].add(id_)
    found: dict[Reference, str] = {}
    for field, ids in wanted.items():
        column, name = _NAMES[field]
        found |= {(field, row[0]): row[1] for row in session.execute(select(column, name).where(column.in_(ids)))}
    return found
