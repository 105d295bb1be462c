"""What a demand's life holds of a person: taken out of a withdrawn demand, shown in an export."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot import demand_texts as texts
from bot.model.demand import CHINA
from bot.services.demand.inquiries import inquiries_of
from bot.services.demand.matter_rows import matters_of
from bot.services.demand.news import matter_name
from bot.services.demand.search import forget_words
from bot.services.demand.service_records import records_of
from bot.storage.demand_tables import (
    attachments,
    demand_chats,
    inquiries,
    matter_steps,
    matters,
    service_records,
)

STEP_EVENTS = "matter_%"
"""Kinds of events that hold a reason in somebody's words, besides what is no one's."""


def forget_life(db: Connection, demand_id: int) -> None:
    """Empty the words of a withdrawn demand's matters; which steps were taken and when stays.

    Its files are deleted by the worker once no row names them.
    """
    forget_words(db, demand_id)
    own = sa.select(matters.c.id).where(matters.c.demand_id == demand_id)
    emptied: Iterable[tuple[sa.Table, Any, dict[str, Any]]] = (
        (matters, matters.c.demand_id == demand_id, {"wants": "", "rating_words": None}),
        (matter_steps, matter_steps.c.matter_id.in_(own), {"reason": ""}),
        (service_records, service_records.c.matter_id.in_(own), {"text": ""}),
        (inquiries, inquiries.c.demand_id == demand_id, {"text": "", "answer": None}),
    )
    for table, which, values in emptied:
        db.execute(table.update().where(which).values(**values))
    db.execute(attachments.delete().where(attachments.c.demand_id == demand_id))


def forget_asking(db: Connection, user_id: int) -> None:
    """The user is asked nothing about a demand any more."""
    db.execute(demand_chats.delete().where(demand_chats.c.user_id == user_id))


def export_life(db: Connection, demand_id: int) -> dict[str, Any]:
    """The matters of a demand with their records, and what was said about it; China's times."""
    return {
        "matters": [
            {
                "matter": matter_name(matter),
                "wants": matter.wants,
                "state": texts.STATE_NAMES[matter.state],
                "score": matter.score,
                "rating_words": matter.rating_words,
                "records": [record.text for record in records_of(db, matter.id)],
            }
            for matter in matters_of(db, demand_id)
        ],
        "inquiries": [
            {
                "kind": texts.INQUIRY_KINDS[inquiry.kind],
                "at": _time(inquiry.at),
                "text": inquiry.text,
                "answer": inquiry.answer,
            }
            for inquiry in inquiries_of(db, demand_id)
        ],
    }


def _time(moment: datetime) -> str:
    return (moment + CHINA).isoformat(sep=" ", timespec="seconds")
