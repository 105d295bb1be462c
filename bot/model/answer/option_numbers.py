"""Finds the options that numbers mean: 1 3 5-7, 前三个, 第二个和最后一个, 一三五."""

from __future__ import annotations

import re

from bot.model.answer.option_names import find_names, masked
from bot.model.field_error import FieldError
from bot.model.numerals import CHARACTERS, value_of
from bot.model.wording import bare, plain, squeeze, tidy
from knowledge.form import FormField

LOOSE = 6
"""Characters that may stand beside mere numbers: more, and they number something else."""
_N = rf"[{CHARACTERS}\d]+"
_ENDS = re.compile(rf"(前|头|后)(?:面|头|边)?({_N})(?:[个项样种条]|$)")
_FROM_BEHIND = re.compile(rf"倒数第?({_N})(?:[个项样条])?")
_LAST = re.compile(r"最后(?:[一那][个项])?|末尾")
_SPAN = re.compile(rf"第?({_N})(?:个|项)?\s*(?:-|~|～|到|至|—)+\s*第?({_N})")
_ONE = re.compile(rf"(?<![a-z])({_N})(?![a-z%])")
_IN_A_WORD = re.compile(r"[一-鿿](?<![第个项条号点和跟与都要不也到至还选勾的那题])")
"""What follows the numeral of 五艾斯, but not of 五和六."""
_COUNTED = re.compile(
    r"([一二三四五六七八九1-9]{2,}?)(?:这|那)?([两二三四五六七八九2-9])(?:个|项|样|种|条)"
)
"""四五六三个: as many as are counted."""
_NO_NUMBERS = re.compile(
    r"[加勾选要补来添换算有搞这那][上了]?[一1](?:个|项|题|栏|块|步)|[一1]句"
    r"|(?<=\d)\s?(?:这|那)?[两三四五六七八九几](?:个|项|样)"
    r"|(?:那|这|这里|要|选)?[一两二三四五六七八九十\d]+(?:种|样)(?!都)|一(?:下|些|起|样|般|定|共)"
)
_AROUND = re.compile(
    r"第|个|项|条|和|跟|与|及|到|至|前|后|头|最后|要|选|勾|我们?|还有|那|这|的|都|就|再|加上?|以及"
    r"|还|想|需要|序号|选项|号|不|可以|行|吧|嘛|哦|删掉?|去掉|取消|只|用|有|在|搞|题|样|点|面|几"
)


def find_numbers(choices: FormField, rest: str) -> list[int]:
    """Indexes of the options, in the order said. Raises FieldError option_number."""
    count = len(choices.options)
    found: list[int] = []
    rest = _NO_NUMBERS.sub(" ", _COUNTED.sub(_apart, rest))
    for side, size in _ENDS.findall(rest):
        amount = whole(size) or 1
        numbers = range(count - amount, count) if side == "后" else range(amount)
        found += [number for number in numbers if 0 <= number < count]
    rest = _ENDS.sub(" ", rest)
    for place in _FROM_BEHIND.findall(rest):
        found.append(count - min(whole(place) or 1, count))
    rest = _FROM_BEHIND.sub(" ", rest)
    if _LAST.search(rest):
        found.append(count - 1)
        rest = _LAST.sub(" ", rest)
    for low, high in _SPAN.findall(rest):
        first, last = whole(low), whole(high)
        if first is None or last is None or not 1 <= min(first, last) <= max(first, last) <= count:
            raise FieldError(choices.id, "option_number")
        found += range(min(first, last) - 1, max(first, last))
    rest = _SPAN.sub(" ", rest)
    for one in _ONE.finditer(rest):
        if re.search(r"\d", one.group()) or not _IN_A_WORD.match(rest, one.end()):
            ordinal = rest[: one.start()].endswith("第") and "十" in one.group()  # 第十八个
            counted = ordinal or rest[one.end() : one.end() + 1] == "号"
            found += _numbers(choices, one.group(), counted)
    return found


def stray(choices: FormField, text: str) -> int:
    """How many characters belong to no option's name, number, or words around them.

    Raises FieldError several_options."""
    level = plain(bare(tidy(text)))
    level = masked(level, find_names(choices, level))
    return len(squeeze(_AROUND.sub("", _ONE.sub("", level))))


def _apart(found: re.Match[str]) -> str:
    """The numbers that a count confirms, apart from each other and without it."""
    numbers, count = found.groups()
    return " ".join(numbers) + " " if whole(count) == len(numbers) else found.group()


def whole(word: str) -> int | None:
    """The whole number that a numeral is."""
    value = value_of(word)
    return int(value) if value is not None and value == value.to_integral_value() else None


def _numbers(choices: FormField, word: str, counted: bool) -> list[int]:
    """135 and 一三五 are three numbers when there are not so many options; 26号 is one, and so is

    28 where numbers of two digits are to be chosen."""
    value, count = whole(word), len(choices.options)
    if value is not None and 1 <= value <= count:
        return [value - 1]
    if choices.other and value == count + 1:
        raise FieldError(choices.id, "other_unsaid")  # the number shown before 其他（请写明）
    digits = [whole(c) or 0 for c in word]
    counted |= word.isascii() and len(str(count)) >= len(word)
    counted |= len(word) == 2 and word[0] == "1"  # 12 is a number, where 35 may be two
    apart = not counted and len(set(digits)) == len(digits) > 1
    if apart and all(1 <= digit <= count for digit in digits):
        return [digit - 1 for digit in digits]
    raise FieldError(choices.id, "option_number")
