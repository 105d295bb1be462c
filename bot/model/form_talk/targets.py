"""Finds which field a correction means: by its name, its number, or what the new value is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.model.answer.address import is_place
from bot.model.answer.company import has_organisation, is_organisation
from bot.model.answer.option_names import names_option
from bot.model.answer.person import surely_person
from bot.model.answer.rows import names_row
from bot.model.form import asked_fields, field_at, previous_field
from bot.model.form_talk.fields import Mention, find_mention, names_of
from bot.model.form_talk.new_values import WRONG, candidates
from bot.model.form_talk.reading import Message
from bot.model.numerals import CHARACTERS, value_of
from bot.model.wording import plain
from knowledge.form import FormField

_CHANGE = (
    r"(?:改[成为到作选勾]|换[成为]|(?:变更|更正|修改|更改|调整)为|换个|换一个|(?:还是|就|要|请)改"
    r"|换一?[下哈]|改改|改一?[下哈]|改了"
    r"|改(?=[座手]机|\s*\d)|改过来|更正|修改|更改|重新?[填写选报打说勾]"
    r"|去掉|删掉|删了|取消|(?<!要)不要了?|不用了|不要勾|加上|再加|再补|再勾|补上|也要|勾上|只要"
    r"|只选|要改|应[该当][是填写为叫]|应为|应是|该是|其实|现在是)"
)
MARK = re.compile(
    rf"{WRONG}|{_CHANGE}|不是.{{1,30}}?是|是.{{1,30}}?不是|姓.+不姓|不姓.+[姓是]|少了|要加|[前后]面加"
    rf"|补个|加一?个|换"
)
_BEFORE_NAME = re.compile(
    r"(?:哎呀?|等一?[下哈]|等等|刚才|刚刚|前面|前头|上面|上头|之前|先前|那个|那栏|那个?里|填的"
    r"|写的|说的|给的|我们?|咱们?|把|将|的"
    r"|请|麻烦|帮我?|给我|不好意思|对不起|对了|改一?[下哈]|改|修改|更正|更改|重新填?|重填|换|一下"
    r"|哈|下|你|哦豁?|噢|呃|还有|就是"
    r"|好像|第[一二三四五六七八九十\d]+[个项行]|产品的|删掉|去掉|取消|个|那|啊|搞|有|要得不"
    r"|能不能|可以|想|要|烦|先|[\s,.:!])*"
)
_THEN_WRONG = re.compile(
    rf"(?:[那这]个?|里|边|栏|我|你|刚才|刚刚|前面|前头|语音|的|给|[\s,])*(?:(?P<wrong>{WRONG})"
    rf"|{_CHANGE})"
)
_NUMBERED = re.compile(rf"第([{CHARACTERS}\d]+)(?:项|题|个问题|条|栏)(?:的?答案|那里|填的)?")


def numbered(message: Message) -> Mention | None:
    """第7题的答案改成….

    The number counts as in the summary; of choices asked now it means an option."""
    found = _NUMBERED.search(message.level)
    value = value_of(found.group(1)) if found else None
    if not found or not value or message.place.field.kind in ("choices", "rows"):
        return None
    field = field_at(message.form, int(value), message.answers)
    return Mention(field, None, "", found.start(), found.end()) if field else None


def named(message: Message) -> Mention | None:
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
        if not MARK.search(level[: mention.start] + " " + level[mention.end :]):
            continue
        if own.kind == "choices" and (mention.field is own or names_option(own, level)):
            continue  # about the options that are being asked
        if mention.target is own and _looks_like_answer(message):
            continue
        return mention
    return _named_and_wrong(message)


def _named_and_wrong(message: Message) -> Mention | None:
    """慢点慢点产品名称我说岔了: a name anywhere, with what is wrong right behind it."""
    level, own = message.level, message.place.asked
    mention = find_mention(message, level)
    if mention is None or mention.target is own or mention.field.kind == "choices":
        return None
    if all(mention.name != name.text for name in names_of(message.form)):
        return None  # only sounds like a name
    then = _THEN_WRONG.match(level, mention.end)
    if then is None or (own.kind == "choices" and not then.group("wrong")):
        return None  # 标准那个不要了 takes a choice away
    return mention


def _starts(level: str, offset: int) -> Iterator[int]:
    """Where the name may begin: behind the light words, or at the start of a clause."""
    yield offset
    for found in re.finditer(r"[,.;!\s](?=\S)", level):
        after = _BEFORE_NAME.match(level, found.end())
        yield after.end() if after else found.end()


def _looks_like_answer(message: Message) -> bool:
    """A company named 重庆更正科技有限公司 corrects nothing."""
    if re.search(r"[写填打说搞弄]错|[打写填]成|改[成为]|应该|漏", message.level):
        return False
    shapes = {"company": has_organisation, "person": surely_person, "address": is_place}
    shape = shapes.get(message.place.asked.format)
    return bool(shape and shape(message.said))


def alike(message: Message, mention: Mention) -> Iterator[Mention]:
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


_SHAPES = {
    "telephone": r"\d{7}",
    "number": r"[\d一二两三四五六七八九十百千]\s*(?:多|来|几)?个?(?:人|职工|员工)",
    "date": r"[\d零一二三四五六七八九十]\s*年|月|[去前]年",
    "email": "@",
}


def meant(message: Message, rest: str) -> Iterator[Mention]:
    """Fields that a value without a name may belong to, the likeliest first."""
    own = Mention(message.place.field, message.place.column, "", 0, 0)
    before = previous_field(message.form, message.place.field.id, message.answers)
    if before is not None and before.kind in ("choices", "rows"):
        before = None
    fields = reversed(asked_fields(message.form, message.answers))
    shaped = [
        f for f in fields if f.id in message.answers and f is not own.field and _shaped(f, rest)
    ]
    telling = [f for f in shaped if f.kind in ("telephone", "email") or f.format == "company"]
    yield from (Mention(field, None, "", 0, 0) for field in telling)
    typed = own.target.kind in ("number", "date", "telephone", "credit_code", "email")
    if before is not None and (not typed or before.kind == own.target.kind):
        yield Mention(before, None, "", 0, 0)
    if own.target.kind not in ("choices", "rows", "long_text") and own.column is None:
        yield own
    yield from (Mention(field, None, "", 0, 0) for field in shaped)
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
