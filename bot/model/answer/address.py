"""Reads an address, and 一样, 跟注册地址一样."""

from __future__ import annotations

import re

from bot.model.answer.text import WE, checked, trimmed
from bot.model.field_error import FieldError
from bot.model.wording import bare, plain, squeeze, tidy, without_emoji
from knowledge.centre import load_centre, region_words, town_words

_REGION = region_words()
_LEAD = re.compile(
    rf"^(?:{WE}(?:注册|通讯|通信|联系|办公|邮寄|收件|(?:营业)?执照(?:上|高头|里)?(?:面|头)?写?)?的?(?:地址|住所|地点|位置)?(?:就)?"
    r"(?:是在|是|在|位于|设在|填|写的?|登记的|[:：])+\s*"
    r"|(?:发快递|收快递|快递|收货|寄东西)(?:就|都|请)?(?:[寄发送]?到|寄|发|在|写)+\s*"
    r"|(?:就)?(?:寄|送|邮|发)?到?(?:这里|这儿|这个地址|这)(?:就行|就可以|就好|即可)?[,:：\s]+"
    rf"|{WE}(?:注册|通讯|通信|联系|办公)?(?:地址|住所)[\s:：]*"
    rf"|[^\d,，]{{1,6}}(?:寄到|寄|送到|邮到|搬到|写的?)(?={_REGION})"
    r"|(?:就是)?(?:营业)?执照上(?:的|那个)+\s*|(?:信件?|快递|包裹|东西|资料|文件)?(?:住|搬到|寄到|寄|送到)(?:在|了|到)?|我们?(?:厂|公司|店)?(?:现在)?(?:就)?在|厂[部房]?在)"
)
_NOT_THERE = re.compile(r"[,，\s]+(?:不要|别|莫)(?:再)?(?:寄|送|邮|发|填|写).*$")
_TAIL = re.compile(
    r"[,\s]*(?:就|都|能|可以)*(?:收|找)得?到了?$|(?:这边|这里|这点|那边|那里|那点|里头|里面|头)的?$"
)
_N = "[一二三四五六七八九十\\d附]"
_PLACE = re.compile(
    rf"区|县|[^市]市|镇|乡|街道?|路|大道|[^\d]村|{_N}[组社]|{_N}号|栋|幢|楼|园|社区"
    rf"|{town_words()}|广场|市场|大厦|中心|小区|门面|门市|室|城|湾|坝|桥|湖|河|坡|{_REGION}"
)
_TOO_WIDE = (*load_centre().region, "本地", "城区", "街道", "园区", "厂区")
_SAME = re.compile(
    r"^(?:就)?(?:是)?(?:在)?一个(?:地方|地点|地址)$|一样|一模一样|一个样|一致|相同|一回事|同一个?(?:地方|地址|处|位置)?|[不没]变|照抄|同(?:上|前|注册)"
    r"|注册.{0,6}(?:就行|就可以|就好|可以|要得|得行)|(?:上面|上头|前面|前头|刚才|注册)的?那个|(?:是|用|填|写|按照?|照着?)(?:的|了|那个|就)*(?:注册|上面|上头|前面|前头|刚才|执照)"
)
_NOT_SAME = re.compile(r"不(?:一样|同|一致|是)|两样|改|另|[a-z\d]|[路号栋幢楼镇村街]")
LONGEST_SAME = 20
"""So few characters say 'the same' and tell nothing besides."""


def read_address(field_id: str, text: str) -> str:
    """The address; what is said before and after it is left out."""
    said = _NOT_THERE.sub("", bare(without_emoji(text)))
    said = trimmed(_LEAD, _behind_talk(said))
    tail = _TAIL.search(plain(said))
    said = said[: tail.start()] if tail and tail.start() > 2 else said
    said = said.strip(' ,，。;；:：、"“”')
    if is_same(said):
        raise FieldError(field_id, "address_unclear")  # the same as what, only the caller knows
    shortest = 2 if is_place(said) and said not in _TOO_WIDE else 3
    return checked(field_id, said, shortest, code="address_unclear")


def _behind_talk(said: str) -> str:
    """不一样哟，是汇龙大道66号: the address is what follows."""
    head, *rest = re.split(r"[,，。;；\s]\s*", said, maxsplit=1)
    whole = rest and re.match(_REGION, rest[0]) and not re.match(_REGION, head)
    talks = re.search("[在我你办住搬寄厂里边头的]", head)
    whole = whole or talks and not re.search("[区县镇乡街路道村园栋楼组社]|\\d号", plain(head))
    talk = rest and is_place(rest[0]) and (whole or not is_place(head))
    return re.sub(r"^(?:就?是|应该是)", "", rest[0]) if talk else said


def is_place(text: str) -> bool:
    """Whether the words hold what addresses hold."""
    return bool(_PLACE.search(plain(text)))


def is_same(text: str) -> bool:
    """一样, 同上, 跟注册地址一样."""
    core = squeeze(tidy(text)[:60])
    short = 1 < len(core) <= LONGEST_SAME
    return short and bool(_SAME.search(core)) and not _NOT_SAME.search(core)
