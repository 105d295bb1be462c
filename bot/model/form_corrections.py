"""Corrections of what was said before: 电话不是这个 是139…, 是逄不是逢, 刚才那个公示改成没公示."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bot.model.answer_choices import names_option, read_change
from bot.model.answer_names import is_organisation, is_place, is_same, surely_person
from bot.model.answer_rows import read_cell
from bot.model.answers import NOTHING, read_answer
from bot.model.field_error import FieldError
from bot.model.form import previous_field
from bot.model.form_commands import goto
from bot.model.form_fields import Mention, find_mention, names_of
from bot.model.form_reading import Message, Reading
from bot.model.wording import HAN, plain

_WRONG = (
    r"(?:[打写填说搞弄整输发选勾记看认点报念听转识]+(?:别|成|岔|窄|反|串|多|少|漏|偏)?错|错[了咯啦]|错别字|别字|不对|有误|有错|有问题|打成|写成|填成|说成|搞成|念成|写反|填反|写串|填串|写岔|写窄|写漏"
    r"|不是(?:这|那)|变更|更名|漏了|漏写|漏勾|少打|多打|多写|少写|多勾|忘了勾|笔误)"
)
_CHANGE = r"(?:改成|改为|改到|改作|换成|换为|变更为|更正为|修改为|更改为|调整为|换个|换一个|改改|改一?[下哈]|改了|改过来|更正|修改|更改|重新填|重填|重写|重选|去掉|删掉|删了|取消|不要了?|不要勾|加上|再加|再补|再勾|补上|也要|勾上|只要|只选|要改|应该是|应该填|应该写|应为|应是|该是|其实|现在是|换了)"
_MARK = re.compile(f"{_WRONG}|{_CHANGE}|不是.{{1,30}}?是|是.{{1,30}}?不是|姓.不姓.|不姓.{{0,3}}姓|少了|要加|前面加|后面加|再写|补个|加一个|加个")
_BEFORE_NAME = re.compile(
    r"(?:哎呀?|等一?[下哈]|等等|刚才|刚刚|前面|前头|上面|上头|之前|先前|那个|那栏|那个?里|填的|写的|说的|给的|我们?|咱们?|把|将|的|请|麻烦|帮我?|给我|不好意思|对不起|对了|改一?[下哈]|改|修改"
    r"|更正|更改|重新填?|重填|换|一下|哈|下|你|哦豁?|噢|呃|还有|就是|好像|第[一二三四五六七八九十\d]+[个项行]|产品|个|那|啊|搞|有|要得不|能不能|可以|想|要|烦|先|[\s,.:!])*"
)
_NEWS = re.compile(
    r"(?:改成|改为|改作|换成|换为|变更为|变成|更正为|修改为|更改为|调整为|(?:应该|应当)(?:是|填|写|为|叫)|应为|应是|该是|实际上?是|其实是|现在是|现在叫|正确的?是|重新?[发说][:：,\s]*|是说|要填|该填)[:：,\s]*"
)
_EXCHANGE = (
    re.compile(r"不是[\"“]?(?P<old>[^,，。;；\s\"”]{1,40}?)[\"”]?[,，;\s]*(?:而)?是[\"“]?(?P<new>[^,，。;；\"”]{1,60})"),
    re.compile(r"是[\"“]?(?P<new>[^,，。;；\"”]{1,60}?)[\"”]?[,，\s]*(?:而)?不是[\"“]?(?P<old>[^,，。;；\s\"”]{1,40})"),
    re.compile(r"(?P<whole>姓)[\"“]?(?P<new>[^\s\"”]{1,2})[\"”]?[,，\s]*不姓[\"“]?(?P<old>[^\s,，\"”]{1,2})"),
    re.compile(r"(?P<whole>)不姓[\"“]?(?P<old>[^\s,，\"”]{1,2})[\"”]?[,，\s]*姓[\"“]?(?P<new>[^\s,，\"”]{1,2})"),
    re.compile(r"[\"“'](?P<old>[^\"”']{1,6})[\"”'](?:字)?(?:要|应该|得|错了|不对)*[,，\s]*(?:改成|换成|改为|是)[\"“']?(?P<new>[^\"”',，。]{1,6})"),
    re.compile(r"(?P<old>[^\s,，]{1,12}?)(?:改|改成|换成)(?P<new>[^\s,，]{1,12})$"),
)
_ADDITION = re.compile(
    r"(?:再|还|也|要)(?:要)?(?:加|补|添)(?:上|个|一个|一项|写)*|(?:加上|补上|加个|补个|加一个|漏了|少了|忘了写)[\"“]?"
)
_REMOVAL = re.compile(r"(?:把|将)?[\"“]?([^,，\s把将里\"”]{1,20})[\"”]?(?:去掉|删掉|删了|去了|取消|划掉|不要了?)")
_NO_NAME_LEAD = re.compile(
    r"^(?:[\s,.!]|哎呀?|哦豁?|噢|呃|等一?[下哈]|不好意思|对不起|刚才|刚刚|前面|前头|上面|上一?个|那个|我|语音|发的|填的|写的|说的|的)*"
    rf"(?:{_WRONG}|不算|更正一?[下哈]?|纠正一?[下哈]?|重新说|记错|搞错|不是(?=.{{1,30}}是))+(?:[了咯啦哦嘛哈字一个数]|[\s,.!:])*"
)


def find_correction(message: Message) -> Reading | None:
    """The correction that the message is; a goto when the new value is not in it."""
    level = message.level
    if not _MARK.search(level):
        return _told_again(message)
    mention = _named(message)
    if mention is not None:
        return _correct(message, mention)
    if (lead := _NO_NAME_LEAD.match(level)) and not _is_own(message):
        return _unnamed(message, lead.end())
    return None


def _is_own(message: Message) -> bool:
    """The words belong to the choices being asked: 第二个不要了."""
    return message.place.field.kind in ("choices", "rows") and message.place.row is None


def _named(message: Message) -> Mention | None:
    """The field that is corrected: its name stands at the start, after words of no weight."""
    level = message.level
    own = message.place.asked
    start = _BEFORE_NAME.match(level)
    offset = start.end() if start else 0
    for begin in _starts(level, offset):
        mention = find_mention(message, level[begin : begin + 16])
        if mention is None or mention.start > 2 and begin + mention.start > offset:
            continue
        mention = _moved(mention, begin)
        rest = level[: mention.start] + " " + level[mention.end :]
        if not _MARK.search(rest):
            continue
        if own.kind == "choices" and mention.field is not own and names_option(own, level):
            continue  # an option of the question that is being asked
        if mention.target is own and (_looks_like_answer(message) or own.kind == "choices"):
            continue
        return mention
    return None


def _starts(level: str, offset: int) -> Iterator[int]:
    """Where the name may begin: behind the light words, or at the start of a clause."""
    yield offset
    for found in re.finditer(r"[,.;!\s](?=\S)", level):
        after = _BEFORE_NAME.match(level, found.end())
        yield after.end() if after else found.end()


def _moved(mention: Mention, by: int) -> Mention:
    return Mention(
        mention.field,
        mention.column,
        mention.name,
        mention.start + by,
        mention.end + by,
        mention.row,
    )


def _looks_like_answer(message: Message) -> bool:
    """A company named 重庆更正科技有限公司 corrects nothing."""
    own, said = message.place.asked, message.said
    if re.search(rf"{_WRONG}|改[成为]|应该", message.level):
        return False
    return {
        "company": is_organisation,
        "person": surely_person,
        "address": is_place,
    }.get(own.format, lambda text: False)(said)


def _correct(message: Message, mention: Mention) -> Reading:
    target, path = mention.target, mention.path(message.answers)
    if target.kind == "rows":
        return goto(message, mention)
    if target.kind == "choices":
        return _correct_choices(message, mention)
    stored = _stored(message, mention)
    rest = message.said[mention.end :]
    before = message.said[: mention.start]
    for value in _new_values(message, mention, rest, before, stored):
        if value != stored:
            return Reading("correction", values=_values(message, mention, value), field=path)
    return goto(message, mention)


def _correct_choices(message: Message, mention: Mention) -> Reading:
    choices = mention.field
    rest = message.said[: mention.start] + " " + message.said[mention.end :]
    rest = re.sub(r"^\s*(?:那|这)?(?:个|块|里|部分|项|栏|题)?\s*", "", rest.strip())
    stored = message.answers.get(choices.id) or []
    try:
        changed = read_change(choices, rest).apply(choices, stored)
    except FieldError:
        return goto(message, mention)
    if changed == stored:
        return goto(message, mention)
    return Reading("correction", values={choices.id: changed}, field=choices.id)


def _stored(message: Message, mention: Mention) -> Any:
    value = message.answers.get(mention.field.id)
    if mention.column is None:
        return value
    rows = value or ()
    row = mention.row_in(message.answers)
    return rows[row].get(mention.column.id) if row < len(rows) else None


def _values(message: Message, mention: Mention, value: Any) -> dict[str, Any]:
    if mention.column is None:
        return {mention.field.id: value}
    rows = [dict(row) for row in message.answers.get(mention.field.id) or ()]
    number = min(mention.row_in(message.answers), len(rows))
    if number == len(rows):
        rows.append({})
    row = {**rows[number], mention.column.id: value}
    rows[number] = {c.id: row[c.id] for c in mention.field.columns if c.id in row}
    return {mention.field.id: rows}


def _new_values(
    message: Message, mention: Mention, rest: str, before: str, stored: Any
) -> Iterator[Any]:
    """What the words may put in the stored value's place, the likeliest first."""
    target = mention.target
    if target.same_as and (at := re.search(r"(?:改成|改为|换成|[,，\s])", rest)):
        same = message.answers.get(target.same_as)
        if same and is_same(rest[at.end() :]):
            yield same
    strict = _strictly(message, mention)
    patched: list[str] = []
    if isinstance(stored, str) and stored not in ("", NOTHING):
        patched = list(_patched(rest, stored, target.kind))
        yield from (value for value in patched if not _only_added(value, stored))
    for words in _candidates(rest):
        if (value := strict(words)) is not None:
            yield value
    yield from patched
    for words in _candidates(before):
        if (value := strict(words)) is not None:
            yield value


