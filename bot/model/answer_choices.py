"""Reads which options are meant: by number, range, name, part of a name, sound or typing error."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from bot.model.field_error import FieldError
from bot.model.numerals import CHARACTERS, value_of
from bot.model.wording import bare, is_nothing, plain, squeeze, tidy
from knowledge.form import FormField
from nlu.sound import syllables

OTHER = "其他："
"""A free text among the choices is stored behind this."""
CLOSE = 82.0
"""A misspelt name of three characters or more is taken for the one it resembles this much."""
LONGEST_OTHER = 200


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
    said = bare(tidy(text))
    if is_nothing(said) or _NONE.fullmatch(squeeze(said)):
        return ChoiceChange(only=True)
    if whole := _ALL.fullmatch(squeeze(said)) or _ALL_BUT.fullmatch(squeeze(said)):
        left_out = _options_in(choices, whole.group("but") or "")
        every = tuple(i for i in range(len(choices.options)) if i not in left_out.found)
        return ChoiceChange(add=every)
    if (number := _EACH.fullmatch(squeeze(said))) and _whole(number.group(1)) == len(
        choices.options
    ):
        return ChoiceChange(add=tuple(range(len(choices.options))))
    said, other = _other_text(choices, said)
    change = _clauses(choices, said) if said else ChoiceChange()
    other = other or change.other
    if not (change.add or change.remove or other or change.drop_other):
        raise FieldError(choices.id, "no_option")
    if len(other) > LONGEST_OTHER:
        raise FieldError(choices.id, "too_long")
    return ChoiceChange(
        change.add, change.remove, other, change.only, change.drop_other, change.named
    )


def names_option(choices: FormField, text: str) -> int:
    """Length of the longest name of an option, or other word for it, in the text; 0: none."""
    level = plain(text)
    return next(
        (
            len(name)
            for name, _ in _names(choices)
            for place in re.finditer(re.escape(name), level)
            if _whole_word(level, place)
        ),
        0,
    )


def stray(choices: FormField, text: str) -> int:
    """How many characters belong to no option's name, number, or words around them."""
    level = plain(bare(tidy(text)))
    for name, _ in _names(choices):
        level = level.replace(name, " ")
    return len(squeeze(_COUNTING.sub("", _ONE.sub("", level))))


_NONE = re.compile(
    r"(?:都|全|全部|哪(?:个|样|项)都|啥子?都|什么都|一个(?:都|也)?|一样(?:都|也)?|一项(?:都|也)?|这些|上面|以上|这几(?:个|样)|暂时)*"
    r"(?:都|也)?(?:没得|没有|不要|不需要|不用|没用|莫得|没在用|没搞|不选|不搞|不是|没|无|不涉及|没用过|没有用)(?:过|的|了|需求|需要|这些|那些|用|上面的|方法)*"
)
_ALL = re.compile(
    r"(?:(?:除了|除开|除)(?P<but>.{1,20}?)(?:以外|之外|外|不要|没得|没有)?(?:其他|其它|别的|剩下|余下)?的?)?"
    r"(?:我们?|上面|以上|这些|这几个|哪样|哪个|样样|每样|每个)?(?:全部|全选|所有|全都?|通通|统统|一起|样样|都)的?(?:要|选|选上|勾上|勾|需要|有|在用|用|想要|来|可以|打勾)*(?:全部|都要|全选|的)?"
)
_ALL_BUT = re.compile(
    r"(?:全部|全都?|都|所有的?)(?:要|选|需要|来)+(?:但是?|就是|只是|就|只)?(?:不要|不选|除了|除开|除)(?P<but>.{1,20}?)(?:不要|除外)?"
)
_OTHER_LEAD = re.compile(
    r"(?:其[他它](?:的)?|别的|另外的?|还有其他)\s*(?:是|写|填|[:：,， ]|(?=想|要|希望|就是))\s*(?:是|就是)?"
)
_REMOVES = re.compile(
    r"(?:不要|去掉|去了|删掉?|删了|取消|不选|不勾|划掉|减掉|除掉|拿掉|不用|不需要|莫要|不搞|去除|勾错|点错|选错|多勾|选多)"
)
_ONLY = re.compile(
    r"只(?:要|选|需要|用|有|留|勾|搞)|就(?:要|选|留)|改成|改为|换成|重新选|重选|更正为"
)
_ADDS = re.compile(
    r"加上?|再(?:加|要|来|选|勾|补)|还(?:要|有|想)|补上|也要|漏了|忘了|另外|以及|增加|添"
)
_CLAUSE = re.compile(r"[,;。.!\n，；]+|但是?|不过|然后|\s+(?=还有|还要|另外|再加|外加)")
_GROUP = re.compile(
    r"^(?:那|这|的|有关|相关)*(?:[两二三四五]|几|\d)个"
    r"|^(?:的|方面|相关|有关|那块|这块|类|那些|那边|系列|培训)*(?:都|全都?|全部)(?:要|选|需要|来|有|勾|可以|$)"
    r"|^(?:那块|方面|相关|有关|那一块|那些|这些|类)"
)
_COUNTING = re.compile(
    r"第|个|项|条|和|跟|与|及|到|至|前|后|头|最后|要|选|勾|我们?|还有|那|这|的|都|就|再|加上?|以及|还|想|需要|序号|选项|号|不|可以|行|吧|嘛|哦|删掉?|去掉|取消|只|用|有|在|搞|第|题|样|点|面|几"
)
LOOSE = 6
"""Characters that may stand beside mere numbers: more, and they number something else."""


