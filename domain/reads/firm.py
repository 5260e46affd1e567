"""The firm's own data and settings (spec, section 5)."""

from sqlmodel import Session

from domain.model.invoices import Firm


def firm_of(session: Session, *, hold: bool = False) -> Firm:
    """The firm's own data and settings; with `hold` nobody changes them until the transaction ends."""
    return session.get_one(Firm, 1, populate_existing=hold, with_for_update={"read": True} if hold else None)
