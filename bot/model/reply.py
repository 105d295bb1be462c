"""Reads the reply to a yes-or-no question of the assistant.

What follows from a yes cannot be undone (consent, a demand submitted, a draft given up, a booking
made or cancelled): words that ask, deny or tell something else are never one, whatever they hold.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from bot.model.wording import asks, plain, squeeze
from nlu.timed_pattern import timed_pattern

Ranking = Sequence[tuple[str, float]]
Answer = Literal["yes", "no", ""]
"""Neither: a question, a wish, a value, or words not understood."""
LIKELY = 0.7
"""From this probability on the classifier's affirm and deny count, for short words."""
LONGEST = 12
"""Longer words than this say more than yes or no, in characters."""
_SOFT = (
    r"的|了|嘛|吧|哦|啊|呀|哈|呢|噻|咯|啦|嘞|滴|哟|撒|得|一下|一哈|谢谢|谢|麻烦|您|你们?|请|那就|那|就"
    r"|都|我们?|嗯+|恩+|哎|帮我?|给我?|直接|马上|现在|也|全部|这个|这样|它"
)
_YES = (
    r"是|对头?|好|行|可以|得行|要得|确认|确定|没问题|没得问题|莫得问题|没毛病|没错|莫错|无误|正确|准确"
    r"|就这样|就这个|就是|中|成|可|ok|okay|yes|y|搞起|安排|嗯+|恩+"
)
_NO = (
    r"不是|不对|不行|不要|不用|不了|不必|不需要|不可以|不得行|要不得|不|否|没有|没得|莫|算了|先不|暂时不"
    r"|暂不|再说|不急|no|别|还没有?|还早"
)
_DENIES = re.compile(
    r"不|没(?!问题|得问题|毛病|错)|莫(?!错|得问题)|别|勿|未|先|再|等|只|换|改|可是|但"
)


def read_reply(text: str, ranking: Ranking = (), yes: str = "", no: str = "") -> Answer:
    """Whether `text` says yes or no and nothing else.

    `yes`, `no`: patterns of the words that say so to this very question (提交, 不取消);
    `ranking`: the intents, the likeliest first, believed of short words without a digit.
    """
    core = re.sub(r"[^\w]+", "", squeeze(plain(text)))
    if not core:
        return ""
    if no and _says(core, no, _NO) or not no and _says(core, _NO, ""):
        return "no"
    if asks(text) or re.search(r"怎么|咋|如何|哪|几|多少|好多|吗|么$", core):
        return ""
    if _says(core, yes, _YES) if yes else _says(core, _YES, ""):
        return "yes"
    first, chance = ranking[0] if ranking else ("", 0.0)
    if chance < LIKELY or len(core) > LONGEST or re.search(r"\d", core):
        return ""
    if first == "deny":
        return "no"
    return "yes" if first == "affirm" and not _DENIES.search(core) else ""


def _says(core: str, words: str, more: str) -> bool:
    """Whether `core` is made of these words, and soft ones around them."""
    meant = f"{words}|{more}" if more else words
    parts = f"(?:{_SOFT})*"
    return bool(timed_pattern(rf"{parts}(?:(?:{meant}){parts})+").fullmatch(core))
