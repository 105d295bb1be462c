"""Messages in English: the few things they ask for. Everything is answered in Chinese."""

from __future__ import annotations

import re

from nlu.normalise import normalise

ENGLISH = "english"
"""The intent of a message in English that asks for none of these."""
_HAN = re.compile("[\u3400-\u9fff]")
_WORD = re.compile("[a-z]{2,}")
_MEANT = (
    ("handoff_human", "", "human|person|agent|operator|representative|someone|somebody"),
    ("book_expert", "", "book|booking|appointment|experts?|reserve"),
    ("ip", "商标", "trade ?marks?"),
    ("ip", "专利", "patents?"),
    ("ip", "版权", "copyrights?"),
    ("ip", "知识产权", "intellectual property|ip"),
    ("certification", "认证", "certif\\w+|accredit\\w+"),
    ("metrology", "检定", "calibrat\\w+|verification|metrology|scales?|measuring"),
    ("testing", "检测", "test\\w*|inspect\\w+|laborator\\w+"),
    ("standardization", "标准", "standards?|barcodes?"),
    ("training", "培训", "train\\w*|courses?"),
    ("brand", "品牌", "awards?|brands?"),
    ("quality_management", "质量管理", "quality management|lean|six sigma"),
    ("start_demand_form", "", "demand form|fill (?:in|out)"),
    ("check_demand_status", "", "progress|status"),
    ("ask_contact", "", "phone|telephone|number|contact|call|address|where"),
    ("greet", "", "hello|hi|good (?:morning|afternoon|evening)"),
)


def english_intent(text: str) -> str:
    """What a message in English asks for; `english` for none of it, empty for no English.

    One word alone is none: it may be a name.
    """
    said = normalise(text)
    if _HAN.search(said) or len(_WORD.findall(said)) < 2:
        return ""
    return next((intent for intent, _, words in _MEANT if _holds(said, words)), ENGLISH)


def in_chinese(text: str) -> str:
    """The subjects that a message in English names, as annex 3 is searched for them."""
    if not english_intent(text):
        return ""
    said = normalise(text)
    return " ".join(word for _, word, words in _MEANT if word and _holds(said, words))


def _holds(said: str, words: str) -> bool:
    return bool(re.search(rf"\b(?:{words})\b", said))
