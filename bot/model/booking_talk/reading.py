"""Reads a message about booking an expert: what to do, where, on what, with whom and when."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone

from bot.model.booking_talk.action import booking_action
from bot.model.booking_talk.roles import (
    Roles,
    is_excluded,
    is_kept,
    of_booking,
    of_cancelled,
    sort_change,
    sort_out,
)
from bot.model.booking_talk.spelling import spell_out
from bot.model.booking_talk.words import (
    Named,
    any_time,
    asks_for_visit,
    category_words,
    chosen_category,
    find_categories,
    find_expert,
    find_number,
    find_parks,
    park_words,
)
from bot.model.times.expressions import TimeExpression, find_tokens, resolve
from bot.model.times.tokens import NUMBER, DayToken, PeriodToken, Token, number
from bot.model.wording import tidy

LIKELY_CATEGORY = 0.2
"""A category that no word names is taken from the classifier from this probability on."""
_CHINA = timezone(timedelta(hours=8))
_CODES = re.compile(
    r"[a-z]{2,}(?:/[a-z]{1,2})?[\s-]?\d[\d.:-]*|(?<!\d)(?!20\d{6}(?!\d))\d{7,}|\d{3,4}-\d{7,8}"
)
"""Standard numbers, booking numbers, telephones: their digits are no dates."""
_SHIFT = re.compile(
    rf"(?:(?P<earlier>提前|提早|往前|早)|推迟|推后|往后|后延|延后|延迟|延期|顺延|延|推|晚|迟|缓|拖)(?:头|面)?(?:个)?(?:推|挪|移|拖|延|排|调|点|到)?"
    rf"(?P<count>半|{NUMBER})\s*个?(?P<half>半)?(?P<unit>天|周|星期|礼拜|小时|钟头|分钟|刻钟)(?P<more>半)?"
)
_NEXT_DAY = re.compile(r"(?:后头|后面|往后|第二|后)一天|(?P<before>前头|前面|前)一天")
_TOO_FAR = re.compile(r"太远|远了|不方便|不去|不想去")


@dataclass(frozen=True)
class BookingWish:
    """What a message about booking says; everything that it does not say is empty.

    `action`: book, cancel, reschedule, list, individual (an appointment with a department or a
    technical organisation), none. `park`: a name of `park_words`. `guessed`: no word names the
    category, the classifier thinks of it. `expert`: as said. `first`,
    `last`: the days wished for, of cancel and list those of the booking; `last` None with a
    `first`: from then on. `period`: morning, afternoon. `time`, `time_to`: HH:MM. `any_time`: the
    soonest or any will do. `from_first`: the day of the booking that is moved; `shift_days`,
    `shift_minutes`: by how much, when no new time is told. `problem`: of TimeExpression.
    """

    action: str
    park: str = ""
    category: str = ""
    guessed: bool = False
    expert: str = ""
    first: date | None = None
    last: date | None = None
    period: str = ""
    time: str = ""
    time_to: str = ""
    any_time: bool = False
    from_first: date | None = None
    shift_days: int = 0
    shift_minutes: int = 0
    number: str = ""
    problem: str = ""


def read_booking_message(
    text: str,
    now: datetime,
    ranking: Sequence[tuple[str, float]],
    parks: Mapping[str, Iterable[str]] | None = None,
    categories: Mapping[str, str] | None = None,
    experts: Iterable[str] = (),
) -> BookingWish:
    """What `text` wishes.

    `now`: with a zone, or China's time without. `ranking`: of the classifier, the likeliest
    first, may be empty. `parks`: name → words; `categories`: word → id; both by default those of
    the knowledge. `experts`: names of the directory.
    """
    local = now.astimezone(_CHINA).replace(tzinfo=None) if now.tzinfo else now
    known_parks = park_words() if parks is None else parks
    words = category_words() if categories is None else categories
    booking_number = find_number(tidy(text))
    level = spell_out(tidy(text), [alias for names in known_parks.values() for alias in names])
    timed = _CODES.sub(lambda found: "_" * len(found.group()), level)
    tokens = find_tokens(timed, local)
    named_parks = find_parks(level, known_parks)
    named_categories = find_categories(level, words)
    roles = sort_out(tokens, timed)
    action = booking_action(
        level,
        ranking,
        other_time=bool(roles.wished and roles.unsuitable),
        time_or_park=bool(tokens or named_parks),
    )
    wish = _when(action, tokens, timed, local, roles)
    if action == "book" and asks_for_visit(level):
        wish = replace(wish, action="individual")
    category = chosen_category(_wanted(named_categories, level))
    guess = "" if category else _likely_category(action, ranking, words)
    return replace(
        wish,
        park=_park(action, named_parks, level),
        category=category or guess,
        guessed=bool(guess),
        expert=find_expert(_blank(level, [*tokens, *named_parks, *named_categories]), experts),
        any_time=action in ("book", "reschedule") and any_time(level),
        number=booking_number,
    )


def _when(action: str, tokens: list[Token], level: str, now: datetime, roles: Roles) -> BookingWish:
    if action in ("reschedule", "cancel", "list"):
        tokens = of_booking(tokens, level, now.date())
    if action == "reschedule":
        return _moved(sort_change(tokens, level), level, now)
    if action in ("cancel", "list"):
        named = of_cancelled(tokens, level) if action == "cancel" else tokens
        return _wish(action, resolve(named, level, now, past_allowed=True))
    made = resolve(roles.wished, level, now)
    if not made.period and not made.time:
        made = replace(made, period=_other_period(roles.unsuitable))
    return _wish(action, made)


def _wish(action: str, when: TimeExpression) -> BookingWish:
    return BookingWish(
        action,
        first=when.first,
        last=when.last,
        period=when.period,
        time=when.time,
        time_to=when.time_to,
        problem=when.problem,
    )


def _moved(roles: Roles, level: str, now: datetime) -> BookingWish:
    """The new time; the day stays when only a new hour is told."""
    old = resolve(roles.old, level, now, past_allowed=True)
    new = resolve(roles.wished, level, now)
    wish = replace(_wish("reschedule", new), from_first=old.first)
    days, minutes = _shift(level)
    if new.first is None and not new.problem and old.first is not None:
        day = old.first + timedelta(days=days)
        if days or minutes or new.period or new.time:
            wish = replace(wish, first=day, last=day)
    if minutes and old.time and not new.time:
        moved = datetime.combine(now.date(), datetime.strptime(old.time, "%H:%M").time())
        clock = (moved + timedelta(minutes=minutes)).time()
        period = "morning" if clock.hour < 12 else "afternoon"
        return replace(wish, time=clock.strftime("%H:%M"), period=period)
    if new.first is None and not new.time:
        wish = replace(wish, shift_days=days, shift_minutes=minutes)
    return wish


def _shift(level: str) -> tuple[int, int]:
    """Days and minutes by which a booking is to move; earlier ones are negative."""
    found = _SHIFT.search(level)
    if found is None and (beside := _NEXT_DAY.search(level)):
        return (-1 if beside["before"] else 1), 0
    if found is None or found["count"] == "半" and found["unit"] in ("天", "周", "星期", "礼拜"):
        return 0, 0
    count = 0.5 if found["count"] == "半" else float(number(found["count"]))
    count += 0.5 if found["half"] or found["more"] else 0
    sign = -1 if found["earlier"] else 1
    if found["unit"] == "天":
        return sign * int(count), 0
    if found["unit"] in ("周", "星期", "礼拜"):
        return sign * int(7 * count), 0
    minutes = {"小时": 60, "钟头": 60, "分钟": 1, "刻钟": 15}[found["unit"]]
    return 0, sign * int(minutes * count)


def _other_period(unsuitable: Sequence[Token]) -> str:
    """The other half of the day, when only one is said not to suit: 上午没空."""
    if any(isinstance(token, DayToken) for token in unsuitable):
        return ""
    periods = {token.period for token in unsuitable if isinstance(token, PeriodToken)}
    return {"morning": "afternoon", "afternoon": "morning"}.get(
        next(iter(periods)) if len(periods) == 1 else "", ""
    )


def _wanted(named: Sequence[Named], level: str) -> list[Named]:
    return [n for n in named if not is_excluded(n.start, level) and not is_kept(n.start, level)]


def _park(action: str, named: Sequence[Named], level: str) -> str:
    fit = _wanted(named, level)
    fit = [n for n in fit if not _TOO_FAR.match(level, n.end)] if action != "cancel" else fit
    if len({n.value for n in fit}) == 2 and re.fullmatch(
        r"\s*(?:园区)?\s*(?:或者?|和|,|/|还是|跟)\s*", level[fit[0].end : fit[1].start]
    ):
        return ""
    return fit[-1].value if fit else ""


def _likely_category(
    action: str, ranking: Sequence[tuple[str, float]], words: Mapping[str, str]
) -> str:
    """What a booking is most likely about, where no word says so."""
    known = set(words.values())
    chances = [(name, chance) for name, chance in ranking if name in known]
    if action not in ("book", "individual") or not chances or chances[0][1] < LIKELY_CATEGORY:
        return ""
    return chances[0][0]


def _blank(level: str, parts: Iterable[Token | Named]) -> str:
    for part in parts:
        level = level[: part.start] + " " * (part.end - part.start) + level[part.end :]
    return level
