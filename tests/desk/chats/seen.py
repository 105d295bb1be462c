"""What a person sees of chats: words of a page, the event stream, who owns what."""

from __future__ import annotations

import json
import re
import time
from html import unescape
from typing import Any

import sqlalchemy as sa

from bot.storage.database import reading
from bot.storage.tables import conversations
from tests.desk.chats.talkers import Talker
from tests.desk.office import Colleague, Office


def read_stream(
    colleague: Colleague, after: int, enough: int | str
) -> list[tuple[int, str, dict[str, Any]]]:
    """The first changes of the event stream: number, kind, data; so many, or up to these words."""
    found: list[tuple[int, str, dict[str, Any]]] = []
    fields: dict[str, str] = {}
    end = time.monotonic() + 20
    with colleague.http.stream("GET", f"/desk/live?after={after}", timeout=20) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        for line in answer.iter_lines():
            if line:
                name, _, value = line.partition(": ")
                fields[name] = value
                continue
            if fields.get("event", "beat") != "beat":
                found.append((int(fields["id"]), fields["event"], json.loads(fields["data"])))
            fields = {}
            if len(found) == enough or (found and str(enough) in found[-1][2].get("html", "")):
                break
            assert time.monotonic() < end, f"only {len(found)} changes came"
    return found


def words(html: str) -> str:
    """What a person reads."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def owner(office: Office, talker: Talker) -> tuple[str, int | None]:
    """Who owns the conversation."""
    query = sa.select(conversations).where(conversations.c.user_id == talker.id)
    with reading(office.engine) as db:
        row = db.execute(query).one()
    return row.owner_kind, row.owner_id