def _other_text(choices: FormField, said: str) -> tuple[str, str]:
    """The words before 其他：…, and the free text behind it."""
    if not choices.other:
        return said, ""
    found = _OTHER_LEAD.search(plain(said))
    if not found:
        return said, ""
    free = said[found.end() :].strip(" ,，。;；:：、")
    if (
        not free
        or _Reader(choices, plain(free)).all()
        and not said[found.start() :].startswith("其")
    ):
        return said, ""
    return said[: found.start()].strip(" ,，。;；、和"), free


def _clauses(choices: FormField, said: str) -> ChoiceChange:
    """Clause by clause, as 要1和3，2不要了 does two things."""
    add: list[int] = []
    remove: list[int] = []
    only = named = drop_other = False
    unknown: list[str] = []
    numbers = stray(choices, said) <= LOOSE
    for clause in _split(choices, said):
        options = _options_in(choices, clause, numbers)
        named |= options.named
        level = plain(clause)
        exchanged = re.match(r"(?:把|将)?(.+?)(?:换成|改成|改为|改选)(.+)", level)
        if exchanged and (before := _options_in(choices, clause[slice(*exchanged.span(1))])).found:
            remove += before.found
            options = _options_in(choices, clause[slice(*exchanged.span(2))])
            add += options.found
        elif _REMOVES.search(level) and not re.search(r"要不要", level):
            remove += options.found
            drop_other |= not options.found and "其他" in level
        else:
            only |= bool(_ONLY.search(level))
            add += options.found
        if not options.found and not exchanged:
            unknown.append(clause)
    other = ""
    if choices.other and not add and not remove and not drop_other:
        other = ""  # free words without 其他： are for the caller to judge
    elif choices.other and add:
        other = "、".join(text for clause in unknown if (text := _free_addition(clause)))
    return ChoiceChange(
        tuple(dict.fromkeys(i for i in add if i not in remove)),
        tuple(dict.fromkeys(remove)),
        other,
        only,
        drop_other,
        named,
    )


def _free_addition(clause: str) -> str:
    """What a clause adds that is no option: 还有碳足迹核算."""
    found = re.match(
        r"(?:还有|还要|另外|再加|还想要?|外加|以及)(?:个|一个|一下|上)?\s*(.+)", clause.strip()
    )
    return found.group(1).strip(" 。.") if found and len(found.group(1)) > 1 else ""


def _split(choices: FormField, said: str) -> list[str]:
    """The clauses; a comma within an option's own name does not part it."""
    level = plain(said)
    masked = list(level)
    for match in _Reader(choices, level).by_name():
        masked[match.start : match.end] = "□" * (match.end - match.start)
    edges = [0]
    for found in _CLAUSE.finditer("".join(masked)):
        edges += [found.start(), found.end()]
    edges.append(len(said))
    return [said[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True) if said[a:b].strip()]


@dataclass(frozen=True)
class _Options:
    found: tuple[int, ...]
    named: bool


def _options_in(choices: FormField, clause: str, numbers: bool = True) -> _Options:
    reader = _Reader(choices, plain(clause), numbers)
    found = reader.all()
    return _Options(tuple(dict.fromkeys(found)), reader.named)


