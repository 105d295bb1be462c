"""Reads what a message does to choices: adds, takes out, replaces, 都要, 都不要, 其他：…."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.model.answer.option_names import find_names, masked, spoken_letters
from bot.model.answer.option_numbers import LOOSE, find_numbers, stray, whole
from bot.model.field_error import FieldError
from bot.model.numerals import CHARACTERS
from bot.model.wording import bare, is_nothing, plain, squeeze, tidy
from knowledge.form import FormField

OTHER = "其他："
"""A free text among the choices is stored behind this."""
LONGEST_OTHER = 200
_NONE = re.compile(
    r"(?:都|全|全部|哪(?:个|样|项)都|啥子?都|什么都|一(?:个|样|项)(?:都|也)?|这些|上面|以上"
    r"|这几(?:个|样)|暂时)*(?:都|也)?"
    r"(?:没得|没有|不要|不需要|不用|没用|莫得|没在用|没搞|不选|不搞|不是|没|无|不涉及)"
    r"(?:过|的|了|需求|需要|这些|那些|用|上面的|方法)*"
)
_LEAVING_OUT = (
    r"(?:(?:除了|除开|除)(?P<but>.{1,20}?)(?:以外|之外|外|不要|没得|没有)?"
    rf"(?:(?:其他|其它|别的|剩下|余下)的?(?:[{CHARACTERS}\d]+[个项样种])?)?的?)?"
)
_ALL = re.compile(
    rf"{_LEAVING_OUT}(?:我们?|上面|以上|这些|这几个|哪样|哪个|样样|每样|每个)?"
    r"(?:全部|全选|所有|全都?|通通|统统|一起|样样|都)的?"
    r"(?:要|选|选上|勾上|勾|需要|有|在用|用|想要|来|可以|打勾)*(?:全部|都要|全选|的)?"
)
_ALL_BUT = re.compile(
    r"(?:全部|全都?|都|所有的?)(?:要|选|需要|来)+(?:但是?|就是|只是|就|只)?"
    r"(?:不要|不选|除了|除开|除)(?P<but>.{1,20}?)(?:不要|除外)?"
)
_EACH = re.compile(
    rf"(?P<of>[^{CHARACTERS}\d第前后头]*?)的?(?:这|那|上面)?(?P<count>十?[{CHARACTERS}\d])(?:个|样|项|种)都"
    r"(?:要|选|有|需要|来|搞|整|弄|安排|勾|打勾|办|做|上|起|到)*的?"
)
"""两个都勾起, and 计量的两项都来 of those whose names hold 计量."""
_OTHER_LEAD = re.compile(
    r"(?:其[他它](?:的)?|别的|另外的?|还有其他)\s*"
    r"(?:是|写|填|[:：,， ]|(?=想|要|希望|就是))\s*(?:是|就是)?"
)
_REMOVES = re.compile(
    r"不要|不[弄办整考急]|去掉|去了|删掉?|删了|取消|不选|不勾|划掉|减掉|除掉|拿掉|不用|不需要|莫要|不搞|去除"
    r"|[划删去勾抹]脱|散伙|解散|停用|停了|没(?:得|有|再)*(?:搞|用|做|弄|开展)(?!懂)了?|勾错|点错|选错|多勾|选多"
)
_ONLY = re.compile(
    r"只(?:要|选|需要|用|有|留|勾|搞)|就(?:要|选|留)|改成|改为|换成|重新选|重选|更正为"
)
_TAKEN_BACK = re.compile(r"\s*(?:哦|噢|啊)?(?:不对|不是|不)(?![要选需用])")
"""2和4，哦不，只要2: what was said before no longer counts."""
_EXCHANGES = re.compile(r"(?:把|将)?(.+?)(?:换成|改成|改为|改选)(.+)")
_CLAUSE = re.compile(
    r"[,;。.!\n，；]+|但是?|不过|然后|\s+(?=还有|还要|另外|再加|外加|只|就[要选留有]|[要选留勾]|保留|其[他它余]|别的|剩下|哦?不[,\s对是])"
    r"|(?<=[哦噢])(?=不[,\s对是])"
    r"|\s+(?=[^\s,;。]{1,12}(?:不要|不用|不需要|不选|不[弄办整做搞]|去掉|取消)了?\s*$)"
)
_ADDS_FREELY = re.compile(
    r"(?:还有|还要|另外|再加|还想要?|外加|以及)(?:个|一个|一下|上)?\s*(.{2,})"
)


@dataclass(frozen=True)
class ChoiceChange:
    """What a message does to the choices. `only`: what was chosen before is given up."""

    add: tuple[int, ...] = ()
    remove: tuple[int, ...] = ()
    other: str = ""
    only: bool = False
    drop_other: bool = False
    named: bool = field(default=False, compare=False)
    """An option was named in words, not by its number."""

    def apply(self, choices: FormField, stored: Sequence[str]) -> list[str]:
        """The new stored value: option texts in annex order, the free text last."""
        kept = set() if self.only else set(stored)
        kept -= {choices.options[i] for i in self.remove}
        kept |= {choices.options[i] for i in self.add}
        others = [text for text in stored if text.startswith(OTHER)]
        if self.only or self.drop_other:
            others = []
        if self.other:
            others = [OTHER + self.other]
        return [text for text in choices.options if text in kept] + others


def read_choices(choices: FormField, text: str) -> list[str]:
    """The options meant, for a field without an answer so far."""
    return read_change(choices, text).apply(choices, ())


def read_change(choices: FormField, text: str) -> ChoiceChange:
    """What the message does to the choices. Raises FieldError when it is unclear."""
    said = spoken_letters(bare(tidy(text)))
    core = squeeze(said[:40])
    if is_nothing(said) or _NONE.fullmatch(core):
        return ChoiceChange(only=True)
    every = range(len(choices.options))
    if everything := _ALL.fullmatch(core) or _ALL_BUT.fullmatch(core):
        left_out = _options_in(choices, everything.group("but") or "").found
        return ChoiceChange(add=tuple(i for i in every if i not in left_out))
    if each := _EACH.fullmatch(core):
        return _counted(choices, each)
    said, other = _other_text(choices, said)
    change = _clauses(choices, said, other)
    if not (change.add or change.remove or change.other or change.drop_other):
        raise FieldError(choices.id, "no_option")
    if len(change.other) > LONGEST_OTHER:
        raise FieldError(choices.id, "too_long")
    return change


def _counted(choices: FormField, each: re.Match[str]) -> ChoiceChange:
    """All of the options, or of those named; there must be as many as were counted."""
    of, count = each.group("of"), each.group("count")
    named = _options_in(choices, f"{of}那{count}个", numbers=False).found if of else ()
    meant = named or tuple(range(len(choices.options)))
    if whole(count) != len(meant):
        raise FieldError(choices.id, "several_options")
    return ChoiceChange(add=meant, named=bool(named))


def _other_text(choices: FormField, said: str) -> tuple[str, str]:
    """The words before 其他：…, and the free text behind it."""
    found = _OTHER_LEAD.search(plain(said)) if choices.other else None
    if not found:
        return said, ""
    free = said[found.end() :].strip(" ,，。;；:：、")
    by_name = said[found.start() :].startswith("其")
    if not free or (not by_name and _options_in(choices, free).found):
        return said, ""
    return said[: found.start()].strip(" ,，。;；、和"), free


def _clauses(choices: FormField, said: str, other: str) -> ChoiceChange:
    """Clause by clause, as 要1和3，2不要了 does two things."""
    add: list[int] = []
    remove: list[int] = []
    only = named = drop_other = False
    free: list[str] = []
    numbers = stray(choices, said) <= LOOSE
    for clause in _split(choices, said):
        options = _options_in(choices, clause, numbers)
        named |= options.named
        level = plain(clause)
        exchange = _EXCHANGES.match(level)
        before = _options_in(choices, clause[slice(*exchange.span(1))]) if exchange else None
        if exchange and before and before.found:
            remove += before.found
            add += _options_in(choices, clause[slice(*exchange.span(2))]).found
        elif _REMOVES.search(level) and "要不要" not in level:
            remove += options.found
            drop_other |= not options.found and "其他" in level
        else:
            if _TAKEN_BACK.match(level):
                add.clear()
            elif _ONLY.search(level):
                only = True
                add = [] if options.found else add
            add += options.found
            if not options.found and (freely := _ADDS_FREELY.match(clause.strip())):
                free.append(freely.group(1).strip(" 。."))
    if not other and choices.other and add:
        other = "、".join(free)
    added = tuple(dict.fromkeys(i for i in add if i not in remove))
    return ChoiceChange(added, tuple(dict.fromkeys(remove)), other, only, drop_other, named)


def _split(choices: FormField, said: str) -> list[str]:
    """The clauses; a comma within an option's own name does not part it."""
    level = plain(said)
    names = find_names(choices, level)
    edges = [0]
    for found in _CLAUSE.finditer(level):
        if all(found.end() <= name.start or found.start() >= name.end for name in names):
            edges += [found.start(), found.end()]
    edges.append(len(said))
    return [said[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True) if said[a:b].strip()]


@dataclass(frozen=True)
class _Options:
    found: tuple[int, ...]
    named: bool


def _options_in(choices: FormField, clause: str, numbers: bool = True) -> _Options:
    """The options in one clause: names first, what is left is read as numbers."""
    level = plain(clause)
    matches = find_names(choices, level)
    found = [option for match in matches for option in match.options]
    if numbers:
        found += find_numbers(choices, masked(level, matches))
    return _Options(tuple(dict.fromkeys(found)), bool(matches))
