"""Settings from the environment. Every name begins with `CONSUNTIVO_`."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Settings of one process."""

    model_config = SettingsConfigDict(env_prefix="CONSUNTIVO_", extra="ignore")

    database_url: str = Field(default="sqlite:///consuntivo.sqlite", description="SQLite file or PostgreSQL database")
    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(default=8080, description="port to listen on")
    language: str = Field(default="it", description="language of the command line and of the sign-in page: it or en")
    public_origin: str = Field(default="", description="https://host as browsers see it; empty: the address itself")
