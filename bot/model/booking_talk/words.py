"""What a booking message names: parks, categories, experts, a number, that any time will do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from bot.model.answer.surnames import SURNAMES
from bot.model.booking import NUMBER, clean_booking_number
from knowledge import load_knowledge
from nlu.sound import syllable

_EVERYDAY = """
metrology: 计量 秤 称重 磅 检定 校准 强检 仪表 量具 衡器 建标 溯源 测量设备
standardization: 标准 标准化 企标 团标 国标 行标 条码 采标 对标
certification: 认证 3c ccc iso 体系 管理体系 cma cnas ce haccp 资质认定 有机证
certification: 9001 14001 45001 16949
testing: 检测 检验 检验检测 送检 化验 抽检 抽查 质检 检测报告 试验 测一下 监督抽查 不合格
quality_management: 质量管理 质量提升 质量诊断 质量改进 质量攻关 质量成本 质量问题 质量把脉
quality_management: 5s 6s 精益 西格玛 六西格玛 卓越绩效 qc fmea spc apqp qc小组 现场管理
quality_management: 良率 返工 返修 废品 不良率 次品 车间管理
ip: 知识产权 知产 商标 商标注册 专利 发明 版权 著作权 软著 地理标志 贯标
ip: 侵权 维权 打假 仿冒 山寨 假冒 抢注
brand: 品牌 质量奖 老字号 名牌 名特优 报奖 评奖 申奖 奖项 市长奖 区长奖 质量标杆 奖
training: 培训 内训 上课 授课 讲课 听课 教课 讲师 内审员 教育培训
"""
"""Short words that people use for a category, besides the names of the knowledge."""
_KINDS = {"award": "brand", "certificate": "certification", "instrument": "metrology"}
_ANY = re.compile(
    r"越快越好|越早越好|尽快|尽早|最快|最早|最近(?=$|[\s,.!?]|的|一|哪|能|有|可|约|场|时|那|空|专家|还|是)|马上就?约|急[,\s]*约"
    r"|随便|都行|都可以|都要得|都得行|都合适|哪天都|任意|任一|任何|不限|无所谓|不挑|时间你们?[定看安]|你们?(?:看着)?(?:安排|定)"
    r"|以贵方|都有空|时间都|有空就|有号就|有位子?就|第一个空|头一个空|早点"
)
_TITLE = (
    "老师|教授|专家|工程师|主任|博士|院士|所长|高工|科长|院长|师傅|工(?![作业厂商程具艺序人地资件])"
)
_EXPERT = re.compile(
    rf"(?P<name>[\u4e00-\u9fff]{{1,3}}?)\s?(?:{_TITLE})|姓(?P<surname>[\u4e00-\u9fff])的|(?P<same>(?:上次|上回|上一次|之前|以前|刚才|跟上次一样)[^\s,.]{{0,12}}?(?:{_TITLE}))"
)
_WORDS_ALIKE = {
    *("三角", "三脚", "三焦", "三交", "三胶", "三轿", "三饺"),
    *("港侨", "钢桥", "杠桥", "扛桥"),
}
"""Sound like a park and are words themselves: only a place where a place is said."""
_TO_A_PLACE = re.compile(r"(?:[去到在来跑]|地点是?|地方是?|园区是?)\s*")
_OF_A_PLACE = re.compile(
    r"\s*(?:园|产业|站|这边|那边|那里|那儿|那头|这头|(?:的|有)?(?:没有|没得)?(?:哪[个位天])?(?:专家|老师|接访))"
)
_INDIVIDUAL = re.compile(
    r"科室|(?:计量|标准|质量|认证|知识产权|商标|检验|监督|质监|特设)化?科(?![技研学普])|市场监管局|市监局|监管局|质监局"
    r"|第三分院|三分院|质检院|计量院|技术机构|检测机构|检验机构|认证机构|机构的人|上门"
    r"|(?:到|来|去|进|上)(?:我们|我司|我|咱们?|俺们?)?(?:这边|那边)?(?:公司|厂|工厂|企业|车间|合作社|单位|现场)(?:里|头|来|看|指导|去|现场|做|校|检)"
    r"|(?:厂|公司|车间)里?头?来(?!接)"
)

_NO_PLACE = re.compile("企业|资|商|带|阀|梁|板|检")


@dataclass(frozen=True)
class Named:
    """`value` that stands in the text from `start` to `end`."""

    start: int
    end: int
    value: str


@cache
def park_words() -> dict[str, tuple[str, ...]]:
    """Short name of a station → the names it goes by: of parks without 产业促进中心."""
    return {
        (station.aliases[0] if station.expert_visits else station.name): (
            station.name,
            *station.aliases,
        )
        for station in load_knowledge().stations
    }


@cache
def category_words() -> dict[str, str]:
    """Lower-case word → category id, from the service list, the glossary and everyday words."""
    knowledge = load_knowledge()
    words: dict[str, str] = {}
    for line in _EVERYDAY.split("\n"):
        category, _, names = line.partition(":")
        words |= dict.fromkeys(names.split(), category)
    for term in knowledge.glossary:
        if term.kind in _KINDS:
            words |= {name.lower(): _KINDS[term.kind] for name in (term.name, *term.aliases)}
    for item in knowledge.services:
        words |= {name.lower(): item.categories[0] for name in item.terms}
    words |= {category.name: category.id for category in knowledge.categories.values()}
    return {word: category for word, category in words.items() if category in knowledge.categories}


def find_parks(level: str, parks: Mapping[str, Iterable[str]]) -> list[Named]:
    """Stations named in a levelled text, as written or as they sound, in its order."""
    written = [
        Named(at, at + len(word), park)
        for park, words in parks.items()
        for word in words
        for at in _places(level, word)
    ]
    heard = written or [
        Named(at, at + len(word), park)
        for park, words in parks.items()
        for word in words
        for at in _sounding(level, word)
    ]
    return _longest(heard)


def find_categories(level: str, words: Mapping[str, str]) -> list[Named]:
    """Categories named in a levelled text, in its order; a longer word beats those within it."""
    pattern = _any_of(tuple(words))
    found = [Named(m.start(), m.end(), words[m.group()]) for m in pattern.finditer(level)]
    return [
        named
        for named in found
        if not (level[named.start : named.end] == "标准" and level[named.end :][:2] in ("时间",))
    ]


def chosen_category(named: Iterable[Named]) -> str:
    """One category of those named: training on a subject is training; else the longest word's."""
    found = list(named)
    if any(each.value == "training" for each in found):
        return "training"
    return max(found, key=lambda n: (n.end - n.start, -n.start)).value if found else ""


