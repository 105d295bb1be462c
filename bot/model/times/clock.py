"""Hours and parts of the day: 上午, 两点半, 三点一刻, 九点到十点, 14:30, 3pm, 四点前."""

from __future__ import annotations

import re

from bot.model.times.tokens import ClockToken, PeriodToken, number

PERIODS = {
    "morning": "早上|早晨|清早八晨|清早|清晨|一大早|大清早|一早|上午|上半天|(?<!提)前半天|早间"
    "|(?<=明)早|(?<=今)早|(?<=后)早|(?<=天)早(?!点|一点|些)|morning",
    "noon": "中午|晌午|午间|正午|午休",
    "afternoon": "下午|下半天|后半天|午后|afternoon",
    "evening": "晚上|晚间|傍晚|夜里|夜间|夜晚|擦黑|半夜|凌晨"
    "|(?<=今)晚|(?<=明)晚|(?<=后)晚|(?<=天)晚(?!点|一点|些)|下班后|下了班",
}
_PERIOD = re.compile("|".join(f"(?P<{name}>{words})" for name, words in PERIODS.items()))
_HOUR = r"(?:\d{1,2}|二?十[一二三四五六七八九]?|[零〇一二两三四五六七八九])"
_BEFORE_HOUR = r"(?<![\d.:第哪几])"
_NO_HOUR = r"(?!问题|要求|意见|建议|内容|疑问|不同|点|也不|都不|儿)"
_MINUTE = (
    r"(?:半|(?P<quarter>[一1三3])刻|整|钟|过|多|来钟"
    r"|(?P<minute>[0-5]\d|[二三四五]?十[一二三四五六七八九]|[二三四五]十|零[一二三四五六七八九]|十(?=分)|\d(?=分)|[一二三四五六七八九](?=分))"
    r"(?:分(?!钟|院)|(?![\d教号个人家月天楼位秒])))?(?:钟|左右|的样子)*"
)
_TIMES = re.compile(
    rf"{_BEFORE_HOUR}(?P<hour>{_HOUR})\s*(?:点|时(?!间|段|候|常|刻|代)){_NO_HOUR}\s*{_MINUTE}"
)
_DIGITAL = re.compile(
    r"(?<![\d.:])(?P<hour>\d{1,2})\s*:\s*(?P<minute>[0-5]\d)(?![\d:])(?:分|\s*(?=am|pm))?"
)
_ENGLISH = re.compile(
    r"(?<![\d.:a-z])(?P<hour>\d{1,2})(?::(?P<minute>[0-5]\d))?\s*(?P<half>[ap])\.?m\b"
)
_SHORT_SPAN = re.compile(
    rf"{_BEFORE_HOUR}(?P<first>{_HOUR})\s*(?:到|至|-|~|,)\s*(?={_HOUR}\s*点)"
    rf"|{_BEFORE_HOUR}(?P<vague>[一二两三四五六七八九])(?=[二三四五六七八九]点)"
    r"|(?<=午)\s*(?P<digits>\d{1,2})\s*(?:到|至|-|~)\s*(?P<digits_until>\d{1,2})(?![\d.:月号点])"
)
_DOTTED = re.compile(
    r"(?<![\d.])(?P<hour>1[3-9]|20)\.(?P<minute>[0-5]\d)(?![\d.%])"
    r"|(?<![\d.])(?P<early>[7-9]|1[0-2])\.(?P<late>00|3[2-9]|[45]\d)(?![\d.%])"
)
"""14.30 and 9.45: no day can be meant."""
_TO_HOUR = re.compile(
    r"差(?P<minute>\d{1,2}|十|五|[二]?十[五]?|一刻)分?\s*(?P<hour>" + _HOUR + r")点"
)
_TO = re.compile(r"\s*(?:到|至|-|~|直到)\s*(?:上午|下午|中午)?\s*")
_BEFORE = re.compile(r"\s*(?:钟|左右)?(?:之前|以前|前(?![后台面天往来去])|之内)")
_AFTER = re.compile(r"\s*(?:钟)?(?:(?P<on>之后|以后|过后|后(?![天面])|起)|开始)")
DAY_ENDS = "23:59"
"""End of a span that goes on to the end of the day: 三点以后."""


def read_period(text: str, at: int) -> PeriodToken | None:
    """The part of the day that is named at `at`."""
    found = _PERIOD.match(text, at)
    if found is None or found.lastgroup is None:
        return None
    return PeriodToken(found.start(), found.end(), found.lastgroup)


def read_clock(text: str, at: int) -> ClockToken | None:
    """The hour, or span of hours, that is named at `at`; as said, not yet morning or afternoon."""
    short = _SHORT_SPAN.match(text, at)
    if short and short["digits"]:
        hours = int(short["digits"]), int(short["digits_until"])
        return ClockToken(at, short.end(), (hours[0], 0), (hours[1], 0))
    if short:
        until = _single(text, short.end())
        if until is None:
            return None
        begin = number(short["first"] or short["vague"]), 0
        end = None if short["vague"] else until.at
        return ClockToken(at, until.end, begin, end)
    first = _single(text, at)
    if first is None:
        return None
    if (to := _TO.match(text, first.end)) and (last := _single(text, to.end())):
        return ClockToken(at, last.end, first.at, last.at)
    if before := _BEFORE.match(text, first.end):
        return ClockToken(at, before.end(), None, first.at)
    if after := _AFTER.match(text, first.end):
        return ClockToken(at, after.end(), first.at, (23, 59) if after["on"] else None)
    return first


def _single(text: str, at: int) -> ClockToken | None:
    if found := _TO_HOUR.match(text, at):
        less = 15 if found["minute"] == "一刻" else number(found["minute"])
        if not 0 < less < 60:
            return None
        return ClockToken(at, found.end(), ((number(found["hour"]) - 1) % 24, 60 - less))
    if found := _ENGLISH.match(text, at):
        hour = int(found["hour"]) % 12 + (12 if found["half"] == "p" else 0)
        return ClockToken(at, found.end(), (hour, int(found["minute"] or 0)))
    if found := _DIGITAL.match(text, at):
        return ClockToken(at, found.end(), (int(found["hour"]), int(found["minute"])))
    if found := _DOTTED.match(text, at):
        hours, minutes = found["hour"] or found["early"], found["minute"] or found["late"]
        return ClockToken(at, found.end(), (int(hours), int(minutes)))
    found = _TIMES.match(text, at)
    if found is None or _a_bit(text, found):
        return None
    return ClockToken(at, found.end(), (number(found["hour"]), _minutes(found)))


def _minutes(found: re.Match[str]) -> int:
    if found["quarter"]:
        return 45 if found["quarter"] in "三3" else 15
    if found["minute"]:
        return number(found["minute"])
    return 30 if "半" in found.group() else 0


def _a_bit(text: str, found: re.Match[str]) -> bool:
    """一点 that counts no hours: 早一点, 一点都不, 一点建议."""
    if found["hour"] != "一":
        return False
    before, after = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
    return before in tuple("早晚迟快近前后多好慢大小有差高低少长轻重") or after in tuple(
        "都也儿意建小"
    )


def as_clock(text: str) -> tuple[int, int] | None:
    """9.30 as an hour, when it can be one within the day."""
    hour, _, minute = text.partition(".")
    if hour.isdigit() and len(minute) == 2 and minute.isdigit():
        return (int(hour), int(minute)) if 7 <= int(hour) <= 20 and int(minute) < 60 else None
    return None
