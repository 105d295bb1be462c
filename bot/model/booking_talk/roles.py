"""Which of the times a message names is wished for, which does not suit, which is the old one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise

from bot.model.booking_talk.action import CANCEL, CHANGE
from bot.model.times.tokens import DayToken, PeriodToken, Token

_CLAUSE = re.compile(r"[,!?;~\s]|(?<!\d)\.|\.(?!\d)")
_CORRECTED = re.compile(r"(?:不对|说错|打错|搞错|写错|哦不|噢不|口误|错了)(?:了|哈)?(?=[\s,.应]|$)")
_UNSUITABLE = re.compile(
    r"(?<!有)(?:没得?|莫得)空|(?<!得)不得[空闲]|没有空|不空|(?:没得?|莫得)时间|没有时间|走不[开脱]|(?<![行得要])不(?:得)?行(?!的话)|要不得|(?<!方)不方便|(?<!合)不合适"
    r"|[来去赶过](?:不|得不)(?:了|成|到|赢|起|倒|及|上)|参加不(?:了|成|到)|(?:不能|没法)[来去参]|太[早晚远挤]|满了(?![没吗])|约满(?!了?[没吗])|(?<!在)不在"
    r"|(?<![有会不])(?:没得?|莫得)[号位](?:子)?了|以外|之外|就?算了|不要(?=$|[了哈嘛啦])|不考虑|冲突|撞(?:期|了|上)"
)
_IF_SO = re.compile(
    r"(?:要是|如果|只要|若)?(?:在|有|得空|行|得行|可以|来|能来|没满|没约满|不忙|不挤|方便|合适|空起|坐班|上班|不休息|没出差)"
    r"(?:[空号位人]|时间|位子|名额|专家|老师)?(?:的话|我?就|我约|帮|给|替)"
)
"""After a question whether a time suits: it is wished for if it does."""
_REASON = re.compile(
    r"有会|开[^,.]{0,4}会(?!议室)|早会|有事|出差|停电|停产|检修|盘点|放假|验厂|检查|来查|(?<!帮)忙|年会|家长会|(?<!要是)(?<!如果)[下落]雨|请假|休息|上班走"
)
"""Why a time does not suit; not believed when it is the only time that is named."""
_EXCLUDED = re.compile(
    r"(?:(?<!要)不要|不用|不想|别|莫)(?:再)?(?:给|帮|把)?我?们?(?:安排|排|约|选|订|定|放|换|改|调)(?:在|到|成)?"
    r"|(?<!要)不要|别约|莫约|不约|不想要?|(?<!是)不是|除了|除开|不能是|不选|别给我"
)
_EXCLUDED_ENDS = re.compile(r"(?<!不)是|要(?!是)|约|而|改|换|就")
_THE_OLD = re.compile(
    r"原来|原定|原约|原先|本来|之前约|我约的|约的(?!时间|日子)|约了|约在|约好|上次约"
)
_OF_BOOKING = re.compile(
    r"\s*(?:上午|下午)?\s*(?:的|那个|那场|那次|这个|约的|约(?!到)|预约|接访|号(?!改))"
)
_BOOKED = re.compile(r"\s*(?:上午|下午)?\s*我?约(?:的|了)")
_OBJECT = re.compile(r"(?:一下|一哈|下|哈|把|我|的|那个|一|约)*")
_MADE = re.compile(r"\s*(?:上午|下午|晚上|刚|才|我|们|在|网上|电话)*(?:预约|约|订|挂|报)")
_KEPT = re.compile(r"保留|留[着起到]|不动|不变|不取消|照旧|别动|还要|不退|要去")


@dataclass(frozen=True)
class Roles:
    """Pieces of time by role. `old`: of the booking that is to be changed."""

    wished: list[Token]
    unsuitable: list[Token]
    old: list[Token]


def of_booking(tokens: Sequence[Token], level: str, today: date) -> list[Token]:
    """Without the days on which a booking was made: 昨天约的."""
    return [
        token
        for token in tokens
        if not (
            isinstance(token, DayToken)
            and token.last is not None
            and token.last < today
            and _MADE.match(level, token.end)
        )
    ]


@lru_cache(maxsize=4)
def clauses(level: str) -> list[tuple[int, int]]:
    """Start and end of the parts between marks and blanks; asked for every time in a message."""
    marks = [m.start() for m in _CLAUSE.finditer(level)]
    starts = [0, *(at + 1 for at in marks)]
    return [(s, e) for s, e in zip(starts, [*marks, len(level)], strict=True) if e > s]


def clause_of(at: int, level: str) -> tuple[int, int]:
    """The clause around `at`."""
    return next(((s, e) for s, e in clauses(level) if s <= at < e), (0, len(level)))


def sort_out(tokens: Sequence[Token], level: str) -> Roles:
    """Wished and unsuitable times of a message that books or asks."""
    refused = [t for t in tokens if _refused(t, tokens, level)]
    excused = [t for t in tokens if t not in refused and _excused(t, tokens, level)]
    if len(refused) + len(excused) == len(tokens):
        excused = []
    out = sorted([*refused, *excused], key=lambda token: token.start)
    wished = [t for t in tokens if t not in out]
    if len(half_days := _half_days(out)) == 1 and _is_hour_alone(wished):
        wished, out = [*half_days, *wished], [t for t in out if t not in half_days]
    return Roles(wished, out, [])


def _half_days(tokens: Sequence[Token]) -> list[Token]:
    """Days of which only a part is named: 周三上午要开会 leaves the afternoon."""
    return [
        day
        for day, part in pairwise(tokens)
        if isinstance(day, DayToken) and isinstance(part, PeriodToken) and day.end == part.start
    ]


def _is_hour_alone(tokens: Sequence[Token]) -> bool:
    return bool(tokens) and not any(isinstance(token, DayToken) for token in tokens)


def sort_change(tokens: Sequence[Token], level: str) -> Roles:
    """Old and new time of a message that moves a booking."""
    roles = sort_out(tokens, level)
    changes = [m.start() for m in CHANGE.finditer(level)]
    old = [t for t in roles.wished if _is_old(t, level, changes)]
    new = [t for t in roles.wished if t not in old]
    if not new and old and not changes:
        old, new = [], old
    return Roles(new, [], sorted([*old, *roles.unsuitable], key=lambda t: t.start))


def of_cancelled(tokens: Sequence[Token], level: str) -> list[Token]:
    """The times of the booking that is cancelled: those beside the word for it first."""
    named = [t for t in tokens if not is_kept(t.start, level)]
    found = CANCEL.search(level)
    if found is None:
        return named
    start, end = clause_of(found.start(), level)
    beside = [t for t in named if start <= t.start < end]
    if not any(not isinstance(t, PeriodToken) for t in beside):
        return named
    return beside


def is_kept(at: int, level: str) -> bool:
    """Whether the clause around `at` says that something stays."""
    start, end = clause_of(at, level)
    return bool(_KEPT.search(level, start, end))


def is_excluded(start: int, level: str) -> bool:
    """Whether what stands at `start` is named as not wanted: 不要周三, 除了港桥."""
    begin, _ = clause_of(start, level)
    ends = [found.end() for found in _EXCLUDED.finditer(level, begin, start)]
    return bool(ends) and not _EXCLUDED_ENDS.search(level, ends[-1], start)


def _refused(token: Token, tokens: Sequence[Token], level: str) -> bool:
    return (
        is_excluded(token.start, level)
        or _said_of(token, tokens, level, _UNSUITABLE)
        or _corrected(token, tokens, level)
    )


def _excused(token: Token, tokens: Sequence[Token], level: str) -> bool:
    return _said_of(token, tokens, level, _REASON)


def _said_of(token: Token, tokens: Sequence[Token], level: str, words: re.Pattern[str]) -> bool:
    """Whether `words` follow the token in its clause, or make the next clause without a time."""
    parts = clauses(level)
    place = next((n for n, (s, e) in enumerate(parts) if s <= token.start < e), None)
    if place is None:
        return False
    end = parts[place][1]
    if place + 1 == len(parts):
        return bool(words.search(level, token.end, end))
    start, next_end = parts[place + 1]
    timed = any(start <= t.start < next_end for t in tokens)
    if not timed and _IF_SO.match(level, start, next_end):
        return False
    if words.search(level, token.end, end):
        return True
    if timed:
        return False
    end = next_end
    return bool(words.match(level, start, end)) or bool(
        re.compile(r"(?:我们|我(?!们)|厂里|公司|都|老板|临时|要)(?!白天|平时|平常|工作日)").match(
            level, start, end
        )
        and words.search(level, start, end)
    )


def _corrected(token: Token, tokens: Sequence[Token], level: str) -> bool:
    found = _CORRECTED.search(level, token.end)
    return found is not None and any(t.start >= found.end() for t in tokens)


def _is_old(token: Token, level: str, changes: list[int]) -> bool:
    """Whether a time is that of the booking as it stands."""
    start, _ = clause_of(token.start, level)
    before = [at for at in changes if at < token.start]
    in_clause = [at for at in before if at >= start]
    if not in_clause and (
        _THE_OLD.search(level, start, token.start) or _BOOKED.match(level, token.end)
    ):
        return True
    if in_clause:
        found = CHANGE.match(level, in_clause[-1])
        assert found is not None
        directly = _OBJECT.fullmatch(level, found.end(), token.start)
        return bool(
            directly
            and not found.group().startswith("换")
            and _OF_BOOKING.match(level, token.end)
            and not any(at > token.start for at in changes)
            and not re.search("[到成为至]$", level[: token.start])
        )
    if any(at >= token.end for at in changes):
        return True
    if before:
        return False
    return bool(_OF_BOOKING.match(level, token.end))
