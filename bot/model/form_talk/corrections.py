"""Corrections of what was said before: 电话不是这个 是139…, 姓俞不姓余."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.model.answer.company import is_organisation
from bot.model.answer.option_names import names_option
from bot.model.field_error import FieldError
from bot.model.form import asked_fields, previous_field
from bot.model.form_talk.commands import goto
from bot.model.form_talk.fields import Mention, names_of
from bot.model.form_talk.new_values import WRONG, candidates, changed_choices, exchanged
from bot.model.form_talk.reading import Message, Reading
from bot.model.form_talk.several import read_several
from bot.model.form_talk.stored import corrected, patches, stored_value, valued
from bot.model.form_talk.targets import MARK, alike, meant, named, numbered
from bot.model.wording import plain

_LEAD = re.compile(
    r"^(?:[\s,.!]|哎呀?|哦豁?|噢|呃|等一?[下哈]|不好意思|对不起|刚才|刚刚|前面|前头|上面|上一?个"
    r"|那个|我|语音|发的|填的|写的|说的|的|名字)*"
    rf"(?:{WRONG}|更正一?[下哈]?|纠正一?[下哈]?|改成|改为|应该是"
    rf"|不是(?=.{{1,30}}是))+(?:[了咯啦哦嘛哈字一个数]|[\s,.!:])*"
)
_TOLD = r"(?:就|还是|都)?(?:是|:|[写填留用]成?(?![错漏的了过不立]))"
_DROP = re.compile(r"删|去掉|取消|不要了?$|拿掉")


def find_correction(message: Message) -> Reading | None:
    """The correction that the message is; a goto when the new value is not in it."""
    intent_of_category = message.category[1] >= 0.7 and message.chance("correct_field") < 0.4
    changes = re.search(r"[写填打说搞弄]错|不对|改[成为]|换[成为]", message.level)
    if message.asks and intent_of_category and not changes:
        return None  # 换了法人，条码要跟着改不: asks, and changes nothing here
    several = read_several(message)
    if len(several) < 2 and (again := _told_again(message)):
        return again
    sure = message.chance("correct_field") >= 0.7 and not several
    if not sure and not MARK.search(message.level):
        return None
    mention = numbered(message) or named(message)
    if (
        mention is not None
        and mention.target.kind == "rows"
        and (found := _by_option(message, len(mention.name)))
    ):
        return found  # 团体标准 is an option, and only in part the name of a field
    if mention is not None:
        return _of_own(message, mention, _correct(message, mention))
    own = message.place.field
    if own.kind == "choices" and (names_option(own, message.level) or _names_own(message)):
        return None  # about the options that are being asked
    if found := _by_option(message):
        return found
    if own.id not in message.answers and _tells_own(message):
        return None
    if found := _by_old_value(message):
        return found
    lead = _LEAD.match(message.level)
    return _unnamed(message, lead.end() if lead else 0)


def _of_own(message: Message, mention: Mention, reading: Reading) -> Reading | None:
    """What corrects the question that is still open, answers it: 人数改成85 to 职工总数？"""
    asked = message.place.asked
    if mention.target is not asked or message.place.column or asked.id in message.answers:
        return reading
    return Reading("answer", values=reading.values) if reading.kind == "correction" else None


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
    if target.format == "company" and (name := _whole_name(message, mention)):
        return corrected(message, mention, name)
    for other in alike(message, mention):
        for value in patches(message, other, rest):
            return corrected(message, other, value)
    stored = stored_value(message, mention)
    for words, marked in _said_of(message, mention):
        value = valued(message, mention, words, marked)
        if value is None:
            continue
        if value == stored and marked:
            break
        if value != stored:
            return corrected(message, mention, value)
    return goto(message, mention)


def _whole_name(message: Message, mention: Mention) -> str | None:
    """The name of an enterprise said anew, whole: no part of the stored one is exchanged."""
    stored = stored_value(message, mention)
    names = (word for word, _ in _said_of(message, mention) if is_organisation(word))
    values = (valued(message, mention, name, True) for name in names)
    return next((value for value in values if value not in (None, stored)), None)


def _said_of(message: Message, mention: Mention) -> Iterator[tuple[str, bool]]:
    yield from candidates(message.said[mention.end :])
    yield from candidates(message.said[: mention.start])


def _without_row(message: Message, mention: Mention) -> list[dict[str, str]] | None:
    """The rows without the one that is to go: 删掉第二个产品."""
    rows = message.answers.get(mention.field.id) or []
    whole = mention.column is None or mention.column is mention.field.columns[0]
    if mention.row is None or not whole or not _DROP.search(message.level):
        return None
    if not 0 <= mention.row < len(rows):
        return None
    return [dict(row) for n, row in enumerate(rows) if n != mention.row]


def _by_option(message: Message, longer_than: int = 0) -> Reading | None:
    """把SPC换成FMEA: the options tell which choices are meant, those answered last first.

    Only names of more than `longer_than` characters count."""
    least = 1 if re.search(r"[a-z]|勾|选|去掉|不要|取消", message.level) else 2
    named = {
        field: length
        for field in reversed(asked_fields(message.form, message.answers))
        if field.kind == "choices"
        and field.id in message.answers
        and field is not message.place.field
        if field.id != "wanted"
        and (length := names_option(field, message.level)) > max(least, longer_than)
    }
    for field in (field for field in named if named[field] == max(named.values())):
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


def _by_old_value(message: Message) -> Reading | None:
    """不是周强，是周刚: the field whose stored value is the one that is taken back."""
    for old, new in exchanged(message.said):
        for field in reversed(asked_fields(message.form, message.answers)):
            if field.kind != "text" or message.answers.get(field.id) != old:
                continue
            mention = Mention(field, None, "", 0, 0)
            value = valued(message, mention, new, True)
            if value not in (None, old):
                return corrected(message, mention, value)
    return None


def _tells_own(message: Message) -> bool:
    """那个注册地址是…, to that very question."""
    names = "|".join(re.escape(plain(name)) for name in message.place.field.names)
    return bool(re.match(rf"(?:那个?|这个?|我们?的?|公司的?)*(?:{names}){_TOLD}", message.level))


def _unnamed(message: Message, start: int) -> Reading | None:
    """说错了 是120人: the value itself tells which field is meant, else the one before."""
    own = message.place.asked
    rest = message.said[start:].lstrip(" ,，.。!！:：") or message.said
    sure = message.chance("correct_field") >= 0.7
    if not start and not sure and own.kind not in ("choices", "rows", "long_text"):
        return None
    for mention in meant(message, plain(rest)):
        values = (valued(message, mention, *piece) for piece in candidates(rest))
        stored = stored_value(message, mention)
        value = next((v for v in values if v not in (None, stored)), None)
        value = next(patches(message, mention, message.said), value)
        if value is not None:
            # What fits the question that is open answers it after all.
            return None if mention.target is own else corrected(message, mention, value)
    wrong = re.search(WRONG, message.level)
    before = previous_field(message.form, message.place.field.id, message.answers)
    if not wrong or before is None or len(rest) > 6 and start < len(message.said):
        return None
    return Reading("command", command="goto", field=before.id)


def _told_again(message: Message) -> Reading | None:
    """电话是139…, though another is stored and something else is asked."""
    for name in names_of(message.form):
        pattern = rf"(?:^|[,.;!\s])(?:我们的?|公司的?)?{re.escape(name.text)}{_TOLD}"
        found = re.search(pattern, message.level)
        if not found or (name.column or name.field) is message.place.asked:
            continue
        mention = Mention(name.field, name.column, name.text, 0, found.end())
        stored = stored_value(message, mention)
        if stored in (None, "") or name.field.kind in ("choices", "rows") or message.asks:
            return None
        value = valued(message, mention, message.said[found.end() :].strip(), True)
        return None if value in (None, stored) else corrected(message, mention, value)
    return None
