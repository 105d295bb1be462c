"""Alembic's entry: runs the migrations on the engine that `migrate` names."""

from __future__ import annotations

from alembic import context

from bot.storage.database import create_engine
from bot.storage.tables import metadata

engine = create_engine(context.config.attributes["url"])
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
engine.dispose()