def find_expert(level: str, experts: Iterable[str] = ()) -> str:
    """The expert as said: a name of the directory, 李老师, 上次那个老师. "" for none.

    `level`: without the words for time, park and category, which may look like names.
    """
    for name in experts:
        if name and name in level:
            return name
    for found in _EXPERT.finditer(level):
        if found["surname"] or found["same"] and "哪" not in found.group():
            return found.group()
        name = found["name"] or ""
        for start in range(len(name)):
            surname = name[start : start + 2] in SURNAMES or name[start] in SURNAMES - _VERBS
            if surname and not _NO_NAME.search(name, start):
                return level[found.start() + start : found.end()]
    return ""


_VERBS = frozenset("约找要是换请问给和跟个位的高常管那都来有安向容解计商牟方时申原")
"""Surnames, too, but before 老师 and 专家 they are other words."""


_NO_NAME = re.compile("[将把和的是有请约与跟给被对去见来找要能哪个位]")


def find_number(text: str) -> str:
    """The booking number in `text`, in its one form, "" for none."""
    found = re.search(NUMBER.pattern.replace("-?", r"[\s-]?"), text.upper())
    return clean_booking_number(re.sub(r"\s", "", found.group())) if found else ""


def any_time(level: str) -> bool:
    """Whether the soonest, or any time, will do."""
    return bool(_ANY.search(level))


def asks_for_visit(level: str) -> bool:
    """Whether a department, a technical organisation or a visit to the enterprise is wanted."""
    return bool(_INDIVIDUAL.search(level))


def _places(level: str, word: str) -> Iterable[int]:
    at = level.find(word)
    while at >= 0:
        yield at
        at = level.find(word, at + 1)


def _sounding(level: str, word: str) -> Iterable[int]:
    """Where `word` is spelt with other characters of its sound; those of two share one."""
    if not 2 <= len(word) <= 4:
        return
    wanted = [syllable(char) for char in word]
    for at in range(len(level) - len(word) + 1):
        piece = level[at : at + len(word)]
        shared = any(a == b for a, b in zip(piece, word, strict=True))
        if len(word) == 2 and not shared and piece not in _WORDS_ALIKE:
            continue
        if not all("\u4e00" <= c <= "\u9fff" for c in piece):
            continue
        if [syllable(char) for char in piece] != wanted:
            continue
        if piece not in _WORDS_ALIKE or _is_place(level, at, at + len(piece)):
            yield at


def _is_place(level: str, start: int, end: int) -> bool:
    """Whether the words around say that a place is named: 去港侨, 三角的专家."""
    if _NO_PLACE.match(level, end):
        return False
    before = any(m.end() == start for m in _TO_A_PLACE.finditer(level, max(0, start - 6), start))
    return before or bool(_OF_A_PLACE.match(level, end))


def _longest(found: list[Named]) -> list[Named]:
    kept: list[Named] = []
    for named in sorted(found, key=lambda n: (n.start - n.end, n.start)):
        if not any(k.start < named.end and named.start < k.end for k in kept):
            kept.append(named)
    return sorted(kept, key=lambda n: n.start)


@lru_cache(maxsize=4)
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    parts = []
    for word in sorted(words, key=len, reverse=True):
        latin = word.isascii()
        parts.append(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z])" if latin else re.escape(word))
    return re.compile("|".join(parts))
