"""The pages on which the centre reads what was said, marks it and corrects what was misread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.model.demand import CHINA
from bot.model.errors import LearningError, ReviewError
from bot.model.rights import Staff
from bot.model.transcript import FLAGS
from bot.services.record import Origin, record_read
from bot.services.resources.directory import item_texts
from bot.services.spreadsheet import MEDIA_TYPE, make_spreadsheet
from bot.services.transcript.export import MOST, Exported, export_transcripts
from bot.services.transcript.filters import STATES, Wish
from bot.services.transcript.learning import label_message
from bot.services.transcript.lists import list_lines
from bot.services.transcript.review import (
    add_note,
    flag_transcript,
    mark_reviewed,
    mark_unreviewed,
)
from bot.services.transcript.search import find_transcripts
from bot.services.transcript.transcripts import read_transcript
from bot.services.transcript.words import SPEAKERS
from bot.storage.database import utc_now
from bot.web.desk import transcript_texts as texts
from bot.web.desk.desk import Desk
from bot.web.desk.formats import station_name
from bot.web.given import number_of, read_day, read_number
from bot.web.guard import Posted, first
from knowledge import load_knowledge

FIELDS = (
    "q",
    "by",
    "since",
    "until",
    "category",
    "below",
    "mark",
    "rating",
    "station",
    "state",
    "flag",
    "reviewed",
)
BELOW = ("0.85", "0.6", "0.4")
MARKS = {"fallback": "助手反问过", "handed_off": "转过人工"}
HEAD = (
    ("会话", 8),
    ("时间", 20),
    ("服务站", 18),
    ("发送方", 10),
    ("内容", 60),
    ("意图", 16),
    ("置信度", 8),
    ("状态", 18),
    ("标记", 10),
)


class TranscriptPages:
    """Handlers of 会话记录."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        """All of them."""
        page, right = self._desk.page, "transcripts"
        one = "/transcripts/{number:int}"
        export = page(self.export, right="transcripts_export")
        return [
            Route("/transcripts", page(self.list, right=right), methods=["GET"]),
            Route("/transcripts/export", export, methods=["GET"]),
            Route(one, page(self.show, right=right), methods=["GET"]),
            Route(f"{one}/flag", page(self.flag, right=right), methods=["POST"]),
            Route(f"{one}/review", page(self.review, right=right), methods=["POST"]),
            Route(f"{one}/notes", page(self.note, right=right), methods=["POST"]),
            Route(
                f"{one}/messages/{{message:int}}",
                page(self.label, right="learning"),
                methods=["POST"],
            ),
        ]

    def list(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """What the filters find, a page at a time."""
        return self._list(request, staff)

    def _list(self, request: Request, staff: Staff, problem: str = "") -> Response:
        asked = {name: request.query_params.get(name, "").strip() for name in FIELDS}
        wish = _wish(asked)
        with self._desk.engine.begin() as db:
            after = read_number(request.query_params.get("after", "")) or None
            found = find_transcripts(db, staff, wish, after=after)
            lines = list_lines(db, staff, found.rows, wish.text, wish.said_by)
            record_read(db, staff, "transcripts", None, utc_now(), count=len(found.rows))
        given = {name: value for name, value in asked.items() if value}
        return self._desk.render(
            request,
            "transcripts.html",
            422 if problem else 200,
            lines=lines,
            asked=asked,
            filtered=bool(given),
            query=urlencode(given),
            older=urlencode({**given, "after": found.after}) if found.after else "",
            newest="after" not in request.query_params,
            complete=found.complete,
            problem=problem,
            categories={c.id: c.name for c in load_knowledge().categories.values()}
            | {"out_of_scope": texts.INTENTS["out_of_scope"]},
            stations=[(s.scene, s.name) for s in load_knowledge().stations],
            below=BELOW,
            marks=MARKS,
            words=texts,
        )

    def export(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """What the filters find, as a spreadsheet."""
        asked = {name: request.query_params.get(name, "").strip() for name in FIELDS}
        origin = self._desk.origin(staff)
        try:
            with self._desk.engine.begin() as db:
                rows = export_transcripts(db, staff, _wish(asked), origin.now)
        except ReviewError as error:
            return self._list(request, staff, texts.PROBLEMS[error.code].format(most=MOST))
        content = make_spreadsheet("会话记录", HEAD, map(_cells, rows))
        name = f"transcripts-{origin.now + CHINA:%Y%m%d-%H%M}.xlsx"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(content, media_type=MEDIA_TYPE, headers=headers)

    def show(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """One transcript."""
        return self._show(request, staff)

    def flag(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Another flag, or none."""
        flag = first(posted, "flag") or None
        return self._change(
            request, staff, lambda db, n, o: flag_transcript(db, staff, n, flag, o), texts.FLAGGED
        )

    def review(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Read to its end, or to be read again."""
        if first(posted, "reviewed") != "1":
            return self._change(
                request, staff, lambda db, n, o: mark_unreviewed(db, staff, n, o), texts.UNREVIEWED
            )
        seen = number_of(posted, "version")
        return self._change(
            request, staff, lambda db, n, o: mark_reviewed(db, staff, n, seen, o), texts.REVIEWED
        )

    def note(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """A note for colleagues."""
        text = first(posted, "text")
        return self._change(
            request, staff, lambda db, n, o: add_note(db, staff, n, text, o), texts.NOTED
        )

    def label(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """What one message means."""
        message, intent = request.path_params["message"], first(posted, "intent")
        return self._change(
            request,
            staff,
            lambda db, _n, o: label_message(db, staff, message, intent, o),
            texts.LABELLED,
            f"#m{message}",
        )

    def _change(
        self,
        request: Request,
        staff: Staff,
        change: Callable[[Connection, int, Origin], Any],
        said: str,
        place: str = "",
    ) -> Response:
        number = request.path_params["number"]
        try:
            with self._desk.engine.begin() as db:
                change(db, number, self._desk.origin(staff))
        except (ReviewError, LearningError) as error:
            return self._show(request, staff, texts.PROBLEMS[error.code])
        return self._desk.forward(request, f"/transcripts/{number}{place}", said)

    def _show(self, request: Request, staff: Staff, problem: str = "") -> Response:
        number = request.path_params["number"]
        with self._desk.engine.begin() as db:
            shown = read_transcript(db, staff, number, self._desk.origin(staff).now)
            items = item_texts(db)
        return self._desk.render(
            request,
            "transcript.html",
            422 if problem else 200,
            shown=shown,
            items=items,
            problem=problem,
            flags=FLAGS,
            **texts.intent_choices(),
            words=texts,
        )


def _wish(asked: dict[str, str]) -> Wish:
    """What cannot be read is not filtered by."""
    return Wish(
        text=asked["q"][:100],
        said_by=asked["by"] if asked["by"] in SPEAKERS else "",
        since=read_day(asked["since"]),
        until=read_day(asked["until"]),
        category=asked["category"],
        below=float(asked["below"]) if asked["below"] in BELOW else None,
        fallback=asked["mark"] == "fallback",
        handed_off=asked["mark"] == "handed_off",
        rating=int(asked["rating"]) if asked["rating"] in tuple("12345") else None,
        station=asked["station"],
        state=asked["state"] if asked["state"] in STATES else "",
        flag=asked["flag"] if asked["flag"] in FLAGS else "",
        reviewed={"1": True, "0": False}.get(asked["reviewed"]),
    )


def _cells(row: Exported) -> tuple[Any, ...]:
    message = row.message
    read = message.understanding
    states = texts.IN_STATES if message.incoming else texts.OUT_STATES
    return (
        row.transcript_id,
        (message.at + CHINA).replace(microsecond=0),
        station_name(row.station) if row.station else "",
        message.staff_name or texts.SENDERS.get(message.sender, message.sender),
        message.text or texts.KINDS.get(message.kind, ""),
        texts.intent_name(read.intent) if read else "",
        round(read.confidence, 2) if read else None,
        states.get(message.status, ("", ""))[0],
        texts.FLAGS.get(row.flag or "", ""),
    )
