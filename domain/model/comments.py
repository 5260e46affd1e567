"""What people say to each other about a proposal, and about a line of it."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from domain.model.base import Instant

COMMENT_LENGTH = 2000


class Comment(SQLModel, table=True):
    """One thing that somebody said; it is never changed. Without `line_id` it is about the proposal as a whole."""

    __tablename__ = "proposal_comment"

    id: int | None = Field(default=None, primary_key=True)
    proposal_id: int = Field(foreign_key="proposal.id", index=True)
    line_id: int | None = Field(default=None, foreign_key="proposal_line.id", index=True)
    author: str = Field(max_length=100)
    at: datetime = Field(sa_type=Instant)
    body: str = Field(max_length=COMMENT_LENGTH)
