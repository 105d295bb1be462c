"""Finds the options that words name: whole, in part, by another word, misspelt or misheard."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from bot.model.field_error import FieldError
from bot.model.wording import plain, squeeze
from knowledge.form import FormField
from nlu.sound import syllables

CLOSE = 82.0
"""A misspelt name of three characters or more is taken for the one it resembles this much."""
BY_SOUND = 4.0
"""What likeness of sound counts less than likeness of writing."""
LONGEST_PART = 12
_PARTING = r"[\s,;.，、和跟与及]+"
_GROUP = re.compile(
    r"^(?:那|这|的|有关|相关)*(?:[两二三四五]|几|\d)个"
    r"|^(?:的|方面|相关|有关|那块|这块|类|那些|那边|系列|培训)*(?:都|全都?|全部)"
    r"(?:要|选|需要|来|有|勾|可以|$)"
    r"|^(?:那块|方面|相关|有关|那一块|那些|这些|类)"
)
"""Behind a part of several names: all of them are meant."""
_LIGHT = re.compile(
    r"我们?|想|要|需要|选|搞|有|在用|用|那个|这个|那块|的|吧|嘛|哈|帮|把|不要了?|去掉|还有|再加|就"
    r"|也|都|那|请|一下"
)
_AROUND = re.compile(
    r"^(?:就|只|个|还有|还要|再加|外加|要|选|想要|我们?|搞|有|在用|用|那个|需要)+"
    r"|(?:那[个项条样]|吧|嘛|的|这[个项条]|培训|咨询|服务|[都也]要|都|[都也]?需要|都选)+$"
)
_S = re.compile("[艾爱埃哎][斯思丝司]")
_BETWEEN = re.compile(r"的(?:那个|这个)?(?=.)")
"""资愿性的那个认正 is one name."""


@dataclass(frozen=True)
class OptionMatch:
    """Indexes of the options meant by what stands from `start` to `end`."""

    options: tuple[int, ...]
    start: int
    end: int


def find_names(choices: FormField, level: str) -> list[OptionMatch]:
    """The options named in a levelled text, in its order. Raises FieldError several_options."""
    matches: list[OptionMatch] = []
    for name, option in names_of_options(choices):
        for place in re.finditer(re.escape(name), level):
            if _free(matches, *place.span()) and _whole_word(level, place):
                matches.append(OptionMatch((option,), *place.span()))
    matches += _resembling(choices, masked(level, matches))
    matches += _parts(choices, level, matches)
    matches += _resembling(choices, masked(level, matches))
    return sorted(matches, key=lambda match: match.start)


def masked(level: str, matches: list[OptionMatch], by: str = " ") -> str:
    """`level` with what the matches took replaced."""
    rest = list(level)
    for match in matches:
        rest[match.start : match.end] = by * (match.end - match.start)
    return "".join(rest)


def names_option(choices: FormField, text: str) -> int:
    """Length of the longest name of an option, or other word for it, in the text; 0: none."""
    level = plain(text)
    return next(
        (
            len(name)
            for name, _ in names_of_options(choices)
            for place in re.finditer(re.escape(name), level)
            if _whole_word(level, place)
        ),
        0,
    )


@lru_cache(maxsize=64)
def names_of_options(choices: FormField) -> tuple[tuple[str, int], ...]:
    """All names of the options, levelled, with the option's index; the longest first."""
    named: list[tuple[str, int]] = []
    for index, option in enumerate(choices.options):
        parts = re.split(r"[（）()/]", option) if re.search(r"[（(/]", option) else []
        terms = choices.terms[index] if index < len(choices.terms) else ()
        named += [(plain(name), index) for name in (option, *parts, *terms) if len(name) > 1]
    return tuple(sorted(dict.fromkeys(named), key=lambda pair: -len(pair[0])))


