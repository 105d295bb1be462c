"""Elliptic questions that mean what was answered last: 那电话呢, 收费吗, 还有别的吗."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from nlu.normalise import normalise

Kind = Literal["contact", "others", "charge", "details"]
LONGEST = 14
"""Characters of a question that can do without naming its subject."""
_MARKS = re.compile(r"[\s，。！？、；：,.!?;:~～…“”\"'‘’]+")
_LEAD = (
    "(?:那么?|哦|噢|好的?|嗯|请问|想问|问一?下|它|他们?|她|这两?个|这些|这项|那个|那项|该|具体|你说|刚才"
    "|上面|的)*"
)
_TAIL = "(?:吗|嘛|么|呢|不|没|没有|啊|哦|哈|是|的|了|呀|喃|谢谢)*"
_NUMERALS = {"1": 0, "2": 1, "3": 2, "一": 0, "二": 1, "两": 1, "三": 2}
_ORDINAL = "(?:第(?P<place>[123一二两三])(?:个|项|条|种)?|(?P<last>最后一?(?:个|项|条)?))?"
_SHAPES: dict[Kind, re.Pattern[str]] = {
    "contact": re.compile(
        f"{_LEAD}{_ORDINAL}{_LEAD}(?:(?:有)?(?:联系|办公|咨询)?(?:电话|号码|联系方式)(?:号码)?"
        "(?:是)?(?:多少|好多|几号|什么|啥子?|哪个)?"
        "|(?:该|要|应该)*(?:去)?(?:找|问|联系|归)(?:谁|哪个|哪里|哪个部门|哪个科室|什么部门)(?:管|办|负责)?"
        f"|哪个(?:部门|科室|单位)(?:管|办|负责)?){_TAIL}"
    ),
    "others": re.compile(
        f"{_LEAD}(?:还|看|看看|看一?下|就|只)*(?:有没有|有莫得|有得|有)?(?:别的|其他|其它|另外的?|剩下的?)"
        f"(?:的)?(?:服务|项目|内容)?(?:还)?(?:有)?{_TAIL}"
    ),
    "charge": re.compile(
        f"{_LEAD}{_ORDINAL}(?:办|做)?(?:要不要|需不需要|收不收|要|需要|是不是|是|得|怎么|咋个?|得)*"
        "(?:收费|收钱|给钱|花钱|交钱|要钱|缴费|交费|付费|免费|多少钱|好多钱|收好多钱|收多少钱|费用|价格"
        f"|收费标准|钱|费)(?:多少|好多|高|贵|怎么收|怎么算|标准)*{_TAIL}"
    ),
    "details": re.compile(
        f"{_LEAD}(?:(?:又|该|我)*(?:怎么|咋个?|如何)(?:办理?|申请|弄|做|操作|搞)"
        "|(?:要|需要)?(?:去|上|到|在)?(?:哪里?|哪儿|啥子地方)(?:去)?(?:交|领|办理?|取|拿|申请)"
        "|(?:证书|报告|材料|资料|表)(?:去|上|到|在)*(?:哪里?|哪儿)(?:去)?(?:交|领|取|拿)"
        "|(?:要|需要|大概)*(?:多久|好久|多长时间|几天)(?:能|可以)?(?:办好|出来|下来|拿到|出结果)?"
        "|(?:要|需要)(?:带|准备|交|提供)?(?:什么|啥子?|哪些)(?:材料|资料|东西|手续|条件)?"
        f"|(?:电话)?(?:有)?(?:什么|啥子?)(?:区别|不同|不一样)){_TAIL}"
    ),
}


@dataclass(frozen=True)
class FollowUp:
    """What is asked of what was answered last.

    `contact`: whom to ask; `others`: what else there is; `charge`: whether it costs; `details`:
    what annex 3 does not tell. `place`: which of the items, from 0; -1 the last; None: all.
    """

    kind: Kind
    place: int | None = None


def read_follow_up(text: str) -> FollowUp | None:
    """The follow-up that `text` is by its shape alone; None where it names a subject of its own."""
    said = _MARKS.sub("", normalise(text))
    if len(said) > LONGEST:
        return None
    for kind, shape in _SHAPES.items():
        if found := shape.fullmatch(said):
            groups = found.groupdict()
            if groups.get("last"):
                return FollowUp(kind, -1)
            place = groups.get("place")
            return FollowUp(kind, _NUMERALS[place] if place else None)
    return None
