"""State of the screens per user: saved views, preferences, and the last visit to a proposal."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from domain.model.base import Instant

VIEW_NAME_LENGTH = 60
ADDRESS_LENGTH = 2000
PREFERENCE_LENGTH = 8000


class SavedView(SQLModel, table=True):
    """A saved view of a list: the query string of its `page` under a name. Others see it if it is `shared`."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("owner_id", "page", "name", name="uq_saved_view_name"),)

    id: int | None = Field(default=None, primary_key=True)
    owner_id: int = Field(foreign_key="user_account.id")
    page: str = Field(max_length=40, index=True)
    name: str = Field(max_length=VIEW_NAME_LENGTH)
    address: str = Field(max_length=ADDRESS_LENGTH)
    shared: bool = False


class Preference(SQLModel, table=True):
    """A preference of a user by name; `value` is JSON."""

    user_id: int = Field(foreign_key="user_account.id", primary_key=True)
    name: str = Field(max_length=40, primary_key=True)
    value: str = Field(max_length=PREFERENCE_LENGTH)


class ProposalVisit(SQLModel, table=True):
    """The last visit of a user to a proposal; `seen_entry` is the newest history entry at that time."""

    __tablename__ = "proposal_visit"

    user_id: int = Field(foreign_key="user_account.id", primary_key=True)
    proposal_id: int = Field(foreign_key="proposal.id", primary_key=True)
    seen_at: datetime = Field(sa_type=Instant)
    seen_entry: int
