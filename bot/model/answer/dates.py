"""Reads a date as precisely as it is given: 2008年5月, 零八年, 2017.3.9, 去年, 三年前."""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot.model.field_error import FieldError
from bot.model.numerals import spelt_digits, value_of
from bot.model.wording import bare, plain

EARLIEST = 1600
"""No enterprise of the district is older."""
OLDEST = 70
"""So many years and more, up to 99, are the number of a year."""
_H = "零〇○一二三四五六七八九"
_SPELT_YEAR = re.compile(rf"[{_H}]{{4}}(?![{_H}十百])|[{_H}]{{2}}(?=年(?!前|了|多|来))")
_THOUSANDS = re.compile(
    r"[两二2]千(?:零|〇)?[一二三四五六七八九十\d]*(?=年|$|[^一二三四五六七八九十百千\d])"
)
_TENS_YEAR = re.compile(
    r"[一二三四五六七八九]?十[一二三四五六七八九]?(?=年)|(?<![\d十])[一二两三四五六七八九](?=年)"
)
_SPELT_MONTH = re.compile(r"(十[一二]?|[一二三四五六七八九])(?=月)")
_SPELT_DAY = re.compile(
    r"(?<=月)([一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])(?=[日号]|$|\D)"
)
_VAGUE = re.compile(
    rf"[{_H}\d]0?年代|[零〇一二两三四五六七八九十\d]几年|几\d*[十百]?年|好多年|多年|(?:十|\d)(?:多|几|来)年"
    rf"|[{_H}][{_H}](?=年(?:前|了))|(?:快|差不多|大概|将近|接近|小)(?:有)?\d+年(?:了|前)"
)
_DURATION = re.compile(
    r"(?<!\d)(\d{1,3})(?:个)?(?:周)?年(?:了|前|以前|之前|历史|的历史|的?老[厂店])"
    r"|(?:[开办干做搞营有]了|成立|经营|有|刚?满)(?:了|已经|有|整整"
    r"|整)?(\d{1,3})年(?![\d成开创注办底初上下的])"
)
_HALF_YEAR = re.compile(r"半年(?:前|了|以前|之前)")
_RELATIVE = re.compile(
    r"(今年|去年|旧年|昨年|[大上]前年|前年)(?:子)?(?:的)?(?:(\d{1,2})月(?:份)?(?:(\d{1,2})(?:[日号]|(?!\d)))?)?"
)
_ANY_MONTH = re.compile(r"(?<!\d)(\d{1,2})月")
_YEARS_BACK = {"今年": 0, "去年": 1, "旧年": 1, "昨年": 1, "前年": 2, "大前年": 3, "上前年": 3}
_LAST_MONTHS = re.compile(r"(上个?月|这个月|本月|上上个?月)(?:(\d{1,2})[日号])?")
_DAYS_BACK = {"今天": 0, "昨天": 1, "昨日": 1, "前天": 2, "今日": 0}
_LUNAR = re.compile(r"农历|阴历|[老古旧]历|腊月|正月|冬月")
_REPUBLIC = re.compile(r"民国(\d{1,2})年")
_COMPACT = re.compile(r"(?<!\d)((?:1[6-9]|2\d)\d\d)(\d\d)(\d\d)?(?!\d)")
_FULL = re.compile(
    r"(?<![\d.月])(\d{4}(?!\d)|\d{2}(?=[年.\-/' ]|$))\s*(?:年|[-./ ])?\s*"
    r"(?:(?<=[年\-./ ])(\d{1,2})\s*(?:月份?|[-./ ]"
    r"|(?!\d))\s*(?:(?<=[月份\-./ ])(\d{1,2})(?:[日号]|(?!\d)))?)?"
)
_FEASTS = {
    r"元旦节?": "1月1日",
    r"五一(?:节|劳动节)?|劳动节": "5月1日",
    r"七一|建党节": "7月1日",
    r"八一|建军节": "8月1日",
    r"国庆节?|十一(?=那天|当天)": "10月1日",
}
"""Of the feasts only those that fall on the same day each year."""
_THAT_DAY = r"(?=那天|当天|那一天)"
_TO_COME = re.compile("明年|后年|下个?月|明天|以后|即将")
_MONTH_AND_DAY = re.compile(r"(?<!\d)(\d{1,2})月(\d{1,2})[日号]")
"""零三年国庆后，10月18号: told apart from the year."""
_BY_LICENCE = re.compile(r"(?:按照?|照到?|依照?|以)(?:营业)?执照")
_LICENCE = re.compile(r"执照.*\d|\d.*执照")
"""97年开张，执照是2012年办的，按执照写: of two dates, that of the licence."""
_LATER_EVENT = re.compile(r"改制|转制|更名|改名|变更|搬|迁|扩建|增资|换证|换的?执照|重组")
_FOUNDED = re.compile(r"\d.*(?:成立|创办|创立|注册|办|开|建)")
_OTHER_NUMBERS = re.compile(r"\d+(?:个|人|万|元|块|平|台|点|楼|条)|[a-z]+\d+")


