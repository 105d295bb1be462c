"""Reads a head-count out of what people type: 200来人, 加上煮饭的总共九个."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.model.field_error import FieldError
from bot.model.numerals import CHARACTERS, DIGITS, NUMERAL, value_of
from bot.model.wording import bare, plain, squeeze

LARGEST = 999_999
_NO_NUMERALS = re.compile(
    r"(?:[上前下后往这那每回退再走过翻]|还没|倒回去?|多)+[一1两](?:个|步|题|项|格|条|下|遍|次|半"
    r"|样|点|页)|一半|一遍"
    r"|一(?:句|起(?!\s*[\d一二两三四五六七八九十百])|般|些|样|直|定|下子?|哈|点|线|律|致|会儿|来|家人|块儿?|道)|万一|十分|千万"
    r"|第[一二三四五六七八九十\d]+"
    r"|[五三四六]险(?:一金)?|百分之[\d一二三四五六七八九十百零]+|\d+(?:\.\d+)?%|[a-z]+\d+|\d+[a-z]+"
)
_TOTAL = re.compile(
    r"(?:一共|一起|总共|共有?(?=\s*[\d一二两三四五六七八九])|合计|共计|拢共|统共|加起来|总数|总人数"
    r"|全部|全厂|全公司|满打满算)[^\d一二两三四五六七八九十百千]{0,6}"
)
_EXACTLY = re.compile(r"准数|准确|确切|精确|具体(?:点|来?说)|严格(?:点|来?说)")
"""三十好几个，准数37: what follows is the number."""
_TILL_NOW = re.compile(
    r"(?:现在|今年|目前|如今|眼下|这阵)(?:只|就|还)?(?:有|剩|得)?(?=\D{0,3}\d|\D{0,3}[一二两三四五六七八九十百])"
)
"""去年80今年65: what is now counts."""
_LESS_THAN = re.compile(
    rf"(?:不到|不足|没得|没有){NUMERAL.pattern}个?人?[,\s]+(?=[^\d]{{0,3}}[\d{CHARACTERS}])"
)
"""不到20个 19个."""
_OF_THEM = re.compile(r"[,.\s]*(?:其中|里头有|里面有|(?<=[\d人个])[,.\s(]*(?:包括|含))")
"""38，其中检测员21: a part is counted behind it."""
_ALONE = re.compile(
    r"(?:就|只有|只得|光)(?:我|老板)(?:自己|本人)?(?:在?(?:搞|做|干|弄))?$|光杆司令"
)
_COUPLE = re.compile(r"两口子|夫妻(?:店|档|两|俩|二人)|小两口|俩口子")
_PERSONS = re.compile(
    r"\s*(?:来|多|把|几|余|好几)?\s*(?:[个名位号口]{0,2}\s*(?:人|员工|职工|工人|师傅)|[名位口]"
    r"|[个号](?=\W|$|[男女办车管生后技]))"
)
_FILLER = re.compile(
    r"我们?|公司|厂里?|店里?|现在|目前|大概|大约|差不多|左右|有|在职|职工|员工|人数?|总数|加上|连"
    r"|带|包括|老板|自己|正式工?|临时工|的样子|上下|多|来|个|号|名|位|的|了|是|就|才|共|算|些|约"
    r"|将近|接近|不到|超过|拢|吧|嘛|哦|左右|样子|以上"
)
LOOSE = 8
"""Characters that may stand beside a number nobody says the unit of: more, and it counts else."""
_OTHER_UNITS = re.compile(
    r"\s*(?:年|月|日|点|元|块|万元|平|台|条|家|间|栋|层|岁|小时|班|%|个?(?:月|厂|车间|部门|班组"
    r"|店|分厂|项目|点|公司))"
)
_BY_SEX = re.compile(
    rf"男\D{{0,4}}?({NUMERAL.pattern})[^\d女]{{0,5}}女\D{{0,4}}?({NUMERAL.pattern})(?:[个人名]|员工)*$"
)
"""男的17 女的9."""
_RANGE = re.compile(
    r"\d+\s*(?:[-~]|到|至)\s*\d+|好?几[十百千万个]|十几|[百千]几|上[百千万]|以下|以内"
    r"|(?<![一二两三四五六七八九\d])[百千]八[十百]"  # 百八十个; 两百八十六 is exact
    r"|[一二两三四五六七八九](?=[一二两三四五六七八九][十百千万])"
)
_ENDS = re.compile(rf"({NUMERAL.pattern})(?:个|人|号)*\s*(?:[-~]|到|至)\s*({NUMERAL.pattern})")
_NEIGHBOURS = re.compile(
    r"((?:[一二两三四五六七八九]?[十百千])?)"
    r"([一二两三四五六七八九])([二三四五六七八九])([十百千万]?)(?![一二两三四五六七八九])"
)
_NEGATIVE = re.compile(rf"(?:负|(?<![\d\w])-)\s*(?={NUMERAL.pattern})")


@dataclass(frozen=True)
class _Count:
    value: int
    persons: bool
    start: int


def read_number(field_id: str, text: str) -> int:
    """The one whole number meant, 1 to LARGEST; about words (来, 多, 左右) are passed over."""
    level = _NO_NUMERALS.sub(" ", re.sub(r"(?<=\d) (?=\d{3}(?!\d))", "", plain(bare(text))))
    if re.search(rf"[{CHARACTERS}\d]点[{CHARACTERS}\d]", level):
        raise FieldError(field_id, "not_whole")
    if _NEGATIVE.search(level):
        raise FieldError(field_id, "number_too_small")
    level = re.sub("挂零|出头|冒头", "", level)
    level = _LESS_THAN.sub("", _TILL_NOW.split(level)[-1])
    level = _OF_THEM.split(level)[0] or level
    level = _EXACTLY.split(level)[-1] or level
    total = _TOTAL.search(level)
    if total:
        level = level[total.end() :]
    if couple := _COUPLE.search(level):
        others = numbers_in(level[: couple.start()] + " " + level[couple.end() :])
        return check_number(field_id, 2 + sum(others))
    if (both := _BY_SEX.search(level.strip(" ,.。"))) and not total:
        values = [value_of(each) for each in both.groups()]
        if all(values):
            return check_number(field_id, sum(int(each) for each in values if each))
    if _ALONE.search(level):
        return 1
    if _RANGE.search(level):
        raise FieldError(field_id, "number_range")
    counts = _counts(field_id, level)
    persons = [count for count in counts if count.persons] or counts
    if not persons:
        raise FieldError(field_id, "no_number")
    if total:
        persons = persons[:1]
    if len({count.value for count in persons}) > 1:
        raise FieldError(field_id, "several_numbers")
    return check_number(field_id, persons[0].value)


def numbers_in(text: str) -> list[int]:
    """The whole numbers that stand in the text, whatever they count."""
    level = _NO_NUMERALS.sub(" ", plain(text))
    values = (value_of(found.group()) for found in NUMERAL.finditer(level))
    return [int(value) for value in values if value is not None and value == int(value)]


def ends_of_range(text: str) -> tuple[int, ...]:
    """The two numbers between which a head-count is told: 七八十人, 80到100人; else nothing."""
    level = plain(bare(text))
    if found := _ENDS.search(level):
        ends = [value_of(word) for word in found.groups()]
    elif found := _NEIGHBOURS.search(level):
        before, low, high, unit = found.groups()
        ends = [value_of(before + digit + unit) for digit in (low, high)]
    else:
        return ()
    whole = sorted(int(end) for end in ends if end is not None and 1 <= end <= LARGEST)
    return tuple(whole) if len(set(whole)) == 2 else ()


def check_number(field_id: str, value: int) -> int:
    """`value` when a head-count can be that."""
    if value < 1:
        raise FieldError(field_id, "number_too_small")
    if value > LARGEST:
        raise FieldError(field_id, "number_too_large")
    return value


def _counts(field_id: str, level: str) -> list[_Count]:
    found: list[_Count] = []
    for match in NUMERAL.finditer(level):
        word = match.group()
        persons = bool(_PERSONS.match(level, match.end()))
        if not persons and (_OTHER_UNITS.match(level, match.end()) or not _alone(level)):
            continue
        if _two_in_a_row(word):
            raise FieldError(field_id, "number_range")
        value = value_of(word)
        if value is None:
            raise FieldError(field_id, "number_range")
        if value != value.to_integral_value():
            raise FieldError(field_id, "not_whole")
        found.append(_Count(int(value), persons, match.start()))
    return found


def _alone(level: str) -> bool:
    """Whether little else is said besides numbers."""
    return len(squeeze(_FILLER.sub("", NUMERAL.sub("", level)))) <= LOOSE


def _two_in_a_row(word: str) -> bool:
    """七八, 两三: not a number but somewhere between two."""
    if len(word) != 2 or not all(c in DIGITS for c in word):
        return False
    return DIGITS[word[1]] - DIGITS[word[0]] == 1 and word[0] not in "零〇"
