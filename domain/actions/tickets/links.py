"""What a person writes on a ticket, and whether customer, contract and planning go together (spec, sections 1, 2 and 6)."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from domain.errors import InvalidInput
from domain.model.contracts import Planning, ServiceContract
from domain.model.customers import Company, Contact
from domain.model.tickets import Ticket
from domain.rules.calendar import check_year, firm_date
from domain.vocabulary import TicketStatus


@dataclass(frozen=True, slots=True)
class TicketData:
    """What a person may write on a ticket, apart from its billing. Company or contact, contract or planning: one of each pair."""

    title: str
    status: TicketStatus = TicketStatus.OPEN
    company_id: int | None = None
    contact_id: int | None = None
    contract_id: int | None = None
    planning_id: int | None = None
    owner: str = ""
    opened_at: datetime | None = None


def check_links(session: Session, data: TicketData, before: Ticket | None, opened_at: datetime) -> ServiceContract | None:
    """The contract that `data` names. What a ticket had `before` may be retired or ended meanwhile; what it gets may not.

    Raises InvalidInput where the data contradict each other, name what is not there, what is retired or had ended, an odd year.
    """
    check_year(opened_at, "opened_at")
    if data.company_id and data.contact_id:
        raise InvalidInput("two_customers", field="contact_id")
    if data.contract_id and data.planning_id:
        raise InvalidInput("two_coverages", field="planning_id")
    company = session.get(Company, data.company_id) if data.company_id else None
    contact = session.get(Contact, data.contact_id) if data.contact_id else None
    contract = session.get(ServiceContract, data.contract_id) if data.contract_id else None
    planning = session.get(Planning, data.planning_id) if data.planning_id else None
    if (data.company_id and company is None) or (data.contact_id and contact is None):
        raise InvalidInput("unknown_customer", field="company_id" if data.company_id else "contact_id")
    _refuse_other_customer(data, contact, contract or planning)
    found = {"company_id": company, "contact_id": contact, "contract_id": contract, "planning_id": planning}
    for field, record in found.items():
        is_new = before is None or getattr(before, field) != getattr(data, field)
        if is_new and record is not None and record.retired:
            raise InvalidInput("retired", field=field, code=record.code)
    if contract and (before is None or before.contract_id != data.contract_id):
        refuse_ended(contract, opened_at)
    return contract


def _refuse_other_customer(data: TicketData, contact: Contact | None, coverage: ServiceContract | Planning | None) -> None:
    customer = data.company_id or (contact.company_id if contact else None)
    if data.contract_id or data.planning_id:
        refuse_other_customer(customer, coverage, "contract_id" if data.contract_id else "planning_id")


def refuse_other_customer(customer: int | None, coverage: ServiceContract | Planning | None, field: str) -> None:
    """Raises InvalidInput where a ticket of a customer, by id, can't have this contract or planning."""
    if coverage is None or (customer is not None and coverage.company_id != customer):
        raise InvalidInput("coverage_of_another_customer", field=field)


def refuse_ended(contract: ServiceContract, opened_at: datetime) -> None:
    """Raises InvalidInput where a contract had ended before a ticket was opened."""
    day = firm_date(opened_at)
    if contract.ends_on is not None and contract.ends_on < day:
        raise InvalidInput(
            "contract_ended_before", field="contract_id", contract=contract.code, ends_on=contract.ends_on, day=day
        )