def _strictly(message: Message, mention: Mention) -> Any:
    """Reads one candidate; None when it is not surely a value of the field."""
    target = mention.target

    def read(candidate: tuple[str, bool]) -> Any:
        words, marked = candidate
        if not _may_be(target.format, target.kind, words, marked):
            return None
        try:
            if mention.column is not None:
                return read_cell(mention.column, words)
            value = read_answer(target, words, message.today)
        except FieldError:
            return None
        return None if value == NOTHING else value

    return read


def _may_be(form_of: str, kind: str, words: str, marked: bool) -> bool:
    """Texts are taken as they come only behind 改成 and the like."""
    if kind not in ("text", "long_text"):
        return True
    if form_of == "person":
        return bool(re.search(f"[{HAN}]{{2}}", words)) and (marked or surely_person(words))
    if form_of == "company":
        return is_organisation(words) or marked and len(words) >= 6
    if form_of == "address":
        return is_place(words) and len(words) >= (3 if marked else 5)
    if form_of in ("standard_number", "adoption"):
        return True
    return marked and len(words.strip()) > 1


def _candidates(rest: str) -> Iterator[tuple[str, bool]]:
    """Pieces of the text that may be the new value, and whether a word marks them as it."""
    level = plain(rest)
    news = [rest[found.end() :] for found in _NEWS.finditer(level)]
    for piece in reversed(news):
        yield _clean(piece), True
        yield from ((_clean(part), True) for part in re.split(r"[,，。;；\s]+", piece) if part)
    pieces = [piece for piece in re.split(r"[,，。;；！!\s]+", rest) if piece.strip()]
    for piece in reversed(pieces[1:] if len(pieces) > 1 else pieces):
        if _EXCHANGE[1].search(plain(piece)) or _EXCHANGE[2].search(plain(piece)):
            continue
        yield _clean(piece), bool(re.match(r"\s*(?:就?是|叫|为)", piece))
    for pattern in _EXCHANGE[:2]:
        for found in pattern.finditer(level):
            yield _clean(rest[slice(*found.span("new"))]), True
    joined = re.split(rf"{_WRONG}[了咯啦]?", rest)[-1]
    yield _clean(joined), bool(re.match(r"[\s,，]*(?:就?是|叫|为)", joined))


