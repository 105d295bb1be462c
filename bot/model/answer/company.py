"""Reads the name of an enterprise, whatever words stand in it or around it."""

from __future__ import annotations

import re

from bot.model.answer.text import SAYS, WE, checked, maybe_name, trimmed
from bot.model.field_error import FieldError
from bot.model.wording import HAN, bare, plain, without_emoji
from knowledge.centre import region_words

_REGION = region_words()

_LEAD = re.compile(
    rf"^(?:{WE}(?:执照上(?:写?的?)?)?(?:全称|名称|名字|全名|大名|字号)?\s*{SAYS}+\s*[:,]?\s*"
    rf"|{WE}(?:全称|名称|名字|全名)\s+)"
)
_ENDING = re.compile(
    r"(?:公司|集团|[工分总]?厂|店|合作社|联合社|联社|经营部|营业部|服务部|门市部?|工作室|中心"
    r"|研究?院|[分总学]院|研究所|事务所|加油站|气站|供水站|服务站|馆|[农牧渔养林矿广市货]场"
    r"|作坊|坊|商社|旅行社|出版社|报社|公社|供销社|杂货铺|铺|商行|银行|车行|酒楼|酒店|宾馆|食府"
    r"|山庄"
    r"|园区?|超市|学校|分校|校区|农家乐|小学|中学|大学|幼儿园|医院|诊所|药房|卫生室|协会|商会"
    r"|学会|基地|农庄|餐厅|饭店|面馆|茶楼|火锅|小吃|豆花|商贸|商店|部落|驿站|大排档|网吧"
    r"|[一-鿿]{2}局|管委会|委员会|办事处|政府|ltd\.?|co\.?|inc\.?|limited|llc)(?:[(][^()]*[)])?$"
)
"""How names of organisations end."""
_ENDING_ALONE = re.compile(
    rf"(?:(?:有限|责任|股份|集团|{_REGION}|分)+公司|专业合作社|合作社|分公司|[一-鿿]{{1,3}}(?:厂|店))$"
)
"""Such an ending without a name before it."""
_AFTER_NAME = re.compile(
    r"(?:这家|那家|这个)?(?:的?(?:老板娘?|法人|负责人|会计|经理|员工)|的|个体户?)$"
)
_INTRODUCTION = re.compile(
    r"(?:我|咱|俺|执照|名称|名字|全称|单位|公司|企业|厂|店|老板|老公|老婆|喂|那个|填的?|写的?)"
    r"[^是叫]{0,6}?(?:就?是|叫做?|就|叫)|(?:[我敝本]司|公司|单位|企业|[名全]称)(?:名称|全称)?为"
)
_REMARK = re.compile(r"\s*[(（][^()（）]*(?:名字|这么|就|我|没|不|是|错|叫)[^()（）]*[)）]$")
"""(名字就这么怪); (普通合伙) belongs to the name."""
_BEGINNING = re.compile(rf"{_REGION}|渝|[一-鿿]{{2,3}}[市区县镇]")


def read_company(field_id: str, text: str) -> str:
    """The full name; what is said before and after it is left out."""
    said = _REMARK.sub("", bare(without_emoji(text)))
    name = _found_in(said) or placed_name(said) or trimmed(_LEAD, said.lstrip(" ,，。;；:：、"))
    name = re.sub(rf"(?<=[{HAN}]) +(?=[{HAN}])", "", name).strip(" ,，。;；:：、\"“”'《》【】")
    if re.match("[那这哪]", name):
        raise FieldError(field_id, "full_name")  # 那个名字
    return checked(field_id, name, shortest=3, code="full_name")


def is_organisation(text: str) -> bool:
    """Whether the words end as names of organisations do."""
    name = plain(text).strip(" .,;")
    if len(name) < 4 or _ENDING_ALONE.match(name) or ("的" in name and not name.endswith("公司")):
        return False
    return bool(_ENDING.search(name))


def begins_with_place(text: str) -> bool:
    """重庆…, 永川…: as names of enterprises of the region do."""
    return bool(_BEGINNING.match(plain(bare(text))))


def placed_name(said: str) -> str:
    """The one part that begins with a place (公章上是 重庆何埂农资); empty when several do."""
    parts = [part for part in re.split(r"[,，。;；\s]+", said) if part]
    placed = [part for part in parts if begins_with_place(part) and len(part) > 4]
    return placed[0] if len(placed) == 1 < len(parts) else ""


def has_organisation(text: str) -> bool:
    """Whether an organisation's name stands in the words."""
    return bool(_found_in(bare(text)))


def _found_in(said: str) -> str:
    """The part of the words that is an organisation's name; empty when none is."""
    for part in re.split(r"[,，。;；:：！!?？\n]+", said):
        chunk = bare(part)
        words = [_AFTER_NAME.sub("", word) for word in chunk.split()]
        for start, word in enumerate(words):
            later = (w for w in words[start + 1 :] if begins_with_place(w) and is_organisation(w))
            if not _may_begin(word) or next(later, ""):
                continue
            # Dictation puts blanks into a name.
            if name := _at_end_of("".join(words[start:])):
                return name
        for word in (*words, _AFTER_NAME.sub("", chunk.strip())):
            if name := _at_end_of(word):
                return name
    return ""


def _at_end_of(words: str) -> str:
    """The name at the end of `words`, without 我们是 …, 执照上那个名字就是 …."""
    name = trimmed(_LEAD, words)
    cuts = [found.end() for found in _INTRODUCTION.finditer(plain(name))]
    if not begins_with_place(name):
        if place := re.search(rf"(?<=[是叫的称字哈嘛啊哦呀吧])(?:{_REGION})", plain(name)):
            cuts.append(place.start())
        name = next((name[cut:] for cut in reversed(cuts) if is_organisation(name[cut:])), name)
    talk = re.search("我们|咱们|你们", name)
    return name if is_organisation(name) and _may_begin(name[:4]) and not talk else ""


def _may_begin(word: str) -> bool:
    return len(word) > 1 and maybe_name(word) and not word.endswith("的")


def is_name_alone(text: str) -> bool:
    """Whether the words are an enterprise's name and nothing else: 重庆永川红河机械有限公司."""
    return (
        begins_with_place(text)
        and is_organisation(text)
        and not re.search(r"[哪怎咋吗么嘛？?找想要]|有(?!限)", text)
        and len(text) <= 40
    )