@dataclass(frozen=True)
class _Match:
    options: tuple[int, ...]
    start: int
    end: int


_ASIDE = re.compile(r"我们?|想|要|需要|选|搞|有|在用|用|那个|这个|那块|的|吧|嘛|哈|帮|把|不要了?|去掉|还有|再加|就|也|都|那|请|一下")


class _Reader:
    """Finds options in one levelled clause: names first, what is left is read as numbers."""

    def __init__(self, choices: FormField, level: str, numbers: bool = True) -> None:
        self._choices = choices
        self._level = level
        self._numbers_count = numbers
        self.named = False

    def all(self) -> list[int]:
        """Indexes of the options meant, in the order said. Raises FieldError when unclear."""
        matches = self.by_name()
        self.named = bool(matches)
        rest = list(self._level)
        for match in matches:
            rest[match.start : match.end] = " " * (match.end - match.start)
        found = [i for match in matches for i in match.options]
        return found + (self._by_number("".join(rest)) if self._numbers_count else [])

    def by_name(self) -> list[_Match]:
        """Names and their parts as they stand, then by sound and resemblance."""
        matches: list[_Match] = []
        for name, option in _names(self._choices):
            for place in re.finditer(re.escape(name), self._level):
                if _free(matches, *place.span()) and _whole_word(self._level, place):
                    matches.append(_Match((option,), *place.span()))
        matches += self._parts(matches)
        matches += self._resembling(matches)
        return sorted(matches, key=lambda m: m.start)

    def _parts(self, taken: list[_Match]) -> list[_Match]:
        """Runs of the text that stand in one option's name only, or in a group that is meant."""
        found: list[_Match] = []
        level = self._level
        texts = [plain(text) for text in self._choices.options]
        said = max((len(chunk) for chunk in re.split(r"[\s,;和跟与及、]+", _ASIDE.sub("", level))), default=0)
        for length in range(min(len(level), 12), 1, -1):
            for start in range(len(level) - length + 1):
                end = start + length
                piece = level[start:end]
                if not _free([*taken, *found], start, end) or not _telling(piece):
                    continue
                having = tuple(i for i, text in enumerate(texts) if piece in text)
                if len(having) == 1 and said > 2 * length + (0 if length == 2 else 4):
                    continue  # 代理 in a longer text says nothing about 商标代理机构
                if len(having) == 1:
                    found.append(_Match(having, start, end))
                elif len(having) > 1 and (group := _GROUP.match(level[end:])):
                    found.append(_Match(having, start, end + group.end()))
                elif len(having) > 1 and squeeze(level) == squeeze(piece):
                    raise FieldError(self._choices.id, "several_options")
        return found

    def _resembling(self, taken: list[_Match]) -> list[_Match]:
        """Misspelt or misheard names, chunk by chunk, in what no name has taken."""
        found: list[_Match] = []
        rest = list(self._level)
        for match in taken:
            rest[match.start : match.end] = " " * (match.end - match.start)
        for chunk in re.finditer(r"[^\s,;.，、和跟与及]+", "".join(rest)):
            said = re.sub(
                r"^(?:要|选|想要|我们?|搞|有|在用|用|那个|需要)+|(?:那个|吧|嘛|的|这个|培训|咨询|服务)+$",
                "",
                chunk.group(),
            )
            if (option := _closest(self._choices, said)) is not None:
                found.append(_Match((option,), *chunk.span()))
        return found

    def _by_number(self, rest: str) -> list[int]:
        count = len(self._choices.options)
        found: list[int] = []
        rest = re.sub(r"[加勾选要补来添换][上了]?[一1](?:个|项)|[一1]句", " ", rest)
        rest = re.sub(
            r"(?:那|这|这里|要|选)?[一两二三四五六七八九十\d]+(?:种|样)(?!都)|一(?:下|些|起|样|般|定|共)",
            " ",
            rest,
        )
        for first, size in _ENDS.findall(rest):
            amount = _whole(size) or 1
            numbers = (
                range(amount) if first == "前" or first == "头" else range(count - amount, count)
            )
            found += [i for i in numbers if 0 <= i < count]
        rest = _ENDS.sub(" ", rest)
        if re.search(r"最后(?:一[个项])?|末尾", rest):
            found.append(count - 1)
            rest = re.sub(r"最后(?:一[个项])?|末尾", " ", rest)
        for low, high in _SPAN.findall(rest):
            a, b = _whole(low), _whole(high)
            if a is None or b is None or not 1 <= min(a, b) <= max(a, b) <= count:
                raise FieldError(self._choices.id, "option_number")
            found += range(min(a, b) - 1, max(a, b))
        rest = _SPAN.sub(" ", rest)
        for one in _ONE.finditer(rest):
            if not (_IN_A_WORD.match(rest, one.end()) and not re.search(r"\d", one.group())):
                found += self._numbers(one.group(), count)
        return found

    def _numbers(self, word: str, count: int) -> list[int]:
        """135 and 一三五 are three numbers when there are not so many options."""
        value = _whole(word)
        if value is not None and 1 <= value <= count:
            return [value - 1]
        digits = [_whole(c) for c in word]
        if (
            len(word) > 1
            and all(d and d <= count for d in digits)
            and len(set(digits)) == len(digits)
        ):
            return [d - 1 for d in digits if d]
        raise FieldError(self._choices.id, "option_number")