def _parts(choices: FormField, level: str, taken: list[OptionMatch]) -> list[OptionMatch]:
    """Runs of the text that stand in one option's name only, or in a group that is meant."""
    found: list[OptionMatch] = []
    texts = [plain(text) for text in choices.options]
    chunks = re.split(_PARTING, _LIGHT.sub("", level))
    longest = max((len(chunk) for chunk in chunks), default=0)
    for length in range(min(len(level), LONGEST_PART), 1, -1):
        for start in range(len(level) - length + 1):
            end = start + length
            piece = level[start:end]
            if not _free([*taken, *found], start, end) or not _telling(piece):
                continue
            having = tuple(index for index, text in enumerate(texts) if piece in text)
            if len(having) == 1 and longest > 2 * length + (0 if length == 2 else 4):
                continue  # 代理 in a longer text says nothing about 商标代理机构
            if len(having) == 1:
                found.append(OptionMatch(having, start, end))
            elif len(having) > 1 and (group := _GROUP.match(level[end:])):
                found.append(OptionMatch(having, start, end + group.end()))
            elif len(having) > 1 and squeeze(level) == squeeze(piece):
                raise FieldError(choices.id, "several_options")
    return found


def _resembling(choices: FormField, rest: str) -> list[OptionMatch]:
    """Misspelt or misheard names, chunk by chunk."""
    found: list[OptionMatch] = []
    for chunk in re.finditer(_PARTING.replace("[", "[^", 1), rest):
        option = _closest(choices, _BETWEEN.sub("", _AROUND.sub("", chunk.group())))
        if option is not None:
            found.append(OptionMatch((option,), *chunk.span()))
    return found


def _closest(choices: FormField, said: str) -> int | None:
    """The option that `said` resembles or sounds like; None when none or several do."""
    if len(said) < 2:
        return None
    names = names_of_options(choices)
    sounds = _sound(said)
    swapped = {option for name, option in names if _letters_swapped(name, said)}
    if len(swapped) == 1:
        return swapped.pop()
    if len(said) == 2:  # so short a word is taken for another only when it sounds the same
        same = {o for n, o in names if len(n) == 2 and _sound(n) == sounds}
        return same.pop() if len(same) == 1 else None
    within = {o for n, o in names if len(n) > 3 and _sound(n) in sounds}
    if len(within) == 1:
        return within.pop()  # 强捡非强捡分类
    scores: dict[int, float] = {}
    for name, option in names:
        if abs(len(name) - len(said)) > 3 or len(name) < 3:
            continue
        heard = fuzz.ratio(_sound(name), sounds) - BY_SOUND
        scores[option] = max(scores.get(option, 0.0), fuzz.ratio(name, said), heard)
    best = sorted(scores, key=lambda option: -scores[option])[:2]
    if not best or scores[best[0]] < CLOSE:
        return None
    return best[0] if len(best) == 1 or scores[best[1]] < scores[best[0]] else None


def _sound(words: str) -> str:
    """As spoken; 校准 is jiaozhun, though 校 alone is xiao, and is misspelt 效准 too."""
    return "".join(syllables(re.sub("[校效](?=[准验])", "较", words)))


def spoken_letters(text: str) -> str:
    """The letters that are spelt by sound: 六艾斯 → 六S."""
    text = _S.sub("S", text)
    text = re.sub("(?<=S)[皮批披][西希]", "PC", text)
    return re.sub("(?<=[QqＱ])[西希]", "C", text)


def _letters_swapped(name: str, said: str) -> bool:
    """FEMA for FMEA."""
    letters = name.isascii() and name.isalpha() and len(name) > 2
    return letters and sorted(name) == sorted(said) and OSA.distance(name, said) == 1


def _free(matches: list[OptionMatch], start: int, end: int) -> bool:
    return all(end <= match.start or start >= match.end for match in matches)


def _whole_word(level: str, place: re.Match[str]) -> bool:
    """SPC is not named by ASPCA, 9000 not by 19000."""
    before, after = level[: place.start()][-1:], level[place.end() :][:1]
    name = place.group()
    starts = name[0].isascii() and name[0].isalnum() and before.isascii() and before.isalnum()
    ends = name[-1].isascii() and name[-1].isalnum() and after.isascii() and after.isalnum()
    return not (starts or (ends and not name.endswith("s")))


def _telling(piece: str) -> bool:
    return bool(re.fullmatch(r"[\u4e00-\u9fffa-z0-9]+", piece)) and not piece.isdigit()
