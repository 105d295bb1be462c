"""Alembic's entry: runs the migrations on the engine that `migrate` names."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context

from bot.storage.database import create_engine
from bot.storage.tables import metadata

MIGRATING = 20211118
"""Number of PostgreSQL's advisory lock; SQLite's transaction locks the whole file by itself."""

engine = create_engine(context.config.attributes["url"])
with engine.connect() as connection:
    # Processes start together: one migrates, the others find it done.
    connection.execute(sa.text("SELECT 1"))
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({MIGRATING})"))
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
engine.dispose()
