"""The workplace of chats: the lists, one chat, and what its page asks for again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.model.errors import NotFoundError
from bot.model.handoff import BY_USER, CLAIMED, OUTCOMES
from bot.model.rights import Staff
from bot.services.handoff.chat_lines import read_chat
from bot.services.handoff.chat_pictures import read_picture
from bot.services.handoff.chat_views import count_unread, list_viewers, note_view
from bot.services.handoff.live import feed_end, number_changes
from bot.services.handoff.queue import (
    ended_chats,
    list_queue,
    my_chats,
    others_chats,
    read_window,
    seen_handoff,
)
from bot.services.handoff.rows import Handoff
from bot.services.handoff.user_profile import user_names
from bot.services.record import record_read
from bot.services.staff.staff_rows import list_accounts, staff_names
from bot.storage.database import reading, utc_now
from bot.web.desk import chat_texts
from bot.web.desk.chat_side import ChatSide
from bot.web.desk.chat_view import (
    is_mine,
    item_view,
    line_views,
    state_of,
    user_name,
    window_words,
)
from bot.web.desk.desk import Desk
from bot.web.given import number_of, read_number
from bot.web.guard import Posted
from knowledge import load_knowledge

LINES = 60
"""Lines that a chat opens with, and that are loaded at a time."""
PICTURE_CACHE = "private, max-age=600"
"""Kept by the browser for the time of a chat: it is asked for at each change of a line."""
SOUND_FILES = {"audio/amr": "amr", "audio/mpeg": "mp3"}
"""Endings of voice messages: they are downloaded, for browsers do not play AMR."""
HERE = timedelta(seconds=90)
"""A colleague whose page was open so lately is there."""


class ChatPages:
    """Handlers under /chats that show."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._side = ChatSide(desk)

    def routes(self) -> list[Route]:
        """All of them."""
        page = self._desk.page
        return [
            Route("/chats", page(self.show, right="chats"), methods=["GET"]),
            Route("/chats/lists", page(self.lists, right="chats"), methods=["GET"]),
            Route(
                "/chats/pictures/{picture:int}", page(self.picture, right="chats"), methods=["GET"]
            ),
            Route("/chats/{handoff:int}", page(self.show, right="chats"), methods=["GET"]),
            Route("/chats/{handoff:int}/head", page(self.head, right="chats"), methods=["GET"]),
            Route("/chats/{handoff:int}/foot", page(self.foot, right="chats"), methods=["GET"]),
            Route(
                "/chats/{handoff:int}/earlier", page(self.earlier, right="chats"), methods=["GET"]
            ),
            Route("/chats/{handoff:int}/seen", page(self.seen, right="chats"), methods=["POST"]),
            *self._side.routes(),
        ]

    def show(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """The whole workplace, with a chat or without."""
        number = request.path_params.get("handoff", 0)
        values: dict[str, Any] = {"chat": None}
        with self._desk.engine.begin() as db:  # writing: what is read of a person is noted
            while number_changes(db):  # what nobody was told of while no page was open
                pass
            feed = feed_end(db)  # before all that is shown
            if number:
                handoff = seen_handoff(db, number, staff)
                record_read(db, staff, "chat", handoff.user_id, utc_now(), handoff=number)
                values = {
                    **self._chat(db, handoff, staff),
                    **self._foot(db, handoff, staff),
                    **self._side.profile_values(db, number, staff),
                }
            values |= self._lists(db, staff, number)
        return self._desk.render(
            request, "chat/workplace.html", **{**values, "feed": feed, "chat_texts": chat_texts}
        )

    def lists(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Queue, own and others' chats, as they are now."""
        given = request.query_params.get("open", "")
        with reading(self._desk.engine) as db:
            values = self._lists(db, staff, read_number(given))
        return self._desk.render(request, "chat/lists.html", **values)

    def head(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Whose chat it is, and what may still be sent."""
        with reading(self._desk.engine) as db:
            handoff = self._handoff(db, request, staff)
            values = self._head(db, handoff, staff)
        return self._desk.render(request, "chat/head.html", **values)

    def foot(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """What the person may do with it now."""
        with reading(self._desk.engine) as db:
            handoff = self._handoff(db, request, staff)
            values = {**self._head(db, handoff, staff), **self._foot(db, handoff, staff)}
        return self._desk.render(request, "chat/foot.html", chat_texts=chat_texts, **values)

    def earlier(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """The lines before a moment, and those of that very moment: the page knows them by id."""
        try:
            moment = datetime.strptime(request.query_params.get("before", ""), "%Y%m%d%H%M%S%f")
        except ValueError:
            raise NotFoundError(what="moment", id=0) from None
        moment += timedelta(microseconds=1)
        with self._desk.engine.begin() as db:
            handoff = self._handoff(db, request, staff)
            lines = read_chat(db, handoff.id, staff, moment, LINES)
            record_read(db, staff, "chat", handoff.user_id, utc_now(), handoff=handoff.id)
        return self._desk.render(
            request, "chat/lines.html", lines=line_views(lines), more=len(lines) == LINES
        )

    def picture(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """A picture or voice message of a chat that the person may see."""
        with self._desk.engine.begin() as db:
            picture = read_picture(db, staff, request.path_params["picture"])
            handoff = seen_handoff(db, picture.handoff_id, staff)
            about = {"handoff": handoff.id, "picture": picture.id}
            record_read(db, staff, "picture", handoff.user_id, utc_now(), **about)
        shown = "inline"
        if picture.media_type in SOUND_FILES:
            shown = f'attachment; filename="voice-{picture.id}.{SOUND_FILES[picture.media_type]}"'
        headers = {"Cache-Control": PICTURE_CACHE, "Content-Disposition": shown}
        return Response(picture.content, headers=headers, media_type=picture.media_type)

    def seen(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """The chat is on their screen, read up to a message."""
        handoff_id, now = request.path_params["handoff"], utc_now()
        with self._desk.engine.begin() as db:
            note_view(db, handoff_id, staff, number_of(posted, "read"), now)
            viewers = list_viewers(db, handoff_id, staff, now)
        return self._desk.render(request, "chat/viewers.html", viewers=viewers)

    def _handoff(self, db: Connection, request: Request, staff: Staff) -> Handoff:
        return seen_handoff(db, request.path_params["handoff"], staff)

    def _lists(self, db: Connection, staff: Staff, open_id: int) -> dict[str, Any]:
        now = utc_now()
        found = {
            "queue": list_queue(db, self._desk.settings, staff, now),
            "own": my_chats(db, self._desk.settings, staff, now),
            "others": others_chats(db, self._desk.settings, staff, now),
            "ended": ended_chats(db, self._desk.settings, staff, now),
        }
        handoffs = [item.handoff for items in found.values() for item in items]
        names = user_names(db, [handoff.user_id for handoff in handoffs])
        unread = count_unread(db, staff, [handoff.id for handoff in handoffs])
        return {
            kind: [
                item_view(
                    item,
                    names.get(item.handoff.user_id, ""),
                    unread.get(item.handoff.id, 0) if kind == "own" else 0,
                    open_id,
                )
                for item in items
            ]
            for kind, items in found.items()
        }

    def _chat(self, db: Connection, handoff: Handoff, staff: Staff) -> dict[str, Any]:
        lines = read_chat(db, handoff.id, staff, limit=LINES)
        return {
            **self._head(db, handoff, staff),
            "lines": line_views(lines),
            "more": len(lines) == LINES,
        }

    def _head(self, db: Connection, handoff: Handoff, staff: Staff) -> dict[str, Any]:
        now = utc_now()
        name = user_names(db, [handoff.user_id]).get(handoff.user_id, "")
        window = read_window(db, handoff.user_id, now)
        owner = staff_names(db).get(handoff.staff_id or 0, "")
        return {
            "chat": handoff,
            "name": name or user_name(handoff.user_id),
            "window": window_words(window, now),
            "window_open": window.left > 0 and window.until is not None,
            "viewers": list_viewers(db, handoff.id, staff, now),
            "owner": owner,
            "mine": is_mine(handoff, staff),
            "movable": handoff.is_open
            and (handoff.status != CLAIMED or is_mine(handoff, staff) or _supervises(staff)),
            "state": state_of(handoff),
        }

    def _foot(self, db: Connection, handoff: Handoff, staff: Staff) -> dict[str, Any]:
        known = load_knowledge()
        return {
            "supervises": _supervises(staff),
            "reserved": staff_names(db).get(handoff.reserved_for or 0, ""),
            "colleagues": _colleagues(db, staff),
            "stations": known.stations,
            "categories": known.categories.values(),
            "endings": [outcome for outcome in OUTCOMES if outcome != BY_USER],
        }


def _supervises(staff: Staff) -> bool:
    return staff.may("chats_supervise")


def _colleagues(db: Connection, staff: Staff) -> list[tuple[Staff, bool]]:
    """Who else takes chats, and whether they are there now; those who are come first."""
    since = utc_now() - HERE
    found = [
        (a.staff, a.staff.available and a.seen_at is not None and a.seen_at > since)
        for a in list_accounts(db)
        if a.active and a.staff.id != staff.id and a.staff.may("chats")
    ]
    return sorted(found, key=lambda one: (not one[1], one[0].name))
