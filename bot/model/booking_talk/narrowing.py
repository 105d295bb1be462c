"""How a message on free time slots goes on from what was wished for before: adds, drops, anew."""

from __future__ import annotations

import re

from bot.model.booking_talk.roles import is_excluded
from bot.model.booking_talk.spelling import spell_out
from bot.model.booking_talk.words import find_parks, park_words
from bot.model.wording import squeeze, tidy
from nlu.timed_pattern import timed_pattern

_ADDS = re.compile(r"也(?:行|可以|得行|要得|成|好|没问题|方便|有空|能|考虑)")
_ANEW = timed_pattern(
    r"(?:您好|你好|请问|麻烦|那个|我们?|公司|单位|现在|还|也|再|另外|重新|帮我?|给我?)*"
    r"(?:(?:想要?|要|需要|打算|准备|可以|能不能|能)(?:帮我|给我|再|另外|重新)*)?(?:约(?!了|好|的|过)|预约|挂个?号)"
)
_BARE = re.compile(
    r"(?:[约预挂个一位下的号]|专家|老师|服务|在线|登记|咨询|接访)*[吧嘛哈啊哦了吗不]*"
)
_ANY_PLACE = re.compile(
    r"(?:哪个?|随便哪个?|任何|任意|各个?)(?:里|儿|园区|地方|站|服务站)[^,.]{0,2}都|(?:园区|地方|地点|哪里)(?:都|随便|不限|无所谓)"
)
_EARLIER_ONE = re.compile(
    r"(?:好|的|行|可以|那|就|还是|算了|我|要|约|选|用|定)*(?:刚才|刚刚|原来|之前|先前|前面)"
    r"(?:的|那|这|1|一|个|时间|位子)*(?:吧|嘛|哈|了|好|行|可以)*"
)
_BOTH_HALVES = re.compile(r"上午.{0,3}下午|下午.{0,3}上午|上下午|全天")
_OUT_OF_REACH = re.compile(r"(?:园区|产业园|这边|那边)?(?:太远|远了|不方便|不去|去不了|不想去)")


def adds(text: str) -> bool:
    """Whether what is named will do as well, beside what was wished for: 上午也行."""
    return bool(_ADDS.search(squeeze(text)))


def begins_anew(text: str) -> bool:
    """Whether the words ask for a booking of their own, as 我想约个计量专家 does."""
    return bool(_ANEW.match(squeeze(text)))


def names_nothing(text: str) -> bool:
    """Whether a wish to book says neither when, where, what about nor with whom: 约专家."""
    said = squeeze(text)
    found = _ANEW.match(said)
    return bool(found and _BARE.fullmatch(said, found.end()))


def returns_to_held(text: str) -> bool:
    """Whether the one chosen before is wanted after all: 还是刚才那个."""
    return bool(_EARLIER_ONE.fullmatch(re.sub(r"\W+", "", squeeze(text))))


def any_place(text: str) -> bool:
    """Whether any station will do."""
    return bool(_ANY_PLACE.search(squeeze(text)))


def unwanted_park(text: str) -> str:
    """The station, by its name in `park_words`, that is named as not wanted; empty for none."""
    parks = park_words()
    level = spell_out(tidy(text), [alias for names in parks.values() for alias in names])
    for named in find_parks(level, parks):
        if is_excluded(named.start, level) or _OUT_OF_REACH.match(level, named.end):
            return named.value
    return ""


def named_parks(text: str) -> set[str]:
    """The stations named, by their names in `park_words`."""
    parks = park_words()
    level = spell_out(tidy(text), [alias for names in parks.values() for alias in names])
    return {named.value for named in find_parks(level, parks)}


def both_halves(text: str) -> bool:
    """Whether morning and afternoon will do: 上午下午都可以."""
    return bool(_BOTH_HALVES.search(squeeze(text)))