def read_date(field_id: str, text: str, today: date) -> str:
    """ "YYYY", "YYYY-MM" or "YYYY-MM-DD", not after `today`."""
    level = _in_digits(re.sub(r"[\"']", "", plain(bare(text))))
    found = _relative(level, today)
    if found is None:
        if _VAGUE.search(level):
            raise FieldError(field_id, "no_year")
        found = _absolute(field_id, level, today)
    return check_date(field_id, found, today)


def check_date(field_id: str, value: str, today: date | None = None) -> str:
    """`value` in its stored spelling, when there is such a day. Without `today`, any year."""
    match = re.fullmatch(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", value)
    if not match:
        raise FieldError(field_id, "impossible_date")
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        first = date(year or 0, month or 1, day or 1)
    except ValueError:
        raise FieldError(field_id, "impossible_date") from None
    if first.year < EARLIEST:
        raise FieldError(field_id, "date_too_early")
    if today and first > today:
        raise FieldError(field_id, "future_date")
    return _stored(first.year, month, day)


def _stored(year: int, month: int | None = None, day: int | None = None) -> str:
    parts = [f"{year:04d}", *(f"{part:02d}" for part in (month, day) if part is not None)]
    return "-".join(parts)


def _in_digits(level: str) -> str:
    level = re.sub(r"千禧年(?:那年)?", "2000年", level.replace("元月", "1月"))
    for feast, day in _FEASTS.items():
        level = re.sub(rf"(?:{feast}){_THAT_DAY}", day, level)
    level = _SPELT_YEAR.sub(lambda found: spelt_digits(found.group()), level)
    for pattern in (_THOUSANDS, _TENS_YEAR, _SPELT_MONTH, _SPELT_DAY):
        level = pattern.sub(lambda found: str(value_of(found.group()) or found.group()), level)
    return level


def _relative(level: str, today: date) -> str | None:
    """A date told from today; None when it is not."""
    if found := _RELATIVE.search(level):
        month, day = (int(part) if part else None for part in found.groups()[1:])
        year = today.year - _YEARS_BACK[found.group(1)]
        told = _ANY_MONTH.findall(level)
        if month is None and len(told) == 1:
            month = int(told[0])  # 今年刚成立，6月份
        return _stored(year) if _LUNAR.search(level) else _stored(year, month, day)
    if found := _LAST_MONTHS.search(level):
        back = {"本": 0, "这": 0, "上": 1}[found.group(1)[0]] + (found.group(1)[:2] == "上上")
        months = today.year * 12 + today.month - 1 - back
        return _stored(
            months // 12, months % 12 + 1, int(found.group(2)) if found.group(2) else None
        )
    if _HALF_YEAR.search(level):
        months = today.year * 12 + today.month - 1 - 6
        return _stored(months // 12, months % 12 + 1)
    for word, days in _DAYS_BACK.items():
        if word in level:
            return (today - timedelta(days=days)).isoformat()
    if not _VAGUE.search(level) and (found := _DURATION.search(level)):
        years = int(found.group(1) or found.group(2))
        if years < OLDEST or years > 99:  # 98年的老厂 is one of 1998
            return _stored(today.year - years)
    return None


def _absolute(field_id: str, level: str, today: date) -> str:
    if found := _REPUBLIC.search(level):
        return _stored(1911 + int(found.group(1)))
    level = _OTHER_NUMBERS.sub(" ", level)
    level = re.sub(r"不是[^,.\s是]*", "", level)
    if _BY_LICENCE.search(level):
        parts = [part for part in re.split(r"[,.;]\s*(?!\d)", level) if _LICENCE.search(part)]
        level = " ".join(parts) or level
    level = _without_later_events(level)
    level = re.split(r"(?:不对|哦不|说错了)[\s,]*", level)[-1]
    level = _COMPACT.sub(lambda f: "-".join(part for part in f.groups() if part) + " ", level)
    dates = [d for found in _FULL.finditer(level) if (d := _date_of(found, level, today))]
    if not dates:
        if re.search(r"\d{5,}|\d{3}年", level):
            raise FieldError(field_id, "impossible_date")
        raise FieldError(field_id, "future_date" if _TO_COME.search(level) else "no_year")
    if len({value[:4] for value in dates}) > 1:
        raise FieldError(field_id, "several_dates")
    best = max(dates, key=len)
    day = _MONTH_AND_DAY.search(level) if len(best) == 4 and not _LUNAR.search(level) else None
    return _stored(int(best), *map(int, day.groups())) if day else best


def _without_later_events(level: str) -> str:
    """1998年成立的，2005年改制: the enterprise was founded before that."""
    parts = re.split(r"[,.;\s]+(?=[^,.;\s]*年)", level)
    founded = [part for part in parts if not _LATER_EVENT.search(part)]
    return " ".join(founded) if any(_FOUNDED.search(part) for part in founded) else level


def _date_of(found: re.Match[str], level: str, today: date) -> str | None:
    year, month, day = found.groups()
    if len(year) == 2:
        bare_number = level[found.start() + 2 : found.start() + 3] not in ("年", "")
        if bare_number and not (month and (day or year.startswith("0"))):
            return None  # 6.12 or 12 月: a month and a day, no year
        number = int(year)
        year = str(number + (2000 if number <= today.year % 100 else 1900))
    if _LUNAR.search(level):
        return _stored(int(year))
    return _stored(int(year), int(month) if month else None, int(day) if day else None)
