"""The history: actor, action, time, values before and after, reason. Append-only and chained by hash (trust: audit chain)."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index
from sqlmodel import Field, SQLModel

from domain.model.base import Instant, enum_column
from domain.model.tickets import REASON_LENGTH
from domain.vocabulary import AuditAction


class AuditEntry(SQLModel, table=True):
    """One change of one subject. `digest` is the hash of this entry and the one before; ids have no gaps."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "subject", "subject_id", "id"),)

    id: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=Instant)
    actor: str = Field(max_length=100)
    subject: str = Field(max_length=20)
    subject_id: int
    action: AuditAction = Field(sa_column=enum_column(AuditAction, "action"))
    before: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    after: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    reason: str = Field(default="", max_length=REASON_LENGTH)
    digest: str = Field(max_length=64)


class AuditHead(SQLModel, table=True):
    """The end of the chain, a single row; writers lock it one after the other."""

    __tablename__ = "audit_head"

    id: int = Field(default=1, primary_key=True)
    last_id: int = Field(default=0, sa_type=BigInteger)
    digest: str = Field(default="", max_length=64)
