"""A database that is not there, does not answer, or goes away: a coded refusal without a secret, and nothing made by looking."""

from pathlib import Path

import pytest
from sqlalchemy import text

from domain.errors import Refused
from storage.database import Database, migrate, open_database
from tests.support.postgres import PostgresServer

PARTS = ("segreto", "ssimo")
SECRET = "@".join(PARTS)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("", "database_url"),
        (f"mysql://anna:{SECRET}@127.0.0.1/x", "database_url"),
        (f"postgres://anna:{SECRET}@127.0.0.1/x", "database_url"),
        (f"postgresql+psycopg2://anna:{SECRET}@127.0.0.1/x", "database_url"),
        (f"postgresql+nothing://anna:{SECRET}@127.0.0.1/x", "database_url"),
        (f"postgresql+psycopg://anna:{PARTS[0]}@127.0.0.1:port/x", "database_url"),
        (f"postgresql+psycopg://anna:{PARTS[0]}@127.0.0.1:1/x", "database_cannot_open"),
        (f"postgresql+psycopg://anna:{SECRET}@127.0.0.1:1/x", "database_cannot_open"),
        ("sqlite:////nowhere/at/all.sqlite", "database_cannot_open"),
    ],
)
def test_an_address_that_leads_nowhere_is_refused_without_its_password(url: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        open_database(url)
    assert caught.value.code == code
    assert not any(part in str(caught.value) for part in PARTS)


def test_who_only_looks_makes_no_file(tmp_path: Path) -> None:
    path = tmp_path / "nessuno.sqlite"
    with pytest.raises(Refused, match="database_missing") as caught:
        open_database(f"sqlite:///{path}", create=False)
    assert (caught.value.params, list(tmp_path.iterdir())) == ({"database": str(path)}, [])
    path.touch()
    with pytest.raises(Refused, match="database_missing"):
        open_database(f"sqlite:///{path}", create=False)
    migrate(f"sqlite:///{path}")
    open_database(f"sqlite:///{path}", create=False).dispose()


def test_who_only_looks_makes_no_tables(postgres_server: PostgresServer) -> None:
    with postgres_server.database() as url:
        with pytest.raises(Refused, match="database_missing"):
            open_database(url, create=False)
        database = Database(url)
        with database.read() as session:
            assert session.connection().execute(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")).scalar() == 0
        database.dispose()


def test_a_database_that_goes_away_is_refused_and_is_there_again_afterwards(
    postgres_server: PostgresServer, postgres_template: str
) -> None:
    with postgres_server.database(template=postgres_template) as url:
        database = Database(url)
        with pytest.raises(Refused, match="database_unavailable"), database.read() as session, postgres_server.away(url):
            session.connection().execute(text("SELECT 1"))
        with postgres_server.away(url):
            with pytest.raises(Refused, match="database_unavailable"), database.read():
                pass
            with pytest.raises(Refused, match="database_unavailable"), database.write() as session:
                session.connection().execute(text("SELECT 1"))
            with pytest.raises(Refused, match="database_cannot_open"):
                open_database(url)
        with database.write() as session:
            assert session.connection().execute(text("SELECT 1")).scalar() == 1
        database.dispose()
