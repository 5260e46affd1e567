"""The entry point of Alembic: one history for SQLite and PostgreSQL."""

from alembic import context
from sqlalchemy import Engine
from sqlmodel import SQLModel

import domain.model  # noqa: F401  registers the tables


def run() -> None:
    """Run the migrations on the caller's engine."""
    engine: Engine = context.config.attributes["engine"]
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            render_as_batch=True,
            compare_type=True,
        )
        with context.begin_transaction():
            if engine.dialect.name == "postgresql":
                # Processes that start at the same time migrate one after the other.
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(4027152)")
            before = context.get_context().get_current_heads()
            context.run_migrations()
            # Only after a migration: `check` reports what was broken otherwise.
            if engine.dialect.name == "sqlite" and context.get_context().get_current_heads() != before:
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                if broken:
                    raise RuntimeError(f"foreign keys broken by the migration: {broken[:5]}")


run()
