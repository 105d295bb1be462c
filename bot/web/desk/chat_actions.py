"""What a person does with a chat: taking it, writing, passing on, ending; and why it is refused."""

from __future__ import annotations

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.model.errors import HandoffRuleError, HandoffStateError, TakenError
from bot.model.rights import Staff
from bot.services.handoff.chat_lines import read_lines
from bot.services.handoff.handoffs import claim_handoff, close_handoff
from bot.services.handoff.notes import add_note
from bot.services.handoff.passing import Route as Target
from bot.services.handoff.passing import return_handoff, transfer_handoff
from bot.services.handoff.sending import send_picture, send_to_user
from bot.services.handoff.take_over import take_over_handoff
from bot.web.desk import chat_texts as texts
from bot.web.desk.chat_side import ChatSide
from bot.web.desk.chat_view import line_views
from bot.web.desk.desk import Desk, Handler
from bot.web.given import read_number
from bot.web.guard import Posted, first

PICTURES = ("jpg", "png")
"""Kinds of pictures that a browser and the platform both take."""


class ChatActions:
    """Handlers under /chats that change."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._side = ChatSide(desk)

    def routes(self) -> list[Route]:
        """All of them."""
        actions: dict[str, Handler] = {
            "claim": self.claim,
            "take": self.take,
            "send": self.send,
            "transfer": self.transfer,
            "return": self.give_back,
            "close": self.close,
            "notes": self.note,
        }
        return [
            Route(
                f"/chats/{{handoff:int}}/{name}",
                self._desk.page(refusing(action), right="chats"),
                methods=["POST"],
            )
            for name, action in actions.items()
        ] + [
            Route(
                "/chats/{handoff:int}/picture",
                self._desk.page(refusing(self.picture), right="chats", files=PICTURES),
                methods=["POST"],
            )
        ]

    def claim(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Take it out of the queue."""
        with self._desk.engine.begin() as db:
            claim_handoff(db, self._number(request), staff, self._desk.origin(staff))
        return self._to_chat(request)

    def take(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Take over what a colleague has, by right."""
        with self._desk.engine.begin() as db:
            take_over_handoff(
                db, self._number(request), staff, first(posted, "reason"), self._desk.origin(staff)
            )
        return self._to_chat(request)

    def send(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Write to the user; the lines as the chat shows them."""
        text = (posted.get("text") or [""])[0]
        number, origin = self._number(request), self._desk.origin(staff)
        with self._desk.engine.begin() as db:
            made = send_to_user(db, number, staff, text, origin, first(posted, "key"))
            return self._lines(db, request, made)

    def picture(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Send the user a picture."""
        sent = self._desk.files(request).get("picture", [])
        if not sent:
            raise HandoffRuleError("empty")
        desk, origin, key = self._desk, self._desk.origin(staff), first(posted, "key")
        with desk.engine.begin() as db:
            number = self._number(request)
            made = send_picture(db, desk.settings, number, staff, sent[0].content, origin, key)
            return self._lines(db, request, [made])

    def transfer(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Pass it on: `to` is person:7, station:scene (or station: for any), category:id."""
        kind, _, value = first(posted, "to").partition(":")
        targets = {
            "person": Target(staff_id=read_number(value) or None),
            "station": Target(station=value),
            "category": Target(category=value),
        }
        with self._desk.engine.begin() as db:
            transfer_handoff(
                db,
                self._number(request),
                staff,
                targets.get(kind, Target()),
                first(posted, "reason"),
                self._desk.origin(staff),
            )
        return self._desk.forward(request, "/chats", texts.TRANSFERRED)

    def give_back(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Back to the queue."""
        with self._desk.engine.begin() as db:
            return_handoff(
                db, self._number(request), staff, first(posted, "reason"), self._desk.origin(staff)
            )
        return self._desk.forward(request, "/chats", texts.RETURNED)

    def close(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """End it: the assistant is back."""
        with self._desk.engine.begin() as db:
            close_handoff(
                db,
                self._number(request),
                staff,
                self._desk.origin(staff),
                outcome=first(posted, "outcome"),
                category=first(posted, "category") or None,
                note=first(posted, "note"),
            )
        return self._to_chat(request)

    def note(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Note something for colleagues."""
        with self._desk.engine.begin() as db:
            add_note(
                db, self._number(request), staff, first(posted, "text"), self._desk.origin(staff)
            )
        return self._side.render_notes(request, staff)

    def _lines(self, db: Connection, request: Request, made: list[int]) -> Response:
        """What was just put into the outbox, as the chat shows it."""
        lines = read_lines(db, (), made)
        ordered = [lines["message_out", number] for number in made]
        return self._desk.render(request, "chat/lines.html", lines=line_views(ordered), more=False)

    @staticmethod
    def _number(request: Request) -> int:
        number: int = request.path_params["handoff"]
        return number

    def _to_chat(self, request: Request) -> Response:
        return self._desk.forward(request, f"/chats/{self._number(request)}")


def refusing(handler: Handler) -> Handler:
    """`handler`, whose refusals are said in words: for the page's script to show."""

    def answer(request: Request, posted: Posted, staff: Staff) -> Response:
        try:
            return handler(request, posted, staff)
        except TakenError as error:
            claims = request.url.path.endswith("/claim") and error.data["name"]
            words = texts.CLAIMED_BY_ONE if claims else texts.OWNER_NOW[error.data["kind"]]
            return PlainTextResponse(words.format(name=error.data["name"]), 409)
        except HandoffStateError:
            return PlainTextResponse(texts.REFUSED_STATE, 409)
        except HandoffRuleError as error:
            return PlainTextResponse(texts.REFUSALS[error.code].format(**error.data), 422)

    return answer