def _clean(piece: str) -> str:
    piece = re.sub(r"不是.*$", "", piece) if re.search(r".+不是", piece) else piece
    return re.sub(r"^(?:[\s,，:：]|就?是|叫做?|为|了|的)+|[\s,，。”\"]+$", "", piece)


def _patched(rest: str, stored: str, kind: str) -> Iterator[str]:
    """A part of the stored text exchanged, added or taken out: “燕”要改成“艳”."""
    level = plain(rest)
    for pattern in _EXCHANGE:
        for found in pattern.finditer(level):
            old, new = (rest[slice(*found.span(part))].strip("“”\"' 的") for part in ("old", "new"))
            new = re.sub(r"[了哈嘛哦].*$", "", new)
            if kind == "telephone" and old and stored.endswith(old) and new.isdigit():
                yield stored[: -len(old)] + new
            elif kind != "telephone" and old and new and old in stored and old != stored:
                yield stored.replace(old, new)
    if kind != "text":
        return
    if found := re.search(r"(?:前面|前头|开头)?(?:要)?加上?[\"“]?([^\"”，,]{2,20})", rest):
        new = found.group(1).strip("” \"哈嘛")
        if re.search(r"前|开头", rest[: found.start(1)]) or is_place(new) and len(new) <= 8:
            yield new + stored
            return
    if (found := _REMOVAL.search(level)) and (gone := rest[slice(*found.span(1))]) in stored:
        yield re.sub(r"[、，,]{2,}", "、", stored.replace(gone, "")).strip("、，, ")
    elif found := _ADDITION.search(level):
        new = re.sub(r"[\s。.哈嘛”\"]+$|几个字.*$", "", rest[found.end() :]).strip("“\" ")
        if len(new) > 1:
            yield f"{stored}、{new}"


