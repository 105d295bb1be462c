"""What the templates of a chat show: lines and their delivery, lists, what may still be sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot import handoff_texts
from bot.model.calendar import local_time
from bot.model.handoff import CLAIMED, WEEKDAYS
from bot.model.rights import Staff
from bot.services.handoff.chat_lines import Line
from bot.services.handoff.queue import ChatItem, Window
from bot.services.handoff.record import Step
from bot.services.handoff.rows import Handoff
from bot.web.desk import chat_texts as texts


@dataclass(frozen=True)
class LineView:
    """A bubble. `key`: its place in the chat; side: theirs, ours (a person's), other (no person).

    `delivery`: label, tag class and explanation of ours; None for the user's.
    """

    id: str
    key: str
    day: str
    clock: str
    side: str
    who: str
    text: str
    choices: tuple[str, ...]
    about: str
    link: str
    picture: int | None
    sound: int | None
    delivery: tuple[str, str, str] | None
    read_id: int


@dataclass(frozen=True)
class ItemView:
    """A chat in a list."""

    id: int
    name: str
    text: str
    waited: str
    lateness: str
    urgency: str
    category: str | None
    station: str | None
    state: str
    owner: str
    reserved: str
    unread: int
    open: bool


def line_view(line: Line) -> LineView:
    """One line of a chat."""
    local = local_time(line.at)
    theirs = line.side == "message_in"
    return LineView(
        id=f"{line.side}-{line.id}",
        key=f"{line.at:%Y%m%d%H%M%S%f}-{line.side}-{line.id:012d}",
        day=f"{local.month}月{local.day}日 星期{WEEKDAYS[local.weekday()]}",
        clock=f"{local:%H:%M}",
        side="theirs" if theirs else "ours" if line.sender == "specialist" else "other",
        who=_who(line),
        text=line.text,
        choices=() if theirs else tuple(c["title"] for c in line.data.get("choices") or ()),
        about=_about(line),
        link="" if line.picture else _link(line),
        picture=None if line.kind == "voice" else line.picture,
        sound=line.picture if line.kind == "voice" else None,
        delivery=None
        if theirs or _goes_without_saying(line)
        else delivery(line.status, line.reason),
        read_id=line.id if theirs else 0,
    )


def line_views(lines: Iterable[Line]) -> list[LineView]:
    """All that is worth showing, in the same order."""
    return [line_view(line) for line in lines if is_shown(line)]


def is_shown(line: Line) -> bool:
    """Whether people see it: receipts that the platform sends are nobody's words."""
    return line.kind != "event" or bool(_about(line))


def delivery(status: str, reason: str | None) -> tuple[str, str, str]:
    """Label, tag class and explanation of what became of a message."""
    label, tone, meaning = texts.DELIVERY.get(status, ("", "", ""))
    if status == "held":
        meaning = texts.HELD.get(reason or "", texts.HELD_OTHER)
    elif status == "failed":
        gone = (reason or "").startswith(texts.NOT_FOLLOWING)
        meaning = texts.FAILED_UNKNOWN_USER if gone else texts.FAILED
    elif status == "void":
        meaning = texts.VOID.get(reason or "", texts.VOID_OTHER)
    elif status == "pending" and reason:
        meaning = texts.WAITS_AGAIN
    return label, tone, meaning


def item_view(item: ChatItem, name: str, unread: int, open_id: int) -> ItemView:
    """One chat of a list. `name`: the enterprise's or contact's, empty when not known."""
    handoff = item.handoff
    urgent = texts.VERY_URGENT if handoff.urgency > 1 else texts.URGENT
    waits = handoff.is_open and (handoff.status != CLAIMED or handoff.waits_since is not None)
    return ItemView(
        id=handoff.id,
        name=name or user_name(handoff.user_id),
        text=item.text,
        waited=texts.wait_words(item.waited.total_seconds()) if waits else "",
        lateness=item.lateness if waits else "",
        urgency=urgent if handoff.urgency > 0 else "",
        category=handoff.category,
        station=handoff.station,
        state=handoff_texts.STATES[handoff.status],
        owner=item.owner,
        reserved=item.reserved,
        unread=unread,
        open=handoff.id == open_id,
    )


def user_name(user_id: int) -> str:
    """What a user is called whose name is not known."""
    return f"{texts.USER}{user_id}"


def window_words(window: Window, now: datetime) -> str:
    """What may still be sent: 还可发4条 · 剩47小时."""
    if window.left <= 0 or window.until is None:
        return texts.WINDOW_CLOSED
    return texts.WINDOW_LEFT.format(left=window.left, time=_time_left(window.until - now))


def state_of(handoff: Handoff) -> str:
    """A mark that changes when what one may do with the chat does."""
    return f"{handoff.status}-{handoff.staff_id}-{handoff.reserved_for}"


def is_mine(handoff: Handoff, staff: Staff) -> bool:
    """Whether they have the chat and may write."""
    return handoff.status == CLAIMED and handoff.staff_id == staff.id


def _time_left(left: timedelta) -> str:
    minutes = int(left.total_seconds() // 60)
    if minutes >= 60:
        return f"{minutes // 60}小时"
    return f"{minutes}分钟" if minutes else f"{max(int(left.total_seconds()), 0)}秒"


def _goes_without_saying(line: Line) -> bool:
    """Of what no person wrote, only that it was not sent is worth a word."""
    return line.sender != "specialist" and line.status == "sent"


def _who(line: Line) -> str:
    if line.side == "message_in":
        return texts.USER
    if line.sender == "specialist":
        return line.author
    return texts.ASSISTANT if line.sender == "assistant" else texts.SYSTEM


def _about(line: Line) -> str:
    """What the user did, where it was no text."""
    if line.side == "message_out":
        return texts.PICTURE_SENT if line.kind == "image" else ""
    if line.kind == "event":
        name = str(line.data.get("Event") or "").lower()
        return texts.EVENTS.get(name, "")
    if line.kind == "text":
        return ""
    if line.kind == "voice" and line.text:
        return texts.VOICE_READ
    about = texts.KINDS.get(line.kind, texts.KIND_OTHER)
    label = str(line.data.get("Label") or line.data.get("Title") or "")
    return f"{about}：{label}" if label else about


def _link(line: Line) -> str:
    """Where a picture or link of the user's leads; only to where a browser may safely go."""
    address = str(line.data.get("PicUrl") or line.data.get("Url") or "")
    if line.side == "message_out" or urlsplit(address).scheme not in ("http", "https"):
        return ""
    return address


def step_view(step: Step) -> tuple[datetime, str] | None:
    """When, and what was done in words; None for what nobody needs to read."""
    words = texts.STEPS.get(step.kind)
    if words is None:
        return None
    who = step.author or (texts.USER if step.actor == "user" else texts.SYSTEM)
    new = step.data.get("new")
    outcome = new.get("outcome", "") if isinstance(new, dict) else ""
    said = words.format(
        who=who,
        reason=texts.REASONS.get(str(step.data.get("reason")), ""),
        outcome=texts.OUTCOMES.get(outcome, outcome),
    )
    return step.at, said.replace("（）", "")
