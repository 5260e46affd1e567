"""Comments on proposals and their lines."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from domain.model.base import Instant

COMMENT_LENGTH = 2000


class Comment(SQLModel, table=True):
    """A comment, which never changes. Without `line_id` it is about the whole proposal."""

    __tablename__ = "proposal_comment"

    id: int | None = Field(default=None, primary_key=True)
    proposal_id: int = Field(foreign_key="proposal.id", index=True)
    line_id: int | None = Field(default=None, foreign_key="proposal_line.id", index=True)
    author: str = Field(max_length=100)
    at: datetime = Field(sa_type=Instant)
    body: str = Field(max_length=COMMENT_LENGTH)
