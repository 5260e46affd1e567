"""What the invoice of a proposal comes to, before it is written (spec, section 5)."""

from collections import defaultdict

from sqlalchemy import ColumnElement, case, func, select
from sqlmodel import Session

from domain.model.base import table_of
from domain.model.catalog import Service
from domain.model.customers import Company
from domain.model.invoices import Invoice
from domain.model.proposals import Proposal, ProposalLine
from domain.rules.invoicing import Amounts, VatKey, invoice_amounts
from domain.vocabulary import LineState

_proposal, _line, _company = table_of(Proposal), table_of(ProposalLine), table_of(Company)
_service, _invoice = table_of(Service), table_of(Invoice)

NOTHING = invoice_amounts((), split_payment=False)
"""Amounts of a proposal without a line to bill."""

# As issuing does: a line at 0% that was made before its service had a Natura takes it from the service.
_nature = case(
    ((_line.c.vat_rate == 0) & (_line.c.vat_nature == ""), _service.c.vat_nature),
    else_=_line.c.vat_nature,
)
# An issued invoice keeps the buyer as it was.
_split_payment = func.coalesce(_invoice.c.buyer["split_payment"].as_boolean(), _company.c.split_payment)


def amounts_by_proposal(session: Session, *which: ColumnElement[bool]) -> dict[int, Amounts]:
    """Amounts of the invoice that each of these proposals makes by itself, from its lines to bill: the rule that issues it.

    Proposals without a line to bill are left out.
    """
    key = (_line.c.proposal_id, _line.c.vat_rate, _nature, _split_payment)
    statement = (
        select(*key, func.sum(_line.c.net))
        .join_from(_line, _proposal, _proposal.c.id == _line.c.proposal_id)
        .join(_company, _company.c.id == _proposal.c.company_id)
        .join(_service, _service.c.id == _line.c.service_id)
        .outerjoin(_invoice, _invoice.c.id == _proposal.c.invoice_id)
        .where(_line.c.state == LineState.BILL, *which)
        .group_by(*key)
    )
    nets: dict[tuple[int, bool], list[tuple[VatKey, int]]] = defaultdict(list)
    for id_, rate, nature, split_payment, net in session.execute(statement):
        nets[id_, bool(split_payment)].append((VatKey(rate, nature), int(net)))
    return {id_: invoice_amounts(lines, split_payment=split) for (id_, split), lines in nets.items()}
