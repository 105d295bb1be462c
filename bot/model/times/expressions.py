"""Chinese time expressions against a given moment: 下周三上午九点半, 月底, 国庆后, 周五之前.

Weeks begin on Monday. 下周X is the X of the next calendar week; a bare 周X is the coming one, today
only when its hour is still ahead. A date without a year is the next such date, unless it was a
short time ago.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.model.times.clock import as_clock, read_clock, read_period
from bot.model.times.days import DAY_RULES
from bot.model.times.festival_days import FESTIVAL_RULES
from bot.model.times.joining import joined_days
from bot.model.times.tokens import NUMBER, ClockToken, DayToken, PeriodToken, Rule, Token
from bot.model.times.weeks import WEEK_RULES
from bot.model.wording import plain

LONGEST = 500
"""Characters that are looked at: nobody tells a time later in a message."""
_RULES: tuple[Rule, ...] = (*FESTIVAL_RULES, *WEEK_RULES, *DAY_RULES)
_BEFORE = re.compile(r"\s*(?:之前|以前|前(?![台面天日后头往来去])|为止|之内|以内)")
_AFTER = re.compile(r"\s*(?:之后|以后|过后|往后|后(?![天日面台头])|起(?![码到至])|开始(?![到至]))")
_READ = re.compile("[0-9零一二两三四五六七八九十]")
_SAME_DAYS = re.compile(rf"这(?:几|些|{NUMBER})[天日]")
_STARTS = {"morning": time(9), "noon": time(12), "afternoon": time(14), "evening": time(18)}
_ENDS = {"morning": time(12), "noon": time(13), "afternoon": time(18), "evening": time(23)}
"""When a part of the day begins and is over, for what is still ahead."""


@dataclass(frozen=True)
class TimeExpression:
    """What words say of a time.

    `first`, `last`: the days wished for, one day when equal; `last` None with a `first`: from
    then on. `period`: morning, afternoon or "". `time`, `time_to`: HH:MM. `problem`: past,
    impossible_date, impossible_time, lunar_date, unknown_date (a holiday not yet known),
    weekday_mismatch, outside_hours, or "".
    """

    first: date | None = None
    last: date | None = None
    period: str = ""
    time: str = ""
    time_to: str = ""
    problem: str = ""


def read_time(text: str, now: datetime) -> TimeExpression:
    """All that `text` says of a time. `now`: local time."""
    return resolve(find_tokens(text, now), text, now)


def find_tokens(text: str, now: datetime) -> list[Token]:
    """The pieces of time expressions in `text`, in its order, none overlapping."""
    level = plain(text[:LONGEST])
    found: list[Token] = []
    at = 0
    while at < len(level):
        token = _token(level, at, now.date())
        at = token.end if token is not None else at + 1
        if token is not None:
            if not (_SAME_DAYS.match(level, token.start) and _beside_day(found, token)):
                found.append(token)
            level = _READ.sub("_", level[:at]) + level[at:]  # 周五11月: not fifty-one
    return found


def resolve(
    tokens: Sequence[Token], text: str, now: datetime, past_allowed: bool = False
) -> TimeExpression:
    """One expression of pieces that belong together.

    `past_allowed`: for what is looked up and not booked.
    """
    level = plain(text[:LONGEST])
    tokens = _with_dotted(tokens, level, now.date())
    periods = list(dict.fromkeys(t.period for t in tokens if isinstance(t, PeriodToken)))
    if len(periods) > 1:
        periods = [p for p in periods if p in ("morning", "afternoon")] or periods
    said = periods[0] if len(periods) == 1 else ""
    clock = _clock(tokens, said)
    day = joined_days(tokens, level)
    if day is not None and day.kind == "weekday" and day.first == now.date():
        day = _coming(day, clock, said, now)
    period = said if said in ("morning", "afternoon") else ""
    made = replace(clock, first=day.first if day else None, last=day.last if day else None)
    if not made.period and not made.time:
        made = replace(made, period=period)
    if said == "noon" and not made.time and not made.time_to:
        made = replace(made, time="12:00")
    problem = _problem(made, day, said, now, past_allowed)
    return replace(made, problem=problem)


def _token(level: str, at: int, today: date) -> Token | None:
    clock = read_clock(level, at)
    if clock is not None:
        return clock
    for pattern, rule in _RULES:
        if (found := pattern.match(level, at)) and (token := rule(found, today)):
            return _bounded(token, level, today)
    return read_period(level, at)


def _beside_day(found: Sequence[Token], token: Token) -> bool:
    """Whether a day stands directly before: 3号到7号这几天 are the days just named."""
    return bool(found) and isinstance(found[-1], DayToken) and found[-1].end == token.start


def _bounded(token: DayToken, level: str, today: date) -> DayToken:
    """周五之前 ends with Friday; 周五之后 begins after it; 下周起 begins with it."""
    if token.first is None or token.last is None:
        return token
    if found := _BEFORE.match(level, token.end):
        first = token.first if "内" in found.group() and token.kind == "span" else today
        return replace(token, end=found.end(), first=min(first, token.last), kind="span")
    if found := _AFTER.match(level, token.end):
        inclusive = found.group().strip()[0] in "起开"
        first = token.first if inclusive else token.last + timedelta(days=1)
        return replace(token, end=found.end(), first=first, last=None, kind="span")
    return token


def _with_dotted(tokens: Sequence[Token], level: str, today: date) -> list[Token]:
    """9.30 is an hour beside a day, after 上午, or when the date is past; else a date."""
    days = [t for t in tokens if isinstance(t, DayToken)]
    made: list[Token] = []
    for token in tokens:
        hour = None
        if isinstance(token, DayToken) and token.kind == "dotted":
            after_period = level[max(token.start - 1, 0) : token.start] in ("午", "早", "晚")
            past = token.last is not None and token.last < today
            if len(days) > 1 or after_period or past:
                hour = as_clock(level[token.start : token.end])
        made.append(ClockToken(token.start, token.end, hour) if hour else token)
    return made


def _clock(tokens: Sequence[Token], said: str) -> TimeExpression:
    """Time, its end, and the part of the day; `said`: the part of the day in words."""
    clock = next((t for t in tokens if isinstance(t, ClockToken)), None)
    if clock is None:
        return TimeExpression()
    begin = _of_day(clock.at, said)
    end = _of_day(clock.until, said)
    if begin and end and end <= begin and end[0] < 12:
        end = end[0] + 12, end[1]
    if any(h > 23 or m > 59 for h, m in filter(None, (begin, end))):
        return TimeExpression(problem="impossible_time")
    period = ""
    if begin and (begin[0] != 12 or said == "afternoon"):
        period = "morning" if begin[0] < 12 else "afternoon"
    if begin is None and said in ("morning", "afternoon"):
        period = said
    if said == "evening":
        period = ""
    return TimeExpression(period=period, time=_spelt(begin), time_to=_spelt(end))


def _of_day(clock: tuple[int, int] | None, said: str) -> tuple[int, int] | None:
    """The hour in 24; without a part of the day, one to six are in the afternoon."""
    if clock is None:
        return None
    hour, minute = clock
    later = {"afternoon": 12, "evening": 12, "noon": 5, "morning": 0}.get(said, 7)
    return (hour + 12 if 0 < hour < later else hour), minute


def _spelt(clock: tuple[int, int] | None) -> str:
    return f"{clock[0]:02d}:{clock[1]:02d}" if clock else ""


def _coming(day: DayToken, clock: TimeExpression, said: str, now: datetime) -> DayToken:
    """A bare weekday that is today: today when its hour is ahead, else a week later."""
    assert day.first is not None
    starts = time.fromisoformat(clock.time) if clock.time else _STARTS.get(said)
    if starts is not None and starts > now.time():
        return day
    later = day.first + timedelta(days=7)
    return replace(day, first=later, last=later)


def _problem(
    made: TimeExpression, day: DayToken | None, said: str, now: datetime, past_allowed: bool
) -> str:
    if made.problem:
        return made.problem
    if day is not None and day.problem:
        return day.problem
    if not past_allowed and _is_past(made, said, now):
        return "past"
    return "outside_hours" if said == "evening" else ""


def _is_past(made: TimeExpression, said: str, now: datetime) -> bool:
    if made.first is None or made.last is None:
        return False
    if made.last < now.date():
        return True
    if made.first != made.last or made.first != now.date():
        return False
    clock = made.time_to or made.time
    ends = time.fromisoformat(clock) if clock else _ENDS.get(said, time(18))
    return ends <= now.time()
