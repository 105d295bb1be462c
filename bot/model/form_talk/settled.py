"""Finds the clause that settles what was doubted before: 九几年我记不清 执照上是1997."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.model.answer.answers import read_answer
from bot.model.answer.numbers import numbers_in
from bot.model.field_error import FieldError
from bot.model.form_talk.fit import SURELY, fit
from bot.model.form_talk.reading import Message
from bot.model.wording import asks, bare, plain

_PARTING = re.compile(r"[,.;:?!\s]+(?!\d{1,2}[月日号.\-/])|(?<=[哦噢])(?=[\d一二三四五六七八九])")
_DOUBTS = re.compile(
    r"记不|不(?:太|大)?(?:晓得|知道|清楚|记得|好说|确定)|搞不清|认不到|说不(?:准|清|好|来)"
    r"|没记|忘|好像|可能|大概|估计|怕是|不?是.{1,12}还是|哪(?:年|天|个月)|等[下哈一]"
    r"|我(?:看|查|问|想|翻|算)|想起|流动性|来着|多少|好多|差不多|不对|说错|不止|不到"
)
"""Whoever says so before a value was looking for it."""
_VAGUE = {
    "number": r"几[十百个]|[十百]多|十几|[百千]把|来[个号]|上下|左右"
    r"|[一二三四五六七八九][二三四五六七八九]十?个",
    "date": r"几年|多年|[十\d]来年|没|年代|那阵|以前",
    "telephone": r"几多|打不通|停机|欠费|坏了|(?:没用|不用|换)了|[旧老]号",
    "text": r"哪有|不姓|以前|原来|原先|之前|走了|退休|离职|调走|不在了|换人",
}
_NOT_THAT = re.compile(r"(?:哦|噢)?(?:这|那)?个?不是[^,.;\s]{1,20}")
"""不是50 是52."""
_SUMMED = re.compile(r"[加带连和跟]|还有|外头|另外|口子|\d\D+\d")
_SUM = re.compile(
    r"(?:就|就是|那就|一共|总共|拢共|共|合计|合起来?)*[^,.\s其男女工]{1,6}[个号名口]?人?"
)
_PART = re.compile(r"其中|里头|里面|包括|含|还是|或者?|要不|除|加|改制|更名|变更|搬|具体|准确到")


def settled(message: Message) -> Message:
    """The message with its last clause alone, where that is the value and the rest sought it."""
    field = message.place.asked
    if field.kind not in _VAGUE or (field.kind == "text" and not field.format):
        return message
    cuts = list(_PARTING.finditer(message.level.rstrip(" ,.!;?")))
    for cut in cuts:
        before, last = message.said[: cut.start()], message.said[cut.end() :]
        if len(before) > 1 and _seeks(message, plain(before), last) and _is_value(message, last):
            return replace(message, said=last, ranking=())
    return message


def _seeks(message: Message, before: str, last: str) -> bool:
    """Whether what stands before the last clause is vague, taken back, or the parts of a sum."""
    if _PART.search(plain(last)):
        return False
    kind = message.place.asked.kind
    if kind == "number" and _adds_up(before, plain(bare(last))):
        return True
    if _names_other(message, before):
        return False
    doubts = re.search(_VAGUE[kind], before) or _DOUBTS.search(before)
    return bool(doubts or _NOT_THAT.fullmatch(before))


def _adds_up(before: str, last: str) -> bool:
    """就我两口子加三个工人 五个人: the last is more than any part before it."""
    total = numbers_in(last)
    parts = numbers_in(before)
    if len(total) != 1 or not _SUM.fullmatch(last) or not _SUMMED.search(before):
        return False
    return all(part < total[0] for part in parts)


def _names_other(message: Message, before: str) -> bool:
    """Whether another field is spoken of, whose value may be told: 电话不是那个 是139…."""
    asked = message.place.field
    others = (f for f in message.form.fields if f.id != asked.id)
    names = (plain(name) for f in others for name in f.names if len(name) > 2 or name == "电话")
    return message.place.column is None and any(
        name in before and name not in map(plain, asked.names) for name in names
    )


def _is_value(message: Message, last: str) -> bool:
    """Whether the clause alone reads as a value, and neither doubts nor asks."""
    field = message.place.asked
    if asks(last) or _DOUBTS.search(plain(last)) or re.search(_VAGUE[field.kind], plain(last)):
        return False
    if field.kind == "text":
        return fit(replace(message, said=last)) == SURELY
    try:
        read_answer(field, last, message.today)
    except FieldError:
        return False
    return True
