"""Users, their roles and sign-ins (spec, section 7)."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from domain.model.base import Instant, enum_column
from domain.model.tickets import REASON_LENGTH
from domain.vocabulary import NoticeKind, Role

SYSTEM_USER = "system"


class User(SQLModel, table=True):
    """A user, who can't sign in without a `password_hash`. `language`: `it`, `en`; `theme`: `auto`, `light`, `dark`."""

    __tablename__ = "user_account"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=100, unique=True)
    role: Role = Field(sa_column=enum_column(Role, "role"))
    password_hash: str = Field(default="", max_length=200)
    active: bool = True
    language: str = Field(default="it", max_length=2)
    theme: str = Field(default="auto", max_length=5)


class Login(SQLModel, table=True):
    """A signed-in browser. Only a digest of its cookie is stored."""

    digest: str = Field(primary_key=True, max_length=64)
    user_id: int = Field(foreign_key="user_account.id", index=True)
    created_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant, index=True)


class Notice(SQLModel, table=True):
    """A notification to a user about a proposal; unread until `read_at` (spec, section 5)."""

    __table_args__ = (Index("ix_notice_unread", "user_id", "read_at"),)

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user_account.id")
    kind: NoticeKind = Field(sa_column=enum_column(NoticeKind, "kind"))
    proposal_id: int = Field(foreign_key="proposal.id", index=True)
    actor: str = Field(max_length=100)
    comment: str = Field(default="", max_length=REASON_LENGTH)
    created_at: datetime = Field(sa_type=Instant)
    read_at: datetime | None = Field(default=None, sa_type=Instant)
