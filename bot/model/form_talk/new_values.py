"""What a correction puts in the place of a stored value, out of the words around its name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from bot.model.answer.address import is_place
from bot.model.answer.answers import NOTHING, read_answer
from bot.model.answer.cells import read_cell
from bot.model.answer.choices import read_change
from bot.model.answer.company import begins_with_place, has_organisation, is_organisation
from bot.model.answer.person import surely_person
from bot.model.answer.text import maybe_name
from bot.model.answer.yes_no import ADOPTING, NOT_ADOPTING
from bot.model.field_error import FieldError
from bot.model.wording import asks, plain
from knowledge.form import FormField

WRONG = (
    r"(?:[打写填说搞弄整输发选勾记看认点报念听转识]+(?:别|成|岔|窄|反|串|多|少|漏|偏)?错"
    r"|错[了咯啦]|错别字|错字"
    r"|别字|不对|有误|有错|有问题|(?:[打写填说搞念听认看录记转弄]|识别)成|[说听搞打写]岔|写反|填反"
    r"|写串|填串|写窄"
    r"|[掉漏少落]了?[一两几]?个?[^,.\s]{0,3}字|写漏|[记念填报]岔|不算|重新[发说]|[写填说选勾点报数](?:多|少|漏|重|掉)[了咯啦]"
    r"|不是(?:这|那)|变更|更名|漏了|[多少漏][打写报填说数算勾]|忘了[勾选]|没[勾选]上|笔误|不全"
    r"|不完整"
    r"|反了|倒了|搬了|换了)"
)
"""Words that say that something stored is wrong."""
_NEWS = re.compile(
    r"(?:改一?[下哈](?:[,，\s]*[写填成为]|[,，\s]+(?=[^\s]{2}))|改成|改为|改作|换成|换为|变更为|变成|更正为|修改为|更改为"
    r"|调整为|(?:应[该当])(?:是|填"
    r"|写|为|叫)|应为|应是"
    r"|改(?=\s*\d)|(?:还是|就|要|请)改(?=[^\s了成为到作一下个回])|(?<=[\s,])[写填叫](?=[^\s])|改到|换到|搬到"
    r"|变成|变为|该是|实际上?是?|其实(?:是)?|现在是|现在叫|新的是|正确的?是|重新?[发说写填报打]成?(?!立)"
    r"|[要该得][写填]|(?<=[了错咯啦岔反])就?是"
    r"|全[名称](?:是|叫)?)[:：,，\s]*"
)
_PAIRS = (
    r"不是{q}(?P<old>[^,，。;；\s\"”]{{1,40}}?){q}[,，;\s]*(?:而)?是{q}(?P<new>[^,，。;；\"”]{{1,60}})",
    r"是{q}(?P<new>[^,，。;；\"”]{{1,60}}?){q}[,，\s]*(?:而)?不是{q}(?P<old>[^,，。;；\s\"”]{{1,40}})",
    r"姓{q}(?P<new>[^\s\"”]{{1,2}}){q}[,，\s]*不姓{q}(?P<old>[^\s,，\"”]{{1,2}})",
    r"不姓{q}(?P<old>[^\s,，\"”]{{1,2}}){q}[,，\s]*姓{q}(?P<new>[^\s,，\"”]{{1,2}})",
    r"[\"“'](?P<old>[^\"”']{{1,6}})[\"”'](?:字)?(?:要|应该|得|错了|不对)*[,，\s]*(?:改成|换成"
    r"|改为|改|是){q}(?P<new>[^\"”',，。]{{1,6}})",
    r"(?P<old>[^\s,，]{{1,12}}?)(?:改[成为]|换成|改)(?P<new>[^\s,，]{{1,12}})$",
)
_EXCHANGES = tuple(re.compile(pattern.format(q='["“”]?')) for pattern in _PAIRS)
_ADDITION = re.compile(
    r"(?:再|还|也)(?:要)?(?:加|补|添)(?:上|个|一个|一项|写)*|加上|补上|加一?个|补一?个|还有"
    r"|[漏少](?:[写填说报]?了|[写填说报])(?:一?个|一项|点)?(?![^,，\s]{0,3}[个字]|$)"
)
_LAST_DIGITS = re.compile(
    r"(?:尾[号数]|[后末]尾?[两二三四五]?位|最后[一两二三四]?[位个])[^\d]{0,6}(?:是|为|改成"
    r"|成)\s*(\d{1,6})(?!\d)"
)
_REMOVAL = re.compile(
    r"(?:里头?|把|将|^)[\"“]?([^,，\s把将里\"”]{1,20})[\"”]?(?:去掉|删掉|删了|去了|取消|划掉"
    r"|不要了?)"
)
_LEFT_OUT = re.compile(
    r"[漏少掉](?:[写填说报打]?了"
    r"|[写填说报打])[\"“]?([^\s\"”,，]{2,8}?)[\"”]?(?:这)?[两三四五六几2-6]个字"
)
"""公司名字漏了重庆市三个字."""
_IN_FRONT = re.compile(r"(?:(前面|前头|开头)(?:要|得)?|要)加上?[\"“]?([^\"”，,]{2,20})")
_QUOTES = "“”\"' 的"
_SO_MANY = re.compile(r"^(?:那个|那|的)+|(?:这|那)?[一两二三四几\d]+个字$|那个$")
_POLITE_END = re.compile(
    r"(?:[,，\s]*(?:帮我|请|麻烦你?)?(?:改(?:一?[下哈]|过来|正)?|更正|谢谢|哈|嘛|哦|了|吧))+$"
)


def new_value(target: FormField, words: str, today: date, marked: bool, cell: bool) -> Any:
    """The value that one piece of the words is; None when it is not surely one.

    `marked`: a word such as 改成 stands before it; `cell`: the target is a column of rows.
    """
    if not _may_be(target, words, marked):
        return None
    try:
        value = read_cell(target, words) if cell else read_answer(target, words, today)
    except FieldError:
        return None
    return None if value == NOTHING else value


def candidates(rest: str) -> Iterator[tuple[str, bool]]:
    """Pieces of the text that may be the new value, the likeliest first, and whether marked."""
    level = plain(rest)
    for found in reversed(list(_NEWS.finditer(level))):
        piece = rest[found.end() :]
        yield _clean(piece), True
        yield from ((_clean(part), True) for part in re.split(r"[,，。;；\s]+", piece) if part)
    yield from ((new, True) for _, new in exchanged(rest))
    pieces = [piece for piece in re.split(r"[,，。;；！!\s]+", rest) if piece.strip()]
    for piece in reversed(pieces[1:] if len(pieces) > 1 else pieces):
        if not re.match(r"不是|不姓|前面|后面|前头", piece) and not re.search("不姓", piece):
            yield _clean(piece), bool(re.match(r"就?是|叫|为|[填写报]", piece))
    if len(pieces) > 1 and re.match(r"就?是|叫|为|应", pieces[0]):
        yield _clean(pieces[0]), True
    elif (
        len(pieces) > 1
        and pieces[0][0] not in "把将"
        and re.search(WRONG, plain(" ".join(pieces[1:])))
    ):
        yield _clean(pieces[0]), False  # 成立08年6月 刚才说错了
    after = re.split(rf"{WRONG}[了咯啦]?", rest)[-1]
    yield _clean(after), bool(re.match(r"[\s,，]*(?:就?是|叫|为)", after))


def exchanged(text: str) -> Iterator[tuple[str, str]]:
    """The value that is taken back and the one for it: 不是周强，是周刚; 是周刚不是周强."""
    level = plain(text)
    for pattern in _EXCHANGES[:2]:
        for found in pattern.finditer(level):
            old, new = (text[slice(*found.span(part))] for part in ("old", "new"))
            yield old, _clean(new)


def patched(target: FormField, rest: str, stored: str) -> Iterator[str]:
    """The stored text with a part exchanged, added or taken out: “燕”要改成“艳”."""
    level = plain(rest)
    for pattern in _EXCHANGES:
        for found in pattern.finditer(level):
            old, new = (rest[slice(*found.span(part))].strip(_QUOTES) for part in ("old", "new"))
            if value := _exchanged(target, stored, old, re.sub(r"[了哈嘛哦].*$", "", new)):
                yield value
    if target.kind == "telephone" and (tail := _LAST_DIGITS.search(level)):
        yield stored[: -len(tail.group(1))] + tail.group(1)
    if target.kind != "text":
        return
    in_front = _IN_FRONT.search(level)
    left_out = _LEFT_OUT.search(level)
    removal = _REMOVAL.search(level)
    additions = [] if target.format else list(_ADDITION.finditer(level))
    if in_front:
        new = rest[slice(*in_front.span(2))].strip(_QUOTES + "哈嘛")
        if (in_front.group(1) or is_place(new)) and not stored.startswith(new):
            yield new + stored
    elif left_out and is_place(new := rest[slice(*left_out.span(1))]):
        if not stored.startswith(new):
            yield new + stored
    elif removal and (gone := _SO_MANY.sub("", rest[slice(*removal.span(1))])) in stored and gone:
        yield re.sub(r"[、，,]{2,}", "、", stored.replace(gone, "")).strip("、，, ")
    elif additions:
        new = re.sub(r"[\s。.哈嘛”\"]+$", "", rest[additions[-1].end() :]).strip(_QUOTES)
        if len(new) > 1:
            yield f"{stored}、{new}"


def _exchanged(target: FormField, stored: str, old: str, new: str) -> str:
    """`stored` with `new` for `old`; empty when that makes no sense."""
    old = re.sub(r"^(?:那个?|里[头面]?|的)+", "", old)
    if not old or not new:
        return ""
    if target.kind == "telephone":
        return stored[: -len(old)] + new if stored.endswith(old) and new.isdigit() else ""
    if target.kind not in ("text", "long_text") or old not in stored:
        return ""
    if len(new) > len(old) + 1 and len(new) >= len(stored) - 1:
        return new  # the whole said again, not the part
    foreign = target.format == "company" and not is_organisation(new)
    return "" if old == stored and foreign else stored.replace(old, new)


def changed_choices(target: FormField, rest: str, stored: list[str]) -> list[str]:
    """The choices after 再加个…, 把…去掉, 选错了 要…. Raises FieldError when nothing is told."""
    words = re.sub(r"^\s*(?:那|这)?(?:个|块|里|部分|项|栏|题|一项|边)?\s*", "", rest.strip())
    again = re.match(
        r".*?(?:[选勾点填写搞]错[了咯啦]*|选多了|改(?:选|勾|填|要)|改一?[下哈]|重选|重新选|改成|改为"
        r"|换成)[\s,，:：]*(?:只?要|只选|选)?(?=.)",
        words,
    )
    exchanged = re.search(r"(?:换成|改成|改为)", words)
    if again and not (exchanged and again.end() == exchanged.end() and exchanged.start() > 1):
        try:
            change = read_change(target, words[again.end() :])
        except FieldError:
            pass  # 5S那个勾错了 取消: what is told stands before
        else:
            return change.apply(target, () if change.add else stored)
    return read_change(target, words).apply(target, stored)


def _may_be(target: FormField, words: str, marked: bool) -> bool:
    """Texts are taken as they come only behind 改成 and the like."""
    if not words:
        return False
    if target.kind == "date":
        return marked or bool(re.search(r"\d{4}|年", plain(words)))
    if target.kind not in ("text", "long_text"):
        return True
    if target.format == "person":
        return surely_person(words) or marked and not re.search("[个字的一是在有我你]", words)
    if target.format == "company":
        named = is_organisation(words) or marked and begins_with_place(words)
        return len(words) >= 6 and maybe_name(words) and named
    if target.format == "address":
        odd = (
            re.match(r"用|前面|前头|[个了]", words)
            or any(plain(name) in plain(words) for name in target.names)
            or words.endswith("的")
            or re.fullmatch(r"\d+号", words)
        )
        long = len(words) >= (3 if marked else 5)
        other = odd or has_organisation(words) or not maybe_name(words)
        return is_place(words) and long and not other
    if target.format == "adoption":
        return marked or bool(NOT_ADOPTING.search(plain(words)) or ADOPTING.search(plain(words)))
    if target.format == "standard_number":
        return True
    a_name = maybe_name(words)
    if target.format == "contact":
        a_name = a_name or any(map(surely_person, words.split()))  # 品管科 邓先福
    told = len(words) > 1 and a_name and not asks(words)
    return marked and told and not re.match(r"用|别的|另", words)


def _clean(piece: str) -> str:
    piece = re.sub(r"[,，\s]*不是.*$", "", piece) if re.search(r".不是", piece) else piece
    piece = re.sub(
        r"^(?:[\s,，:：“\"]|还是(?=[写填用留])|改(?![革制装造进良善组])|就?是|叫做?|为|[填写报]成?(?!表)|了|的|我们的?)+|[\s,，。”\"]+$",
        "",
        piece,
    )
    return _POLITE_END.sub("", piece) if len(piece) > 2 else piece
