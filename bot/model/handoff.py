"""The rules of a human stretch: its states, who waits for how long, opening times in words."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.model.calendar import Calendar, local_date, local_time
from bot.model.errors import HandoffStateError

ASSISTANT, QUEUE, SPECIALIST = "assistant", "queue", "specialist"
"""Kinds of owners of a conversation."""
MESSAGE, QUEUED, CLAIMED, CLOSED, CANCELLED = "message", "queued", "claimed", "closed", "cancelled"
OPEN = (MESSAGE, QUEUED, CLAIMED)
"""States of a hand-off that is not over: a user has one at most."""
TRANSITIONS: dict[str, dict[str, str]] = {
    "open": {MESSAGE: QUEUED},  # the centre opens: a message left out of hours waits its turn
    "put_off": {QUEUED: MESSAGE, CLAIMED: MESSAGE},  # the centre has closed: kept until it opens
    "leave_message": {QUEUED: MESSAGE, MESSAGE: MESSAGE},
    "claim": {QUEUED: CLAIMED, MESSAGE: CLAIMED},
    "route": {QUEUED: QUEUED, MESSAGE: MESSAGE, CLAIMED: QUEUED},  # to a person, queue or station
    "return": {CLAIMED: QUEUED},  # given back, or taken from an owner who is silent
    "cancel": {QUEUED: CANCELLED, MESSAGE: CANCELLED},
    "close": {QUEUED: CLOSED, MESSAGE: CLOSED, CLAIMED: CLOSED},
}
"""What may be done in which state, and the state it leads to."""
REASONS = ("asked", "misses", "anger", "rule")
"""Why a person was called."""
OUTCOMES = ("solved", "referred", "demand", "booked", "not_ours", "no_answer", "ended_by_user")
"""How a chat ended; the last one is the user's own word."""
BY_USER = "ended_by_user"
URGENCY = {"asked": 0, "misses": 0, "anger": 1, "rule": 1}
"""Urgency to begin with; who was passed on or kept waiting gets one more."""
WEEKDAYS = "一二三四五六日"


def next_state(action: str, status: str) -> str:
    """The state that `action` leads to. Raises HandoffStateError where it is forbidden."""
    try:
        return TRANSITIONS[action][status]
    except KeyError:
        raise HandoffStateError(action=action, status=status) from None


def lateness(waited: timedelta, warn: float, late: float) -> str:
    """How a waiting time is shown: "", "warn" or "late", from so many seconds on."""
    seconds = waited.total_seconds()
    if seconds >= late:
        return "late"
    return "warn" if seconds >= warn else ""


def clock_words(moment: datetime) -> str:
    """A UTC moment by China's clock as it is said: 上午9点, 下午2点30分."""
    local = local_time(moment)
    part = "上午" if local.hour < 12 else "中午" if local.hour == 12 else "下午"
    hour = local.hour if local.hour <= 12 else local.hour - 12
    return f"{part}{hour}点" + (f"{local.minute}分" if local.minute else "")


def opening_words(opening: datetime, now: datetime) -> str:
    """When somebody is there again: 今天下午2点, 明天（11月30日 星期一）上午9点."""
    day, today = local_date(opening), local_date(now)
    if day == today:
        return f"今天{clock_words(opening)}"
    date, weekday = f"{day.month}月{day.day}日", f"星期{WEEKDAYS[day.weekday()]}"
    if day == today + timedelta(days=1):
        return f"明天（{date} {weekday}）{clock_words(opening)}"
    return f"{date}（{weekday}）{clock_words(opening)}"


def hours_words(calendar: Calendar, moment: datetime) -> str:
    """Office hours of the next day that is worked: 9:00—12:00、14:00—17:30."""
    spans = calendar.spans(local_date(calendar.next_opening(moment)))
    return "、".join(f"{local_time(begin):%-H:%M}—{local_time(end):%-H:%M}" for begin, end in spans)
