"""All that is stored of a person, for that person to read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.demand import CHINA
from bot.services.booking.privacy import export_bookings
from bot.services.demand.privacy import export_life
from bot.services.demand.rows import Demand, list_demands, list_versions
from bot.services.handoff.privacy import export_handoffs
from bot.services.record import Origin, record_event
from bot.storage.database import utc_now
from bot.storage.tables import consents, drafts, messages_in, messages_out, users
from knowledge.form import DemandForm, load_form


def export_personal_data(
    db: Connection,
    user_id: int,
    *,
    channel: str = "wechat",
    actor: str = "user",
    now: datetime | None = None,
    form: DemandForm | None = None,
) -> dict[str, Any]:
    """All that is stored of a user, as JSON; times are China's. The export itself is noted."""
    form = form or load_form()
    now = now or utc_now()
    user = db.execute(sa.select(users).where(users.c.id == user_id)).one()
    exported = {
        "exported_at": _time(now),
        "openid": user.openid,
        "following_since": _time(user.created_at),
        "station": user.station,
        "consents": [_consent(row) for row in _rows(db, consents, user_id)],
        "drafts": [_draft(form, row) for row in _rows(db, drafts, user_id)],
        "demands": [_demand(db, form, demand) for demand in list_demands(db, user_id)],
        **export_bookings(db, user_id),
        "handoffs": [_handoff(row) for row in export_handoffs(db, user_id)],
        "messages": _messages(db, user_id),
    }
    record_event(db, "personal_data_exported", user_id, Origin(channel, actor, now))
    return exported


def _consent(row: Any) -> dict[str, Any]:
    return {
        "wording": row.wording,
        "given_at": _time(row.given_at),
        "withdrawn_at": row.withdrawn_at and _time(row.withdrawn_at),
    }


def _draft(form: DemandForm, row: Any) -> dict[str, Any]:
    return {
        "status": row.status,
        "opened_at": _time(row.opened_at),
        "changed_at": _time(row.changed_at),
        "answers": _named(form, row.answers),
    }


def _handoff(row: Mapping[str, Any]) -> dict[str, Any]:
    closed = row["closed_at"]
    return {**row, "opened_at": _time(row["opened_at"]), "closed_at": closed and _time(closed)}


def _demand(db: Connection, form: DemandForm, demand: Demand) -> dict[str, Any]:
    return {
        "number": demand.number,
        "status": demand.status,
        "submitted_at": _time(demand.submitted_at),
        "answers": _named(form, demand.answers),
        **export_life(db, demand.id),
        "versions": [
            {
                "version": version.version,
                "at": _time(version.at),
                "status": version.status,
                "reason": version.reason,
                "answers": _named(form, version.answers),
            }
            for version in list_versions(db, demand.id)
        ],
    }


def _messages(db: Connection, user_id: int) -> list[dict[str, Any]]:
    """What was said, in order of time."""
    said = [
        (row.received_at, "user", row.text or "") for row in _rows(db, messages_in, user_id)
    ] + [
        (row.created_at, row.sender, row.body.get("text", ""))
        for row in _rows(db, messages_out, user_id)
    ]
    return [
        {"at": _time(at), "from": sender, "text": text}
        for at, sender, text in sorted(said, key=lambda entry: entry[0])
        if text
    ]


def _rows(db: Connection, table: sa.Table, user_id: int) -> list[Any]:
    query = sa.select(table).where(table.c.user_id == user_id).order_by(table.c.id)
    return list(db.execute(query))


def _named(form: DemandForm, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers under the words that the form prints."""
    labels = {field.id: field.label for field in form.fields}
    return {labels.get(name, name): value for name, value in answers.items()}


def _time(moment: datetime) -> str:
    return (moment + CHINA).isoformat(sep=" ", timespec="seconds")
