"""Several answers in one message: 重庆某某有限公司，法人王强，电话139…."""

from __future__ import annotations

import re
from typing import Any

from bot.model.answer.address import is_place, is_same
from bot.model.answer.answers import NOTHING, read_answer
from bot.model.answer.company import is_organisation
from bot.model.answer.contacts import telephones_in
from bot.model.answer.department import has_department
from bot.model.answer.person import surely_person
from bot.model.field_error import FieldError
from bot.model.form_talk.fields import Name, names_of
from bot.model.form_talk.reading import Message
from bot.model.numerals import NUMERAL
from bot.model.wording import plain
from knowledge.form import FormField

_PLAIN_KINDS = ("text", "number", "date", "telephone", "credit_code", "email")
_CUES = {
    "founded": re.compile(
        r"(?:我们|公司|厂|是|在|于"
        r"|大概)*[\d零〇一二三四五六七八九十去前今]+年?[\d年月日号.\-/十一二三四五六七八九]*(?:份)?(?:年)?(?:才)?(?:成立"
        r"|开业|注册|建厂|办起?|开|创办|创立|投产)(?:的|了|起来的?)?"
    ),
    "employees": re.compile(
        rf"(?:我们|现在|一共|总共|目前|有|大概|差不多|厂里|公司|职工|员工"
        rf"|共)*{NUMERAL.pattern}(?:来|多|几|把)?(?:个|号|名)?(?:人|员工|职工|工人)(?:左右|了"
        rf"|上下)?"
    ),
    "business_scope": re.compile(
        r"(?:我们|公司|厂里?)*(?:(?:主要|专门)(?:是|就是)?(?:做|搞|生产|加工|卖|经营|从事)|主营).{2,30}"
    ),
    "credit_code": re.compile(r"[0-9a-z]{18}"),
    "email": re.compile(r"[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,}"),
}
"""Words that say which field they answer, though it is not named."""
_SAYS_NOTHING = re.compile(r"^(?:不是|不对|是的?|对的?|好的?|嗯+|哦)+[,，。\s]*$")


def read_several(message: Message) -> dict[str, Any]:
    """Field id → value, when the message answers more than the asked field, or another one."""
    own = message.place.field
    if own.kind not in _PLAIN_KINDS:
        return {}
    pieces = _pieces(message)
    values: dict[str, Any] = {}
    left: list[str] = []
    for name, words, whole in pieces:
        value = _value(message, name, words) if name else None
        if name and value is None and name.field.same_as and is_same(words):
            value = _same(message, name.field.same_as, pieces[0], values)
        if name and value is not None:
            values[name.field.id] = value
        else:
            left.append(whole)
    if values or len(left) == 1:
        left = _by_cue(message, left, values)
    rest = _by_telephone(message, "，".join(left), values)
    rest = _by_department(message, _SAYS_NOTHING.sub("", rest), values)
    if not values:
        return {}
    named = any(name for name, _, _ in pieces) or len(values) > 1
    if own.id not in values and not rest.strip(" ,，。") and not named:
        return {}  # 86个人 to 成立时间 is a slip, not an answer to another question
    if own.id not in values and rest.strip(" ,，。"):
        try:
            value = read_answer(own, rest, message.today)
        except FieldError:
            return {} if len(rest) > 6 else values
        if own.format != "person" or surely_person(value):
            values[own.id] = value  # 软件开发，行业是软件业: no name beside the trade
    return values


def _pieces(message: Message) -> list[tuple[Name | None, str, str]]:
    """The message cut at the names of fields: name, the words behind it, both together."""
    said, level = message.said, message.level
    cuts: list[tuple[int, int, Name]] = []
    position = 0
    starts = [0] + [found.end() for found in re.finditer(r"[,，.。;；\n\s]+", level)]
    for start in starts:
        if start < position:
            continue
        for name in names_of(message.form):
            if name.column or name.field.kind not in _PLAIN_KINDS:
                continue
            own = name.field is message.place.field
            if own and start and (not cuts or cuts[-1][2].field is name.field):
                continue  # 质量部，负责人：胡晓梅 is one answer
            lead = re.match(rf"(?:我们的?|公司的?)?{re.escape(name.text)}", level[start:])
            if lead and _linked(name.field, level[start + lead.end() :]):
                position = start + lead.end()
                cuts.append((start, position, name))
                break
    if not cuts:
        return [(None, said, said)]
    pieces: list[tuple[Name | None, str, str]] = []
    if head := said[: cuts[0][0]].strip(" ,，。;；"):
        pieces.append((None, head, head))
    ends = [start for start, _, _ in cuts[1:]] + [len(said)]
    for (start, after, name), end in zip(cuts, ends, strict=True):
        words = re.sub(r"^[\s:：,，]*(?:就?是|为|叫做?|算是?|属于|归)?", "", said[after:end]).strip(
            " ,，。;；"
        )
        whole = said[start:end].strip(" ,，。;；")
        if _ends_at_a_mark(name.field, words):
            words, rest = _first_part(words)
            pieces.append((name, words, whole[: len(whole) - len(rest)].strip(" ,，。;；")))
            if rest:
                pieces.append((None, rest, rest))
            continue
        pieces.append((name, words, whole))
    return pieces


