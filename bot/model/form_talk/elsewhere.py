"""Reads what plainly answers another field than the one asked: 厂是2003年成立的, 快递寄到…."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bot.model.answer.address import is_place
from bot.model.answer.answers import NOTHING, read_answer
from bot.model.answer.choices import read_change
from bot.model.answer.company import is_organisation
from bot.model.answer.option_names import names_of_options, names_option
from bot.model.answer.option_numbers import LOOSE, stray
from bot.model.answer.person import surely_person
from bot.model.field_error import FieldError
from bot.model.form_talk.reading import Message, Reading
from bot.model.form_talk.targets import MARK
from bot.model.numerals import NUMERAL
from bot.model.wording import HAN, bare, plain
from knowledge.form import FormField

_WE = r"(?:我们?|咱们?|这个|本)?(?:公司|厂|企业|店|单位|合作社)?(?:里|头|上|这边)?"
_ABOUT = r"(?:大概|差不多|有|是|现在|目前|一共|总共|共|拢共)*"
_DATE = (
    r"[\d零〇一二三四五六七八九十两千去前今年][\d零〇一二三四五六七八九十两千年月日号份.\-/初底末]*"
)
_CUES: dict[str, str] = {
    "date": rf"{_WE}(?:是|在|于|从)*(?P<v>{_DATE})(?:才|就|那年|那阵)*"
    r"(?:成立|开业|开张|注册|建厂|办厂|建|办|开|创办|创立|投产)(?:起来|起)?(?:的|了)*(?:厂|店"
    r"|公司)?"
    rf"|{_WE}(?:成立|创办|创立|建厂|开业)(?:于|时间是?|是|在)+(?P<w>{_DATE})(?:的)?",
    "number": rf"(?=我|咱|厂|公|店|企|单|现在|目前|一共|总共|拢共){_WE}{_ABOUT}"
    rf"(?P<v>{NUMERAL.pattern}(?:多|来|几)?)(?:个|号|名)?(?:人|员工|职工|工人)(?:左右|上下|的样子)?"
    rf"|{_WE}(?:职工|员工|工人|人)(?:总?人?数)?{_ABOUT}(?P<w>{NUMERAL.pattern}(?:多|来|几)?)(?:个"
    rf"|号|名)?人?",
    "telephone": r"(?:有事|可以|你们?|直接|就|要|联系)*(?:打|拨|联系|找|加|发)(?:我|他|她|老板"
    r"|厂里?|公司|这个|那个)*的?"
    r"(?:手机|电话|座机|号码?|微信)*(?:就|是|嘛|吧|[,:\s])*(?P<v>[\d\s-]{7,})"
    r"|(?:我们?的?|公司的?|厂里?的?|法人的?|老板的?|联系)*(?:手机|电话|座机"
    r"|联系方式)(?:号码?)?(?:是|写|[:\s])*(?P<w>[\d\s-]{7,})",
    "person": rf"{_WE}(?:营业)?(?:执照[上里]?的?)?(?:法定代表人|法人代表|法人)(?:就?是|叫|写的?是?"
    rf"|[:\s])*(?P<v>[{HAN}]{{2,4}})",
    "email": r".*?(?P<v>[a-z0-9][a-z0-9._%+-]*@[a-z0-9.-]+\.[a-z]{2,}).*",
    "credit_code": r"[^\da-z]{0,12}(?P<v>[0-9a-z]{18})",
    "contact": r"(?:质量|质检|品质|品控)(?:管理)?(?:这块|这边|方面|工作|的事|上)?(?:都|就)?(?:是"
    r"|归|由|找|让)"
    r"(?P<v>.{2,16}?)(?:在)?(?:管|负责|抓|弄|对接)(?:的|起|到)?"
    rf"|(?P<w>[{HAN}]{{2,3}}[\s,]+[{HAN}]{{1,6}}[部科室办]|[{HAN}]{{1,6}}[部科室办][\s,]+[{HAN}]{{2,3}})",
    "company": rf"{_WE}(?:全称|名称|名字)?(?:叫做?|是|名为)(?P<v>.+)",
    "postal": r"(?:信件?|快递|资料|文件|发票|东西|证书|件|收[信件货]|[,\s])*(?:就|都|请|可以"
    r"|直接)*(?:寄|邮|送)(?:到|在|给"
    r"|去)?(?P<v>.{4,})"
    r"|(?:我们的?|公司的?)?(?:通讯|通信|收件|收信|邮寄|办公|联系)地址(?:在|还?是|写|填|用|寄|到"
    r"|[:\s])*(?P<w>.{4,})",
    "registered": rf"{_WE}(?:(?:营业)?执照[上里]?的?(?:注册)?地址(?:是|写的?是?|[:\s])|注册(?:在"
    rf"|地在"
    rf"|地是))+(?P<v>.{{4,}})"
    rf"|{_WE}(?:注册)?地址(?:在|还?是|写|填|用|[:\s])*(?P<w>.{{4,}})",
    "scope": rf"{_WE}(?:主营业务|主营|经营范围)(?:是|有|为|[:\s])*(?P<v>.{{2,}})"
    rf"|(?P<trade>{_WE}(?:主要|专门|就|都)?(?:是)?(?:做|搞|生产|加工|卖).{{1,12}}的)",
}
_PATTERNS = {kind: re.compile(pattern) for kind, pattern in _CUES.items()}
_SERVICES = re.compile(r"(?:我们?|公司|厂里)*(?:还|也|都)?想?(?:要|需要|选)(?P<v>.+?)的?服务")
_STRICT = ("number", "date", "telephone", "email", "credit_code")
_BETWEEN = re.compile(r"[\s,;.、]+|和|跟|与|及|还有")
_CHOOSES = r"(?:那[里项个]?|就|我们?)*(?:选|勾|要|搞|有|用|做)(?:的?是|上|了)?"


def read_elsewhere(message: Message) -> Reading | None:
    """The other field's value, a correction of it when another is stored."""
    if message.place.column is not None or message.asks or MARK.search(message.level):
        return None  # what is corrected in so many words is read with more care
    said = bare(message.said)
    if empty := _left_empty(message, plain(said)):
        return Reading("answer", values={empty.id: NOTHING}, field=empty.id)
    for field in message.form.fields:
        if field is message.place.field:
            continue
        value = (
            _chosen(message, field, said)
            if field.kind == "choices"
            else _cued(message, field, said)
        )
        if value in (None, NOTHING, []) or not _plausible(field, value):
            continue
        new = message.answers.get(field.id) in (None, "", [])
        return Reading("answer" if new else "correction", values={field.id: value}, field=field.id)
    return None


