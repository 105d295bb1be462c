"""Corrections of what was said before: 电话不是这个 是139…, 是逄不是逢, 刚才那个公示改成没公示."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from bot.model.answer_choices import names_option
from bot.model.answer_names import is_organisation, is_place, is_same, surely_person
from bot.model.answer_rows import names_row
from bot.model.answers import NOTHING
from bot.model.field_error import FieldError
from bot.model.form import asked_fields, field_at, previous_field
from bot.model.form_commands import goto
from bot.model.form_fields import Mention, find_mention, names_of
from bot.model.form_new_values import WRONG, candidates, changed_choices, new_value, patched
from bot.model.form_reading import Message, Reading
from bot.model.numerals import CHARACTERS, value_of
from bot.model.wording import plain
from knowledge.form import FormField

_CHANGE = (
    r"(?:改[成为到作]|换[成为]|(?:变更|更正|修改|更改|调整)为|换个|换一个|改改|改一?[下哈]|改了|改过来|更正|修改|更改|重新填|重填|重写|重选"
    r"|去掉|删掉|删了|取消|(?<!要)不要了?|不用了|不要勾|加上|再加|再补|再勾|补上|也要|勾上|只要|只选|要改|应该[是填写]|应为|应是|该是|其实|现在是)"
)
_MARK = re.compile(
    rf"{WRONG}|{_CHANGE}|不是.{{1,30}}?是|是.{{1,30}}?不是|姓.+不姓|不姓.+姓|少了|要加|[前后]面加|补个|加一?个|换"
)
_BEFORE_NAME = re.compile(
    r"(?:哎呀?|等一?[下哈]|等等|刚才|刚刚|前面|前头|上面|上头|之前|先前|那个|那栏|那个?里|填的|写的|说的|给的|我们?|咱们?|把|将|的"
    r"|请|麻烦|帮我?|给我|不好意思|对不起|对了|改一?[下哈]|改|修改|更正|更改|重新填?|重填|换|一下|哈|下|你|哦豁?|噢|呃|还有|就是"
    r"|好像|第[一二三四五六七八九十\d]+[个项行]|产品的|删掉|去掉|取消|个|那|啊|搞|有|要得不|能不能|可以|想|要|烦|先|[\s,.:!])*"
)
_LEAD = re.compile(
    r"^(?:[\s,.!]|哎呀?|哦豁?|噢|呃|等一?[下哈]|不好意思|对不起|刚才|刚刚|前面|前头|上面|上一?个|那个|我|语音|发的|填的|写的|说的|的|名字)*"
    rf"(?:{WRONG}|更正一?[下哈]?|纠正一?[下哈]?|改成|改为|应该是|不是(?=.{{1,30}}是))+(?:[了咯啦哦嘛哈字一个数]|[\s,.!:])*"
)
_NUMBERED = re.compile(rf"第([{CHARACTERS}\d]+)(?:项|题|个问题|条|栏)(?:的?答案|那里|填的)?")
_DROP = re.compile(r"删|去掉|取消|不要了?$|拿掉")


def find_correction(message: Message) -> Reading | None:
    """The correction that the message is; a goto when the new value is not in it."""
    intent_of_category = message.category[1] >= 0.7 and message.chance("correct_field") < 0.4
    if message.asks and intent_of_category and not re.search(WRONG, message.level):
        return None  # 换了法人，条码要跟着改不: asks, and changes nothing here
    if not _MARK.search(message.level) and message.chance("correct_field") < 0.7:
        return _told_again(message)
    mention = _numbered(message) or _named(message)
    if mention is not None and mention.target.kind == "rows" and (found := _by_option(message)):
        return found  # 团体标准 is an option, and only in part the name of a field
    if mention is not None:
        return _correct(message, mention)
    own = message.place.field
    if own.kind == "choices" and (names_option(own, message.level) or _names_own(message)):
        return None  # about the options that are being asked
    if found := _by_option(message):
        return found
    lead = _LEAD.match(message.level)
    return _unnamed(message, lead.end() if lead else 0)


def _numbered(message: Message) -> Mention | None:
    """第7题的答案改成….

    The number counts as in the summary; of choices asked now it means an option."""
    found = _NUMBERED.search(message.level)
    value = value_of(found.group(1)) if found else None
    if not found or not value or message.place.field.kind in ("choices", "rows"):
        return None
    field = field_at(message.form, int(value), message.answers)
    return Mention(field, None, "", found.start(), found.end()) if field else None


def _named(message: Message) -> Mention | None:
    """The field that is corrected: its name stands at the start, after words of no weight."""
    level, own = message.level, message.place.asked
    start = _BEFORE_NAME.match(level)
    offset = start.end() if start else 0
    for begin in _starts(level, offset):
        mention = find_mention(message, level[begin : begin + 16])
        if mention is None or (mention.start > 2 and begin + mention.start > offset):
            continue
        mention = replace(
            mention,
            start=mention.start + begin,
            end=mention.end + begin,
            row=names_row(level),
        )
        if not _MARK.search(level[: mention.start] + " " + level[mention.end :]):
            continue
        if own.kind == "choices" and (mention.field is own or names_option(own, level)):
            continue  # about the options that are being asked
        if mention.target is own and _looks_like_answer(message):
            continue
        return mention
    return None


def _starts(level: str, offset: int) -> Iterator[int]:
    """Where the name may begin: behind the light words, or at the start of a clause."""
    yield offset
    for found in re.finditer(r"[,.;!\s](?=\S)", level):
        after = _BEFORE_NAME.match(level, found.end())
        yield after.end() if after else found.end()


def _looks_like_answer(message: Message) -> bool:
    """A company named 重庆更正科技有限公司 corrects nothing."""
    if re.search(rf"{WRONG}|改[成为]|应该", message.level):
        return False
    shapes = {"company": is_organisation, "person": surely_person, "address": is_place}
    shape = shapes.get(message.place.asked.format)
    return bool(shape and shape(message.said))


def _correct(message: Message, mention: Mention) -> Reading:
    target = mention.target
    if mention.field.kind == "rows" and (gone := _without_row(message, mention)) is not None:
        return Reading("correction", values={mention.field.id: gone}, field=mention.field.id)
    if target.kind == "rows":
        return goto(message, mention)
    rest = message.said[mention.end :]
    if target.kind == "choices":
        stored = message.answers.get(target.id) or []
        try:
            changed = changed_choices(target, message.said[: mention.start] + " " + rest, stored)
        except FieldError:
            return goto(message, mention)
        if changed == stored:
            return goto(message, mention)
        return Reading("correction", values={target.id: changed}, field=target.id)
    for alike in _alike(message, mention):
        for value in _patches(message, alike, rest):
            return _corrected(message, alike, value)
    stored = _stored(message, mention)
    for words, marked in _said_of(message, mention):
        value = _valued(message, mention, words, marked)
        if value is None:
            continue
        if value == stored and marked:
            break
        if value != stored:
            return _corrected(message, mention, value)
    return goto(message, mention)


def _said_of(message: Message, mention: Mention) -> Iterator[tuple[str, bool]]:
    yield from candidates(message.said[mention.end :])
    yield from candidates(message.said[: mention.start])


def _alike(message: Message, mention: Mention) -> Iterator[Mention]:
    """The field, and those with the same name: 地址 may be either address."""
    yield mention
    for field in message.form.fields:
        if (
            field is not mention.field
            and mention.column is None
            and field.format == mention.field.format != ""
            and plain(field.label).endswith(mention.name)
        ):
            yield replace(mention, field=field)


def _patches(message: Message, mention: Mention, rest: str) -> Iterator[Any]:
    stored = _stored(message, mention)
    if isinstance(stored, str) and stored not in ("", NOTHING):
        yield from (value for value in patched(mention.target, rest, stored) if value != stored)


def _valued(message: Message, mention: Mention, words: str, marked: bool) -> Any:
    """The value that the words are; None when they are none."""
    target = mention.target
    value = None
    if target.same_as and is_same(words):
        value = message.answers.get(target.same_as)
    if value is None:
        value = new_value(target, words, message.today, marked, mention.column is not None)
    return value


def _without_row(message: Message, mention: Mention) -> list[dict[str, str]] | None:
    """The rows without the one that is to go: 删掉第二个产品."""
    rows = message.answers.get(mention.field.id) or []
    whole = mention.column is None or mention.column is mention.field.columns[0]
    if mention.row is None or not whole or not _DROP.search(message.level):
        return None
    if not 0 <= mention.row < len(rows):
        return None
    return [dict(row) for n, row in enumerate(rows) if n != mention.row]


def _stored(message: Message, mention: Mention) -> Any:
    value = message.answers.get(mention.field.id)
    if mention.column is None:
        return value
    rows = value or ()
    row = mention.row_in(message.answers)
    return rows[row].get(mention.column.id) if row < len(rows) else None


def _corrected(message: Message, mention: Mention, value: Any) -> Reading:
    path = mention.path(message.answers)
    if mention.column is None:
        return Reading("correction", values={mention.field.id: value}, field=path)
    rows = [dict(row) for row in message.answers.get(mention.field.id) or ()]
    number = min(mention.row_in(message.answers), len(rows))
    if number == len(rows):
        rows.append({})
    row = {**rows[number], mention.column.id: value}
    rows[number] = {c.id: row[c.id] for c in mention.field.columns if c.id in row}
    return Reading("correction", values={mention.field.id: rows}, field=path)


def _by_option(message: Message) -> Reading | None:
    """把SPC换成FMEA: the options tell which choices are meant, those answered last first."""
    named = {
        field: length
        for field in reversed(asked_fields(message.form, message.answers))
        if field.kind == "choices" and field.id in message.answers and field is not message.place.field
        if (length := names_option(field, message.level))
    }
    for field in sorted(named, key=lambda field: -named[field]):
        stored = message.answers[field.id]
        try:
            changed = changed_choices(field, message.said, stored)
        except FieldError:
            continue
        if changed != stored:
            return Reading("correction", values={field.id: changed}, field=field.id)
    if named and re.search(WRONG, message.level):
        return Reading("command", command="goto", field=next(iter(named)).id)
    return None


def _names_own(message: Message) -> bool:
    return any(plain(name) in message.level for name in message.place.field.names)


def _unnamed(message: Message, start: int) -> Reading | None:
    """说错了 是120人: the value itself tells which field is meant, else the one before."""
    own = message.place.asked
    rest = message.said[start:].lstrip(" ,，.。!！:：") or message.said
    sure = message.chance("correct_field") >= 0.7
    if not start and not sure and own.kind not in ("choices", "rows", "long_text"):
        return None
    for mention in _meant(message, plain(rest)):
        values = (_valued(message, mention, *piece) for piece in candidates(rest))
        stored = _stored(message, mention)
        value = next((v for v in values if v not in (None, stored)), None)
        value = next(_patches(message, mention, message.said), value)
        if value is not None:
            # What fits the question that is open answers it after all.
            return None if mention.target is own else _corrected(message, mention, value)
    wrong = re.search(WRONG, message.level)
    before = previous_field(message.form, message.place.field.id, message.answers)
    if not wrong or before is None or len(rest) > 6 and start < len(message.said):
        return None
    return Reading("command", command="goto", field=before.id)


_SHAPES = {
    "telephone": r"\d{7}",
    "number": r"[\d一二两三四五六七八九十百千]\s*(?:多|来|几)?个?(?:人|职工|员工)",
    "date": r"[\d零一二三四五六七八九十]\s*年|月|[去前]年",
    "email": "@",
}


def _meant(message: Message, rest: str) -> Iterator[Mention]:
    """Fields that a value without a name may belong to, the likeliest first."""
    own = Mention(message.place.field, message.place.column, "", 0, 0)
    before = previous_field(message.form, message.place.field.id, message.answers)
    if before is not None and before.kind in ("choices", "rows"):
        before = None
    typed = own.target.kind in ("number", "date", "telephone", "credit_code", "email")
    if before is not None and (not typed or before.kind == own.target.kind):
        yield Mention(before, None, "", 0, 0)
    if own.target.kind not in ("choices", "rows", "long_text") and own.column is None:
        yield own
    for field in reversed(asked_fields(message.form, message.answers)):
        if field.id in message.answers and field is not own.field and _shaped(field, rest):
            yield Mention(field, None, "", 0, 0)
    if before is not None:
        yield Mention(before, None, "", 0, 0)


def _shaped(field: FormField, rest: str) -> bool:
    """Whether something in the words looks like a value of the field."""
    if field.kind in _SHAPES:
        return bool(re.search(_SHAPES[field.kind], rest))
    words = [word for piece in candidates(rest) if (word := piece[0])]
    if field.format == "company":
        return any(map(is_organisation, words))
    if field.format in ("person", "contact"):
        return any(map(surely_person, words)) or "姓" in rest
    return field.format == "address" and any(
        is_place(word) and len(word) > 4 and not is_organisation(word) for word in words
    )


def _told_again(message: Message) -> Reading | None:
    """电话是139…, though another is stored and something else is asked."""
    for name in names_of(message.form):
        pattern = rf"(?:我们的?|公司的?)?{re.escape(name.text)}(?:就)?(?:是|[:：])"
        found = re.match(pattern, message.level)
        if not found or (name.column or name.field) is message.place.asked:
            continue
        mention = Mention(name.field, name.column, name.text, 0, found.end())
        stored = _stored(message, mention)
        if stored in (None, "") or name.field.kind in ("choices", "rows") or message.asks:
            return None
        value = _valued(message, mention, message.said[found.end() :].strip(), True)
        return None if value in (None, stored) else _corrected(message, mention, value)
    return None
