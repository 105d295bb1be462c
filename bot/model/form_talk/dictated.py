"""Finds the value in an explicit order to write it: 老板说写…, 百八十号人，你就写180."""

from __future__ import annotations

import re

from bot.model.answer.address import is_same
from bot.model.form_talk.new_values import WRONG
from bot.model.numerals import CHARACTERS
from bot.model.wording import asks, plain
from knowledge.form import FormField

_WHO = (
    r"(?:老板娘?|领导|厂长|经理|会计|法人|老公|老婆|老汉|他们?|她|上头)(?:就)?(?:说|喊|叫|让|要)?"
)
_WRITE = re.compile(
    rf"(?:^|[,.;!\s])(?:{_WHO}|你们?|我们?|咱们?|就|那|都|还是|干脆|直接|先|帮我?|给我|请|麻烦|嗯"
    r"|喊|可以|统一)*(?:写|填|登)(?:成|为|作|上|个)?[:\s]*"
    r"(?![错不完好了真字作的过得到哪啥什漏些表多几全起报这那下上个]|一[下哈半遍]|注册|记)(?=.{2})"
)
_COUNTED = ("number", "date", "telephone", "credit_code")


def dictated(field: FormField, said: str) -> str:
    """The words that are to be written; empty when none are, or something is corrected."""
    text = field.kind == "text" and field.format not in ("adoption", "standard_number")
    if not (text or field.kind in _COUNTED) or is_same(said):
        return ""
    level = plain(said)
    orders = list(_WRITE.finditer(level))
    if not orders or asks(said[orders[-1].start() :]) or re.search(WRONG, level):
        return ""
    words = said[orders[-1].end() :]
    if text:
        return words
    words = re.split(r"[,，。;；]", words)[0]
    return words if re.search(rf"[\d{CHARACTERS}]", plain(words)) else ""
