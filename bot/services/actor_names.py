"""Who did something, by name: the record holds staff:7, organisation:3, user or system."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot import demand_texts as texts
from bot.storage.desk_tables import staff
from bot.storage.resource_tables import organisations


def actor_names(db: Connection, actors: Iterable[str]) -> dict[str, str]:
    """{actor: name}; an actor that is no one's any more is shown as recorded."""
    wanted = set(actors)
    found = {actor: texts.ACTORS.get(actor, actor) for actor in wanted}
    for prefix, table in (("staff:", staff), ("organisation:", organisations)):
        ids = [int(actor.removeprefix(prefix)) for actor in wanted if actor.startswith(prefix)]
        rows = db.execute(sa.select(table.c.id, table.c.name).where(table.c.id.in_(ids)))
        found |= {f"{prefix}{row.id}": row.name for row in rows}
    return found
