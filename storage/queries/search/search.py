"""Global search over numbers and names of tickets, proposals, invoices, customers, contacts and contracts."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, FromClause, String, and_, case, func, literal, or_, select
from sqlmodel import Session

from domain.model import sql
from domain.model.base import contains, table_of
from domain.model.contracts import ServiceContract
from domain.model.customers import Company, Contact, full_name
from domain.model.invoices import Invoice
from domain.model.proposals import Proposal
from domain.model.tickets import Ticket
from domain.rules.text import search_text

EACH: Final = 5
"""Most hits shown per kind."""
WORDS: Final = 6
"""Most words of a search; further words are ignored."""


class HitKind(StrEnum):
    """Kinds of hits, in the order in which equal ranks are shown."""

    TICKET = "ticket"
    PROPOSAL = "proposal"
    INVOICE = "invoice"
    COMPANY = "company"
    CONTACT = "contact"
    CONTRACT = "contract"


@dataclass(frozen=True, slots=True)
class Hit:
    """A hit: `name` is its number or name, `detail` describes it. `rank` is 0 for an exact match."""

    kind: HitKind
    id: int
    name: str
    detail: str
    rank: int


@dataclass(frozen=True, slots=True)
class Hits:
    """The best hits of a kind, `EACH` at most; `more` if there are others."""

    kind: HitKind
    hits: tuple[Hit, ...]
    more: bool


class _Source(NamedTuple):
    """How a kind is searched: `name` is ranked, `text` only searched; `newest` orders equal ranks."""

    kind: HitKind
    table: FromClause
    id: ColumnElement[Any]
    name: ColumnElement[Any]
    detail: ColumnElement[Any]
    text: ColumnElement[Any]
    newest: ColumnElement[Any]


_ticket, _proposal, _invoice = table_of(Ticket), table_of(Proposal), table_of(Invoice)
_company, _contact, _contract = table_of(Company), table_of(Contact), table_of(ServiceContract)
_employer = _company.alias("employer")
_buyer = _invoice.c.buyer["name"].as_string()
_contact_name = full_name(_contact)
_company_name = func.coalesce(_company.c.name, "")
_customer = func.coalesce(func.nullif(sql.customer_name(_company, _employer), ""), _contact_name)

_SOURCES: Final = (
    _Source(
        HitKind.TICKET,
        sql.with_customer(_ticket, _company, _contact, _employer),
        _ticket.c.id, _ticket.c.number, _ticket.c.title + " · " + _customer,
        _ticket.c.title + "\n" + _customer, _ticket.c.id.desc(),
    ),
    _Source(
        HitKind.PROPOSAL, _proposal.join(_company, _proposal.c.company_id == _company.c.id),
        _proposal.c.id, _proposal.c.number, _company.c.name, _company.c.name, _proposal.c.id.desc(),
    ),
    _Source(HitKind.INVOICE, _invoice, _invoice.c.id, _invoice.c.number, _buyer, _buyer, _invoice.c.id.desc()),
    _Source(
        HitKind.COMPANY, _company, _company.c.id, _company.c.name, _company.c.code + " · " + _company.c.vat_number,
        _company.c.code + "\n" + _company.c.vat_number + "\n" + _company.c.tax_code, _company.c.name.asc(),
    ),
    _Source(
        HitKind.CONTACT, _contact.outerjoin(_company, _contact.c.company_id == _company.c.id),
        _contact.c.id, _contact_name, _company_name,
        _contact.c.code + "\n" + _contact.c.email + "\n" + _company_name, _contact.c.last_name.asc(),
    ),
    _Source(
        HitKind.CONTRACT, _contract.join(_company, _contract.c.company_id == _company.c.id),
        _contract.c.id, _contract.c.name, _company.c.name,
        _contract.c.code + "\n" + _company.c.name, _contract.c.name.asc(),
    ),
)  # fmt: skip


def search_all(session: Session, search: str) -> list[Hits]:
    """Hits with all words of `search` in their number, name or detail; the kind with the best hit first.

    The very number or name comes first, then a number whose digits these are (42 is PF-2026-000042), one that begins so, a
    word that begins so, and last whatever contains it. One statement for each kind, whatever is found.
    """
    words = search_text(search).split()[:WORDS]
    if not words:
        return []
    found = [_look(session, source, words) for source in _SOURCES]
    return sorted((hits for hits in found if hits.hits), key=lambda hits: hits.hits[0].rank)


def _look(session: Session, source: _Source, words: Sequence[str]) -> Hits:
    rank = _rank(source.name, " ".join(words))
    text = source.name + "\n" + source.text
    statement = (
        select(source.id, source.name.label("name"), source.detail.label("detail"), rank.label("rank"))
        .select_from(source.table)
        .where(and_(*(contains(text, word) for word in words)))
        .order_by(rank, source.newest)
        .limit(EACH + 1)
    )
    hits = tuple(Hit(source.kind, row[0], row[1], row[2].strip(" ·"), row[3]) for row in session.execute(statement))
    return Hits(source.kind, hits[:EACH], len(hits) > EACH)


def _rank(name: ColumnElement[Any], phrase: str) -> ColumnElement[Any]:
    lowered, wanted = func.lower(name), literal(phrase.lower(), String)
    ranks = [(lowered == wanted, 0)]
    if phrase.isascii() and phrase.isdecimal():
        ranks.append((_ordinal(name) == phrase.lstrip("0"), 1))
    ranks.append((func.substr(lowered, 1, len(phrase)) == wanted, 2))
    ranks.append((or_(*(contains(name, separator + phrase) for separator in (" ", "-", "/"))), 3))
    ranks.append((contains(name, phrase), 4))
    return case(*ranks, else_=5)


def _ordinal(name: ColumnElement[Any]) -> ColumnElement[Any]:
    """The digits at the end of a number, without leading zeros."""
    stem = func.rtrim(name, "0123456789")
    return func.ltrim(func.substr(name, func.length(stem) + 1), "0")
