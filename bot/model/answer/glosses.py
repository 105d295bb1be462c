"""Takes out how characters of a name are explained: 李燕 燕子的燕."""

from __future__ import annotations

import re

from bot.model.wording import HAN, plain

_OF = re.compile(rf"(?:的(?:那个|这个)?|那个)([{HAN}]{{1,4}})")
_LEAD = r"{}(?:这|那)?(?:[一两二三四]个)?字?(?:就)?是(?:那个)?[^,，\s]{{0,3}}$"
_NO_SLIP = re.compile(
    r"[,，\s]*(?:名字|字)?(?:真的|确实|就是)?(?:没有?|不是)[打写填说]错(?:字|的"
    r"|了)?(?=[,，。.!！\s]|$)"
)
"""文培训，姓文，没打错."""
_SOURCE = re.compile(
    r"[,，。\s]+(?:我|这个?|都|是)*(?:[照按跟和从对依]|按照|对照)[着到倒起]?(?:营业)?执照(?:上|高头)?(?:面|头)?"
    r"(?:来|[抄写填念打](?:下来)?)?(?:的|一样|抄)[哈嘛哦了]*$|[,，。\s]+以?(?:营业)?执照(?:上)?(?:面|头)?(?:为准|(?:也|都|就)?(?:是|写|登记)?的?(?:这样|恁个|这么|这个)(?:写|登记)?的?)[哈嘛哦]*$"
)
"""…，照着执照抄的: where the value was taken from."""
_IS_NAME = re.compile(
    rf"[,，\s]+(?:(?:他|她|我)?(?:就|真的?|确实)?是?姓([{HAN}]{{1,2}}?)"
    rf"|([{HAN}]{{2,4}})(?:就)?是(?:个)?(?:人名|名字))的?[哈嘛哦]*$"
)
"""叫安全，他就是姓安; 技术部的程序，程序是人名."""
_EXPLAINED = re.compile(
    rf"(?:叫|是)?(([{HAN}]{{1,2}}?)[{HAN}]{{1,2}})[,，\s]+"
    r"(?:他|她|我)?(?:就|真的?|确实)?是?姓\2的?[哈嘛哦]*"
)
_BEFORE = re.compile(rf"^[{HAN}]{{2,5}}的([{HAN}])[\s,，]+(?=\1)")
"""钟表的钟 钟情."""
LONGEST = 5
"""Characters of the word that explains: 国家标准 in 国家标准的标准."""


def name_explained(text: str) -> str:
    """The name whose surname is told behind it, be it a word: 计量 姓计; empty when none is."""
    found = _EXPLAINED.fullmatch(text)
    return found.group(1) if found else ""


def without_glosses(text: str) -> str:
    """`text` without the explanations of characters that stand in it before.

    A character told in no other way (名字是燕子的燕) stays: there the explanation is the news.
    """
    text = _NO_SLIP.sub("", text) or text
    text = _SOURCE.sub("", text) or text
    text = _BEFORE.sub("", text)
    told = _IS_NAME.search(text)
    if told and (told.group(1) or told.group(2)) in text[: told.start()]:
        text = text[: told.start()]
    end = 0
    while found := _OF.search(plain(text), end):
        end = found.end()
        if (span := _gloss(text, found)) is not None:
            text = text[: span[0]] + text[span[1] :]
            end = span[0]
    return text.rstrip(" ,，")


def _gloss(text: str, found: re.Match[str]) -> tuple[int, int] | None:
    """Where the explanation begins and ends whose 的 was found; None when it explains nothing."""
    for size in range(len(found.group(1)), 0, -1):
        told = found.group(1)[:size]
        for length in range(max(2, size), LONGEST + 1):
            start = found.start() - length
            if start < 1 or told not in text[start : found.start()]:
                continue
            before = text[:start]
            if lead := re.search(_LEAD.format(re.escape(told)), before):
                start = lead.start()
            if told in text[:start]:
                return start, found.start(1) + size
            break
    return None