def _left_empty(message: Message, level: str) -> FormField | None:
    """The other field that there is nothing for: 意见没得."""
    for field in message.form.fields:
        free = field.kind in ("text", "long_text") and not field.required
        if not free or field is message.place.field or message.answers.get(field.id):
            continue
        names = "|".join(re.escape(plain(name)) for name in field.names if len(name) > 1)
        if re.fullmatch(
            rf"(?:{names})(?:我们?|这边|暂时|目前|也|都|就)*(?:没得|没有|莫得|暂无|无)了?", level
        ):
            return field
    return None


def _cued(message: Message, field: FormField, said: str) -> Any:
    pattern = _PATTERNS.get(_cue_of(message, field))
    found = pattern.fullmatch(plain(said)) if pattern else None
    if found is None or (found.groupdict().get("trade") and not _strict(message)):
        return None
    try:
        group = next(name for name, words in found.groupdict().items() if words)
        return read_answer(field, said[slice(*found.span(group))], message.today)
    except FieldError:
        return None


def _strict(message: Message) -> bool:
    """Whether 做马桶的 cannot answer what is asked."""
    asked = message.place.asked
    return asked.format in ("person", "contact", "address") or asked.kind in _STRICT


def _cue_of(message: Message, field: FormField) -> str:
    """Which words tell of the field; of two addresses, the one like the other is for letters."""
    if field.format == "address":
        return "postal" if field.same_as else "registered"
    if field.kind != "text":
        return field.kind
    return field.format or ("scope" if "经营范围" in field.names else "")


def _chosen(message: Message, field: FormField, said: str) -> list[str] | None:
    """需要的服务选培训和认证: the field by its name, and what is chosen of it."""
    level = plain(said)
    if field.id == "wanted" and (found := _SERVICES.fullmatch(level)):
        if names_option(message.place.asked, message.said):
            return None
        return _changed(field, said[slice(*found.span("v"))], message.answers.get(field.id) or ())
    if field.asked and _options_alone(message, field, level):
        return _changed(field, said, message.answers.get(field.id) or ())
    for name in (name for name in field.names if len(name) > 1):
        found = re.match(rf"{re.escape(plain(name))}{_CHOOSES}", level)
        if found and (len(name) > 3 or _options_only(message, field, said[found.end() :])):
            return _changed(field, said[found.end() :], ())
    return None


def _options_only(message: Message, field: FormField, words: str) -> bool:
    """Whether a short name is followed by options and little else: 方法就搞了5S和QC小组."""
    if message.place.field.kind == "choices" or names_option(field, words) < 2:
        return False
    try:
        return stray(field, words) <= LOOSE
    except FieldError:
        return False


def _options_alone(message: Message, field: FormField, level: str) -> bool:
    """Whether the words are options of another field and nothing else: 5S和ISO9000."""
    parts = [part for part in _BETWEEN.split(level) if part]
    names = {name for name, _ in names_of_options(field)}
    plain_ones = all(re.search(r"[a-z\d]", part) for part in parts)
    sure = plain_ones or _strict(message) or message.place.asked.format == "company"
    sure = sure and message.place.field.kind != "choices"  # of what is asked it may be as well
    return sure and len(parts) > 1 and all(part in names for part in parts)


def _changed(field: FormField, words: str, stored: Sequence[str]) -> list[str] | None:
    try:
        change = read_change(field, words)
    except FieldError:
        return None
    return change.apply(field, stored) if change.add else None


def _plausible(field: FormField, value: Any) -> bool:
    if field.format == "company":
        return is_organisation(value)
    if field.format == "person":
        return surely_person(value)
    if field.format == "contact":  # 曾小琴 财务室
        return any(map(surely_person, re.split(r"[\s,，]+", value)))
    return field.format != "address" or is_place(value)
