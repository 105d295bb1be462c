"""Who comes and what about, told before it was asked for: read from the inbox once agreed to.

Nothing of it is kept before: the state holds the numbers of the messages, the words stay where
every message is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.booking_talk.words import category_words, find_categories
from bot.model.wording import asks, plain
from bot.services.booking.company import Details, read_details
from bot.storage.tables import messages_in
from knowledge import load_knowledge

_PARTS = re.compile(r"[,，。;；!！?？\n]|\s+")
_ABOUT = re.compile(
    r"(?:^(?:我们?|公司|厂里?)*(?:想|要|是)*|(?:专家|老师)(?:来|帮我们?|给我们?|们)*)"
    r"(?:咨询|请教|谈|聊|问|了解|关于)(?:一?[下哈]|的是|关于)*(?P<about>.{2,})$"
    r"|^(?:主要是|就是|是)?(?P<affair>.{2,}?)(?:的?(?:事情?|问题|业务))$"
)
_OF_BOOKING = re.compile(
    r"约|专家|老师|接访|预订|挂号|候补|园区|电话|手机|号码|联系"
    r"|今天|明天|后天|(?:周|星期|礼拜)[一二三四五六日天末]|[上下这本]个?(?:周|星期|礼拜|月)|[上下]午"
    r"|\d[月日号]"
)
_NO_NAME = re.compile(
    r"约|专家|老师|我们|我司|咱|你们|哪|什么|想|找|帮|有没|(?:促进|服务|政务)中心"
)
"""Words of a wish that ends like a name: 到我们公司, 凤凰湖产业促进中心."""
_OURS = re.compile(r"^(?:我们?|咱们?)(?:公司|厂里?)?的?(?=.{3})")
SHORTEST = 4
"""Characters of a topic: 商标 alone is the subject."""


def read_unasked(text: str) -> Details:
    """Enterprise, contact and telephone of a message that was not asked for them, and its topic.

    The topic names a subject at some length: what the words announce (商标续展的事, 咨询商标续展),
    or a part of the message that says nothing of the booking.
    """
    found = read_details(text)
    company = "" if _NO_NAME.search(found.company) else found.company
    return replace(found, company=company, topic=_topic(text, company))


def read_told(
    db: Connection, user_id: int, message_ids: Sequence[int], topic_since: int = 0
) -> list[Details]:
    """What these messages of the user told, in their order; the topic from `topic_since` on."""
    query = (
        sa.select(messages_in.c.id, messages_in.c.text)
        .where(messages_in.c.user_id == user_id, messages_in.c.id.in_(message_ids))
        .order_by(messages_in.c.id)
    )
    told = [(row.id, read_unasked(row.text)) for row in db.execute(query) if row.text]
    return [d if number >= topic_since else replace(d, topic="") for number, d in told]


def _topic(text: str, company: str) -> str:
    parts = _PARTS.split(text.replace(company, "，") if company else text)
    for part in parts:
        if (found := _ABOUT.search(part)) and _is_topic(said := found["about"] or found["affair"]):
            return _bare(said)
    return _bare(next((part for part in parts if _is_topic(part) and not asks(part)), ""))


def _bare(topic: str) -> str:
    return _OURS.sub("", topic).removesuffix("的事").strip()


def _is_topic(said: str) -> bool:
    """Whether words say more than a subject, and nothing of the booking itself."""
    names = {category.name for category in load_knowledge().categories.values()}
    named = find_categories(plain(said), category_words())
    return (
        bool(named)
        and len(said.removesuffix("的")) >= SHORTEST
        and said not in names
        and not _OF_BOOKING.search(said)
    )
