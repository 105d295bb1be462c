"""Reads 质量管理机构/负责人: a department, a person, or both, as 质量部 李静."""

from __future__ import annotations

import re

from bot.model.answer.person import surely_person
from bot.model.answer.text import checked, read_short_text
from bot.model.wording import HAN, bare, plain, without_emoji

_NONE = re.compile(
    r"(?:我们|公司|小?厂里?|小?店里?)*(?:没得|没有|没设|未设|不设|莫得|没|无)(?:专门|单独|专职|专|那些|这些|啥子?|什么)?的?"
    r"(?:质量|质检|品管|管理)*(?:部门?|机构|科室?|科|人员?)"
)
_NONE_AT_ALL = re.compile(
    r"^.{0,4}?(?:哪有|哪得|哪来|没得|没有|莫得)(?:啥子?|什么|专门|单独|那些|这些)+的?(?:部门?|机构|科室|人)?[哦嘛哟的啊呢]*[\s,，。]+"
)
"""小厂哪有啥部门哦，就是我 余海."""
_NOW = re.compile(r"^(?:现在|如今|目前|眼下)(?:就?是|换成|归|由)?(?=.{2})")
_ROLE = r"(?:工|总|经理|部长|[科课]长|主任|师傅|主管|厂长)"
_TITLED = re.compile(
    rf"(?:[小老]([{HAN}])|([{HAN}]){_ROLE})[\s,，]*(?=(?:\1|\2)[{HAN}]{{1,2}}(?![{HAN}])|(?:\1|\2)[{HAN}]{{1,2}}(?:在|负责|管|抓))"
)
"""张工张建国, 老陈 陈国华."""
_HEAD_OF = re.compile(rf"(?<=[{HAN}][{HAN}])(?<![部科])([部科])长(?=[\s,，]*[{HAN}]{{2,3}}$)")
"""质量部长郑强: the head of the 质量部."""
_DEPARTMENT = re.compile(
    rf"(?P<name>(?:[A-Za-z]{{1,4}}|[{HAN}]{{1,8}}?)"
    r"(?:办公室|部门|实验室|化验室|中心|车间|[部科室处组办课]))(?![门件分署])"
)
_LINK = (
    r"(?:(?:质量|质检|品管|品质)?(?:管理)?(?:部门|机构)(?=是|叫|为|就)|[\s,，、/:：.。;；]|嘛|哈|吧|哦|(?:自己|亲自|本人|一个人|直接)(?:在|来)?(?:管|负责(?!人)|抓)|的|那边|这边|里面?|有个?|找|问|由|归|是|叫做?|就|在管|在负责|管起"
    r"|管到|兼管?|管(?=[\s,，]|$)|负责(?!人)|的?(?:负责人|联系人|对接人|部长|[科课]长|主任|经理|主管|组长|处长|室长|头头?)(?:是|叫)?"
    rf"|我们?|公司|厂里?|[{HAN}](?:部长|[科课]长|主任|经理|主管|组长|处长|室长|总|工)(?:就?是|叫)|侄儿|侄女|儿子|儿媳妇?|女儿|女婿|老婆|老公|老板娘?|爱人|兄弟|老表|哥哥?|弟弟?|姐姐?|妹妹?)*"
)
_PERSON = rf"(?P<person>[{HAN}]{{2,4}}?|[{HAN}]工)"
_BOTH = re.compile(rf"{_LINK}{_DEPARTMENT.pattern}{_LINK}{_PERSON}{_LINK}")
_ALONE = re.compile(rf"{_LINK}{_PERSON}{_LINK}")


def read_department(field_id: str, text: str, names: tuple[str, ...]) -> str:
    """Department and person parted by a blank when nothing else is told; else the words as typed.

    质检科嘛，科长叫邓素芳 → 质检科 邓素芳; 没得部门，我侄儿陈小波在管 → 陈小波.
    """
    said = bare(without_emoji(text))
    said = _NONE_AT_ALL.sub("", said) or said
    said = _NOW.sub("", said)
    said = _TITLED.sub("", read_short_text(field_id, said, names))
    said = _HEAD_OF.sub(r"\1\1长", said)
    if _DEPARTMENT.fullmatch(plain(said)):
        return said
    alone = _ALONE.fullmatch(_NONE.sub("", plain(said), count=1))
    if alone and alone.group("person") != plain(said) and surely_person(alone.group("person")):
        return alone.group("person")
    if (both := _BOTH.fullmatch(plain(said))) and _may_be_named(both.group("person")):
        department = said[slice(*both.span("name"))]
        return f"{department} {said[slice(*both.span('person'))]}"
    return checked(field_id, said, shortest=1, code="unclear", odd=False)


def has_department(text: str) -> bool:
    """Whether a department and a person are told: 质量部 李静."""
    both = _BOTH.fullmatch(plain(bare(text)))
    return both is not None and surely_person(both.group("person"))


def _may_be_named(words: str) -> bool:
    """Not 有证, 在管; but 覃有才 is a name."""
    short = len(words) == 3 and surely_person(words)
    return not re.search(r"[管理兼责没是我]" if short else r"[管理兼责有没是在我]", words)