def _only_added(value: str, stored: str) -> bool:
    return stored in value


def _unnamed(message: Message, start: int) -> Reading | None:
    """说错了 是120人: the value itself tells which field is meant, else the one before."""
    rest = re.sub(r"^[\s,，.。!！:：]+", "", message.said[start:]) or message.said
    own = message.place.asked
    for mention in _meant(message, rest):
        strict = _strictly(message, mention)
        stored = _stored(message, mention)
        values = (strict(words) for words in _candidates(rest))
        value = next((v for v in values if v is not None), None)
        if value is None and isinstance(stored, str):
            value = next(_patched(rest, stored, mention.target.kind), None)
        if value is None or value == stored:
            continue
        if mention.target is own:
            return None  # it answers the question after all
        path = mention.path(message.answers)
        return Reading("correction", values=_values(message, mention, value), field=path)
    if start < len(message.said) - 3 and own.kind not in ("choices", "rows"):
        return None
    before = previous_field(message.form, message.place.field.id, message.answers)
    if before is None or not re.search(_WRONG, message.level):
        return None
    return Reading("command", command="goto", field=before.id)


def _meant(message: Message, rest: str) -> Iterator[Mention]:
    """Fields that a value without a name may belong to, the likeliest first."""
    form, level = message.form, plain(rest)
    own = Mention(message.place.field, message.place.column, "", 0, 0)
    before = previous_field(form, message.place.field.id, message.answers)
    shapes = (
        ("telephone", r"\d{7}"),
        ("employees", r"(?:[\d一二两三四五六七八九十百千]\s*(?:多|来|几)?个?人|人$)"),
        ("founded", r"[\d零一二三四五六七八九十]\s*年|月"),
        ("email", "@"),
    )
    if own.target.kind in ("text", "long_text", "choices", "rows", "yes_no"):
        if before is not None:
            yield Mention(before, None, "", 0, 0)
    elif before is not None and before.kind == own.target.kind:
        yield Mention(before, None, "", 0, 0)
    yield own
    for field_id, shape in shapes:
        for field in form.fields:
            if field.id == field_id and field is not own.field and re.search(shape, level):
                yield Mention(field, None, "", 0, 0)
    if before is not None:
        yield Mention(before, None, "", 0, 0)


def _told_again(message: Message) -> Reading | None:
    """电话是139…, though another is stored and something else is asked."""
    for name in names_of(message.form):
        found = re.match(rf"(?:我们的?|公司的?)?{re.escape(name.text)}(?:就)?(?:是|[:：])", message.level)
        if not found or (name.column or name.field) is message.place.asked:
            continue
        mention = Mention(name.field, name.column, name.text, 0, found.end())
        stored = _stored(message, mention)
        if stored in (None, "") or name.field.kind in ("choices", "rows"):
            return None
        value = _strictly(message, mention)((_clean(message.said[found.end() :]), True))
        if value is not None and value != stored and not message.asks:
            path = mention.path(message.answers)
            return Reading("correction", values=_values(message, mention, value), field=path)
        return None
    return None