def _ends_at_a_mark(field: FormField, words: str) -> bool:
    """Whether what stands behind a mark is told besides; of an address it may be a part."""
    if field.format == "address":
        first, rest = _first_part(words)
        return bool(rest) and (is_same(first) or not is_place(_first_part(rest)[0]))
    return field.kind != "text" or field.format == "person"


def _first_part(words: str) -> tuple[str, str]:
    """A telephone, a date, a name end at the next mark; what follows is told besides."""
    found = re.search(r"[,，;；。\n]+", words)
    if not found:
        return words, ""
    return words[: found.start()].strip(), words[found.end() :].strip()


def _linked(field: FormField, rest: str) -> bool:
    """Whether what follows a field's name makes it a label, and not a part of a word."""
    if re.match(r"\s*(?:就?是|为|叫|算是?|属于|归|[:：])|\s", rest):
        return True
    if field.format == "address":
        return is_place(re.split(r"[,，。;；\s]", rest)[0]) or is_same(_first_part(rest)[0])
    if field.kind in ("telephone", "number", "date", "credit_code", "email"):
        return bool(re.match(r"[\da-z一二三四五六七八九零两十]", rest))
    return field.format in ("person", "contact") and surely_person(
        re.split(r"[,，.。;；\s\d]", rest)[0]
    )


def _same(
    message: Message, other: str, head: tuple[Name | None, str, str], values: dict[str, Any]
) -> Any:
    """What the other field has, or was told just before: 和畅大道66号，通讯地址一样."""
    own = message.place.field
    if other == own.id and head[0] is None:
        return _cued(message, own, head[1])
    return values.get(other) or message.answers.get(other)


def _value(message: Message, name: Name, words: str) -> Any:
    if not words:
        return None
    try:
        value = read_answer(name.field, words, message.today)
    except FieldError:
        return None
    if name.field.format == "company" and not is_organisation(str(value)):
        return None  # 公司是2003年成立的
    if name.field.format == "person" and not surely_person(str(value)):
        return None
    return None if value == NOTHING else value


def _by_cue(message: Message, left: list[str], values: dict[str, Any]) -> list[str]:
    """Takes 2008年成立的 and 80来个人 out of the rest, wherever something else is left."""
    kept: list[str] = []
    known = {field.id: field for field in message.form.fields}
    own = message.place.field.id
    for piece in left:
        for part in re.split(r"[,，。;；\n]+|(?<=\D)\s+|\s+(?=\D)", piece):
            told = next(
                (
                    field_id
                    for field_id, cue in _CUES.items()
                    if field_id in known and field_id not in values and cue.fullmatch(plain(part))
                ),
                None,
            )
            value = None if told in (None, own) else _cued(message, known[str(told)], part)
            if told is not None and value is not None:
                values[told] = value
            elif part.strip():
                kept.append(part.strip())
    return kept


def _cued(message: Message, field: FormField, part: str) -> Any:
    try:
        return read_answer(field, part, message.today)
    except FieldError:
        return None


def _by_telephone(message: Message, rest: str, values: dict[str, Any]) -> str:
    """Takes a telephone out of the rest for the field of that kind, when it is still open."""
    own = message.place.field
    target = next((f for f in message.form.fields if f.kind == "telephone"), None)
    if target is None or target is own or target.id in values:
        return rest
    numbers = telephones_in(rest)
    without = re.sub(r"(?<!\d)[01]\d[\d\s-]{8,13}(?!\d)", " ", rest).strip(" ,，。")
    if not numbers or not without or message.answers.get(target.id) not in (None, numbers[0]):
        return rest
    values[target.id] = numbers[0]
    return without


def _by_department(message: Message, rest: str, values: dict[str, Any]) -> str:
    """Takes 质量部 王小红 out of the rest, where a telephone or the like was told besides."""
    own = message.place.field
    target = next((f for f in message.form.fields if f.format == "contact"), None)
    if target is None or target is own or target.id in values or not values:
        return rest
    parts = [part for part in re.split(r"[,，。;；]+", rest) if part.strip()]
    for start in range(len(parts)):
        told = "，".join(parts[start:])
        if has_department(told) and message.answers.get(target.id) in (None, ""):
            values[target.id] = _cued(message, target, told)
            return "，".join(parts[:start])
    return rest
