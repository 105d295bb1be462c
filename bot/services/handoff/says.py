"""What a user is told of their hand-off, made of the texts and of how things stand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.engine import Connection

from bot import handoff_texts as texts
from bot.model.calendar import centre_calendar, local_date
from bot.model.form import place_of, progress
from bot.model.handoff import CLOSED, MESSAGE, hours_words, opening_words
from bot.services.booking.state import waits_for_words
from bot.services.demand.chat_state import read_state as read_demand_state
from bot.services.form.draft_rows import find_draft
from bot.services.form.says import ask, options
from bot.services.handoff.queue import place_in_queue
from bot.services.handoff.rows import Handoff, last_handoff
from bot.services.resources.directory import read_knowledge
from knowledge import contact_lines
from knowledge.form import load_form

Choice = dict[str, Any]
BACK: Choice = {"title": texts.BACK_TITLE, "payload": "/desk_back"}
LEAVE: Choice = {"title": texts.MESSAGE_TITLE, "payload": "/desk_message"}
FORM: Choice = {"title": texts.FORM_TITLE, "payload": "/start_demand_form"}
BOOK: Choice = {"title": texts.BOOK_TITLE, "payload": "/book_expert"}
BOOKING: Choice = {"title": texts.BOOKING_WAITS_TITLE, "payload": "/my_bookings"}
"""While a booking asks, it asks once more."""
RATING = "/desk_rating"
NEWS = timedelta(days=30)
"""For so long 查进度 tells how the last chat with a person ended."""


def rating_choices(handoff_id: int) -> list[Choice]:
    """1 to 5: the number typed is the number of stars."""
    return [
        {"title": title, "payload": f"{RATING} {handoff_id} {stars}"}
        for stars, title in enumerate(texts.STARS, 1)
    ]


def receipt(
    db: Connection, handoff: Handoff, now: datetime, *, wished: bool = False
) -> tuple[str, list[Choice]]:
    """The first answer to who asked for a person: place and hours, or how to leave a message.

    `wished`: leaving one is what was asked for.
    """
    kept = _draft_kept(db, handoff.user_id)
    before = [texts.SORRY] if handoff.reason in ("rule", "anger") else []
    if handoff.user_spoke_at is not None:
        before = [texts.CASE_KNOWN]
    if wished:
        return "\n\n".join([*before, texts.MESSAGE_GOES_ON, *kept]), [BACK]
    if handoff.status == MESSAGE:
        lines = [
            *before,
            texts.CLOSED_NOW.format(opening=opening(now)),
            texts.CLOSED_TELEPHONES.format(lines=contact_lines(read_knowledge(db))),
            *kept,
            texts.CLOSED_WAYS,
        ]
        return "\n\n".join(lines), [FORM, BOOK, BACK]
    hours = hours_words(centre_calendar(), now)
    lines = [*before, _place(db, handoff, texts.QUEUED_NEXT, texts.QUEUED)]
    lines += [texts.QUEUED_HOW.format(hours=hours), *kept]
    return "\n\n".join(lines), [LEAVE, BACK]


def waiting(db: Connection, handoff: Handoff) -> str:
    """The short answer to what is written in the queue."""
    return _place(db, handoff, texts.WAIT_NEXT, texts.WAIT)


def opening(now: datetime) -> str:
    """When somebody is there again, in words."""
    return opening_words(centre_calendar().next_opening(now), now)


def kept_message(now: datetime) -> str:
    """A message was left; when it is taken care of."""
    if centre_calendar().is_open(now):
        return texts.MESSAGE_KEPT_OPEN
    return texts.MESSAGE_KEPT.format(opening=opening(now))


def open_question(db: Connection, user_id: int, now: datetime) -> tuple[str, list[Choice]]:
    """What was being asked when a person was called, with its choices; empty without a question.

    Whatever is said next is its answer: so it has to be seen again. What waits for minutes only
    comes before the form, as for the message that answers it (bot/gateway/pending.py).
    """
    if read_demand_state(db, user_id, now).asking:
        return texts.DEMAND_WAITS, []
    if waits_for_words(db, user_id, now):
        return texts.BOOKING_WAITS, [BOOKING]
    return _form_question(db, user_id)


def _form_question(db: Connection, user_id: int) -> tuple[str, list[Choice]]:
    draft = find_draft(db, user_id)
    if draft is None or draft.status != "filling":
        return "", []
    form = load_form()
    try:
        place = place_of(form, draft.asking or "", draft.answers)
        at = progress(form, place.path, draft.answers)
    except (KeyError, ValueError):  # the review, or another form by now
        return texts.FORM_WAITS, []
    text = texts.FORM_OPEN.format(
        number=at.number, total=at.total, label=place.field.label, question=place.asked.question
    )
    if place.asked.kind == "choices":
        text += f"\n{options(place.asked)}"
    return text, ask(form, place.path, draft.answers)[-1].choices


def last_settled(db: Connection, user_id: int, now: datetime) -> str:
    """How the user's last chat with a person ended, while that is news; else empty."""
    last = last_handoff(db, user_id)
    if last is None or last.status != CLOSED or last.outcome is None or last.closed_at is None:
        return ""
    if last.closed_at < now - NEWS:
        return ""
    day = f"{local_date(last.closed_at):%-m月%-d日}"
    said = texts.LAST_HANDOFF.format(day=day, outcome=texts.OUTCOMES[last.outcome])
    note = texts.ENDED_NOTE.format(note=last.closing_note) if last.closing_note else ""
    return "\n".join(filter(None, [said, note]))


def closing(outcome: str, note: str) -> str:
    """What was settled, how to go on, and the request for a rating."""
    lines = [texts.ENDED, texts.ENDED_OUTCOME.format(outcome=texts.OUTCOMES[outcome])]
    if outcome == "ended_by_user":
        lines = [texts.ENDED]
    if note:
        lines.append(texts.ENDED_NOTE.format(note=note))
    return "\n".join([*lines, texts.ENDED_GO_ON])


def _place(db: Connection, handoff: Handoff, first: str, later: str) -> str:
    place = place_in_queue(db, handoff)
    return first if place == 1 else later.format(ahead=place - 1)


def _draft_kept(db: Connection, user_id: int) -> list[str]:
    draft = find_draft(db, user_id)
    return [texts.DRAFT_KEPT] if draft is not None and draft.answers else []
