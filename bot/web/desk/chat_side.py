"""What stands beside a chat: the user's profile, notes and record, answers to put in."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.demand_texts import STATE_NAMES
from bot.model.rights import Staff
from bot.services.demand.rows import list_demands
from bot.services.form.draft_rows import find_draft
from bot.services.handoff.notes import list_notes
from bot.services.handoff.queue import current_handoff, is_current, seen_handoff
from bot.services.handoff.record import read_record
from bot.services.handoff.user_profile import address_of, read_basics, read_profile
from bot.services.page_links import form_address
from bot.services.resources.directory import read_knowledge
from bot.storage.database import reading, utc_now
from bot.web.desk import chat_texts
from bot.web.desk.chat_view import is_mine, step_view
from bot.web.desk.desk import Desk
from bot.web.desk.formats import station_name
from bot.web.guard import Posted
from knowledge import Knowledge, ServiceItem, find_services
from knowledge.canned import load_canned_answers

MOST_ITEMS = 8
"""Service items shown at a time: more is looked for with more words."""


class ChatSide:
    """Handlers of the panes beside a chat."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        """All of them."""
        page, at = self._desk.page, "/chats/{handoff:int}"
        return [
            Route(f"{at}/profile", page(self.profile, right="chats"), methods=["GET"]),
            Route(f"{at}/notes", page(self.notes, right="chats"), methods=["GET"]),
            Route(f"{at}/insert", page(self.insert, right="chats"), methods=["GET"]),
        ]

    def profile(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Who it is, and what they had to do with us before."""
        with self._desk.engine.begin() as db:
            values = self.profile_values(db, request.path_params["handoff"], staff)
        return self._desk.render(request, "chat/side.html", **values)

    def profile_values(self, db: Connection, handoff_id: int, staff: Staff) -> dict[str, Any]:
        """What the profile's template shows; of a chat that ended long ago that it does."""
        now = utc_now()
        current = is_current(staff, seen_handoff(db, handoff_id, staff), now)
        profile = read_profile(db, handoff_id, staff, now) if current else None
        return {
            "tab": "profile",
            "handoff_id": handoff_id,
            "profile": profile,
            "demand_states": STATE_NAMES,
            "chat_texts": chat_texts,
        }

    def notes(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Colleagues' notes on the user, and what was done with the hand-off."""
        return self.render_notes(request, staff)

    def render_notes(self, request: Request, staff: Staff) -> Response:
        """The same, also after a note was added."""
        handoff_id = request.path_params["handoff"]
        with reading(self._desk.engine) as db:
            notes = list_notes(db, handoff_id, staff)
            steps = [step_view(step) for step in read_record(db, handoff_id, staff)]
        return self._desk.render(
            request,
            "chat/side.html",
            tab="notes",
            handoff_id=handoff_id,
            notes=notes,
            steps=[step for step in steps if step],
            longest=chat_texts.LIMITS["note"],
        )

    def insert(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Canned answers, service items and the form's link that fit the words `q`."""
        words = request.query_params.get("q", "").strip()[:50]
        with reading(self._desk.engine) as db:
            handoff = current_handoff(db, request.path_params["handoff"], staff, utc_now())
            draft = find_draft(db, handoff.user_id)
            basics = read_basics(draft, list_demands(db, handoff.user_id))
            known = read_knowledge(db)
        station = station_name(staff.station) if staff.station else chat_texts.CENTRE
        filled = [
            (canned, canned.filled(address_of(basics), staff.name, station))
            for canned in load_canned_answers()
        ]
        link = ""
        if draft is not None and is_mine(handoff, staff) and not words:
            address = form_address(self._desk.settings, draft.id, utc_now())
            link = chat_texts.LEFT_DRAFT_LINK.format(address=address)
        return self._desk.render(
            request,
            "chat/insert.html",
            answers=[(one, text) for one, text in filled if words in text or words in one.group],
            items=[(item, item_text(item)) for item in find_items(known, words)],
            link=link,
            words=words,
        )


def find_items(known: Knowledge, words: str) -> list[ServiceItem]:
    """The service items that hold the words, or that these mean; without words the first ones."""
    literal = [
        item
        for item in known.services
        if words in item.text
        or any(words in name for name in (item.group, *item.departments, *item.terms))
    ]
    meant = [match.item for match in find_services(known, words, limit=MOST_ITEMS)]
    return list({item.id: item for item in (*meant, *literal)}.values())[:MOST_ITEMS]


def item_text(item: ServiceItem) -> str:
    """A service item as it is put into a message."""
    return chat_texts.SERVICE_ITEM.format(
        item=item.text,
        departments="、".join(item.departments),
        telephones="、".join(item.telephones),
        source=item.source,
    )