_EACH = re.compile(
    rf"(?:这|那|上面)?([{CHARACTERS}\d]+)(?:个|样|项|种)都(?:要|选|有|需要|来|搞)*的?"
)
_N = rf"[{CHARACTERS}\d]+"
_ENDS = re.compile(rf"(前|头|后)(?:面)?({_N})(?:[个项样种条]|$)")
_SPAN = re.compile(rf"第?({_N})(?:个|项)?\s*(?:-|~|～|到|至|—)+\s*第?({_N})")
_ONE = re.compile(rf"(?<![a-z])({_N})(?![a-z%])")


_IN_A_WORD = re.compile(r"[一-鿿](?<![个项条号点和跟与都要不也到至还选勾的那题])")
"""What follows the numeral of 五艾斯, but not of 五和六."""


def _whole(word: str) -> int | None:
    value = value_of(word)
    return int(value) if value is not None and value == value.to_integral_value() else None


def _names(choices: FormField) -> list[tuple[str, int]]:
    """All names of the options, levelled, the longest first."""
    named: list[tuple[str, int]] = []
    for index, option in enumerate(choices.options):
        own = (
            {option, *re.split(r"[（）()/]", option)} if re.search(r"[（(/]", option) else {option}
        )
        terms = choices.terms[index] if index < len(choices.terms) else ()
        named += [(plain(name), index) for name in (*own, *terms) if len(name) > 1]
    return sorted(dict.fromkeys(named), key=lambda pair: -len(pair[0]))


def _free(matches: list[_Match], start: int, end: int) -> bool:
    return all(end <= m.start or start >= m.end for m in matches)


def _whole_word(level: str, place: re.Match[str]) -> bool:
    """SPC is not named by ASPCA, 9000 not by 19000."""
    before, after = level[: place.start()][-1:], level[place.end() :][:1]
    name = place.group()
    starts = name[0].isascii() and name[0].isalnum() and before.isascii() and before.isalnum()
    ends = name[-1].isascii() and name[-1].isalnum() and after.isascii() and after.isalnum()
    return not (starts or (ends and not name.endswith("s")))


def _telling(piece: str) -> bool:
    return bool(re.fullmatch(r"[\u4e00-\u9fffa-z0-9]+", piece)) and not piece.isdigit()


def _closest(choices: FormField, said: str) -> int | None:
    """The option that `said` resembles or sounds like; None when none or several do."""
    sounds = "".join(syllables(said))
    if len(said) == 2:  # so short a word is taken for another only when it sounds the same
        same = {o for n, o in _names(choices) if len(n) == 2 and "".join(syllables(n)) == sounds}
        return same.pop() if len(same) == 1 else None
    if len(said) < 3:
        return None
    scores: dict[int, float] = {}
    for name, option in _names(choices):
        if abs(len(name) - len(said)) > 3 or len(name) < 3:
            continue
        alike = fuzz.ratio(name, said)
        heard = fuzz.ratio("".join(syllables(name)), sounds) if len(said) > 2 else 0.0
        scores[option] = max(scores.get(option, 0.0), alike, heard - 4)
    best = sorted(scores, key=lambda option: -scores[option])[:2]
    if not best or scores[best[0]] < CLOSE:
        return None
    return best[0] if len(best) == 1 or scores[best[1]] < scores[best[0]] else None
