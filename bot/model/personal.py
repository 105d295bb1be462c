"""Finds personal data in free text: to mask it for who may not see it, to take it out for learning.

It errs on the side of finding too much: a word masked needlessly can still be read in context.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass

from bot.model.answer.surnames import surname_of
from bot.model.wording import HAN
from knowledge.centre import region_words

_REGION = region_words()

_TELEPHONE = re.compile(
    r"(?<!\d)(?:(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}|(?:\(?0\d{2,3}\)?[- ]?)\d{7,8}"
    r"|400[- ]?\d{3}[- ]?\d{4}|(?!(?:19|20)\d{6}(?!\d))[2-8]\d{6,7})(?!\d)"
)
_NUMBER = re.compile(
    r"(?<![0-9A-Za-z])(?:\d{17}[\dXx]|[0-9A-HJ-NP-RTUW-Y]{2}\d{6}[0-9A-HJ-NP-RTUW-Y]{10})"
    r"(?![0-9A-Za-z])"
)
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_ACCOUNT = re.compile(
    r"(?:微信|QQ|qq|wx|VX|vx)号?(?:是|[:：])?\s*(?P<it>[A-Za-z][A-Za-z0-9_-]{4,19}|\d{5,11})"
)
_COMPANY = re.compile(
    rf"(?:(?:{_REGION}|[{HAN}]{{2,3}}[市区县])[{HAN}()（）A-Za-z0-9]{{2,26}}?"
    rf"(?:公司|集团|合作社|经营部|加工坊|厂|店)|[{HAN}()（）A-Za-z0-9]{{2,24}}?"
    rf"(?:有限责任公司|股份有限公司|有限公司|股份公司|集团公司|专业合作社))(?:{_REGION})?(?:分公司|分厂)?"
)
_TALK = re.compile(
    r".*(?:(?:我们|咱们|你们)(?:公司|企业|厂)?(?:就?是|叫)?|我是|这里是|这边是|公司叫|企业叫|厂叫|名称是|名字叫|名字是|叫做|就是|请问|关于"
    r"|单位是|企业是|公司是|我叫|您好|你好|帮|给|替|找|跟|和)"
)
_NOT_ONE = re.compile(r"[哪什几啥个家的]")
_TITLES = "先生|女士|小姐|老师|经理|厂长|主任|科长|部长|师傅|会计|老板|总工|[总工](?=$|[^"
_TITLES += f"{HAN}]|[的说在让那吗呢])"
_TITLED = re.compile(rf"(?P<it>[{HAN}]{{1,3}})(?:{_TITLES})")
_NAMED = re.compile(
    rf"(?:我叫|名叫|姓名[是为:：]?|联系人[是为:：]?|法人代?表?[是为:：]?|负责人[是为:：]?)\s*"
    rf"(?P<it>[{HAN}]{{2,4}})|(?:我是|本人|找)(?P<alone>[{HAN}]{{2,3}})(?=$|[^{HAN}])"
)
_WORDS_LIKE_NAMES = re.compile(
    "计量|安全|金属|高级|高新|项目|车间|生产|施工|包装|商标|安排|安装|常用|成本|应该|方案|管理|时间|水表|温度"
    "|温控|易燃|金融|石油|石材|毛巾|马上|钢材|强检|强制|明天|白酒|花椒|牛肉|祖传|牛奶|农业|党员|支付|经办"
)
"""Everyday words that begin like a surname."""
_LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class Span:
    """A personal datum in a text. `kind`: telephone, number, address, account, company, person."""

    kind: str
    start: int
    end: int


def find_personal(text: str, known: Iterable[str] = ()) -> list[Span]:
    """Personal data in `text`, in order, none overlapping.

    `known`: names of persons and enterprises that are on file, found wherever they stand.
    """
    spans = [
        Span(kind, *_group(found))
        for kind, pattern in (
            ("address", _ADDRESS),
            ("number", _NUMBER),
            ("telephone", _TELEPHONE),
            ("account", _ACCOUNT),
        )
        for found in pattern.finditer(text)
    ]
    for name in sorted({name for name in known if len(name) > 1}, key=len, reverse=True):
        kind = "company" if len(name) > 4 else "person"
        spans += [Span(kind, m.start(), m.end()) for m in re.finditer(re.escape(name), text)]
    spans += _companies(text)
    spans += _persons(text)
    kept: list[Span] = []
    for span in spans:
        if not any(span.start < other.end and other.start < span.end for other in kept):
            kept.append(span)
    return sorted(kept, key=lambda span: span.start)


def mask_personal(text: str, known: Iterable[str] = (), public: Set[str] = frozenset()) -> str:
    """`text` with personal data made unreadable, their kind and length still to be seen.

    `public`: telephones that are everybody's to know.
    """
    return _replaced(text, known, lambda kind, said: said if said in public else _mask(kind, said))


def take_out_personal(text: str, known: Iterable[str] = ()) -> str:
    """`text` with each personal datum replaced by a word for its kind."""
    return _replaced(text, known, lambda kind, _said: WORDS[kind])


def hide_links(text: str) -> str:
    """`text` without the addresses in it: those that the assistant sends open personal pages."""
    return _LINK.sub("〔链接〕", text)


WORDS = {
    "telephone": "某号码",
    "number": "某号码",
    "address": "某邮箱",
    "account": "某账号",
    "company": "某公司",
    "person": "某某",
}
"""What stands in the place of a datum that was taken out."""


def mask_name(name: str) -> str:
    """李敏 → 李*, 重庆永川某某机械厂 → 重庆*****械厂."""
    if len(name) < 5:
        return name[:1] + "*" * (len(name) - 1)
    return name[:2] + "*" * (len(name) - 4) + name[-2:]


def _mask(kind: str, said: str) -> str:
    if kind in ("company", "person"):
        return mask_name(said)
    if kind == "address":
        return "***@***"
    return said[:3] + "*" * max(len(said) - 5, 1) + said[-2:]


def _replaced(text: str, known: Iterable[str], word: Callable[[str, str], str]) -> str:
    made, at = [], 0
    for span in find_personal(text, known):
        made += [text[at : span.start], word(span.kind, text[span.start : span.end])]
        at = span.end
    return "".join((*made, text[at:]))


def _group(found: re.Match[str]) -> tuple[int, int]:
    name = found.lastgroup
    return found.span(name) if name else found.span()


def _companies(text: str) -> list[Span]:
    spans = []
    for found in _COMPANY.finditer(text):
        start = found.start()
        if talk := _TALK.match(found.group()):
            start += talk.end()
        name = text[start : found.end()]
        if len(name) >= 5 and not _NOT_ONE.search(name[:-2]):
            spans.append(Span("company", start, found.end()))
    return spans


def _persons(text: str) -> list[Span]:
    spans = []
    for found in _NAMED.finditer(text):
        start, end = _group(found)
        name = next((n for cut in range(3) if _is_name(n := text[start : end - cut])), "")
        if name:
            spans.append(Span("person", start, start + len(name)))
    for found in _TITLED.finditer(text):
        end = found.end("it")
        sizes = (size for size in (3, 2, 1) if size <= len(found.group("it")))
        size = next((s for s in sizes if _is_name(text[end - s : end], shortest=0)), 0)
        if size:
            spans.append(Span("person", end - size, end))
    return spans


def _is_name(words: str, shortest: int = 1) -> bool:
    """A surname with a given name of one or two characters, or with `shortest` 0 without one."""
    given = len(words) - len(surname_of(words)) if words and surname_of(words) else -1
    return shortest <= given <= 2 and not _WORDS_LIKE_NAMES.search(words)
