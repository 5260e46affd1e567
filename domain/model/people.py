"""People, their roles and their signed-in browsers (spec, section 7)."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from domain.model.base import Instant, enum_column
from domain.vocabulary import Role

SYSTEM_USER = "system"


class User(SQLModel, table=True):
    """Somebody who acts. Without a `password_hash` nobody signs in. `language`: `it`, `en`; `theme`: `auto`, `light`, `dark`."""

    __tablename__ = "user_account"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=100, unique=True)
    role: Role = Field(sa_column=enum_column(Role, "role"))
    password_hash: str = Field(default="", max_length=200)
    active: bool = True
    language: str = Field(default="it", max_length=2)
    theme: str = Field(default="auto", max_length=5)


class Login(SQLModel, table=True):
    """A signed-in browser. Only a digest of its cookie is kept."""

    digest: str = Field(primary_key=True, max_length=64)
    user_id: int = Field(foreign_key="user_account.id", index=True)
    created_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant, index=True)
