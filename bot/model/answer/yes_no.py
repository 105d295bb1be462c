"""Reads yes and no, and 采标情况, out of what people type."""

from __future__ import annotations

import re

from bot.model.answer.standards import find_standards
from bot.model.field_error import FieldError
from bot.model.wording import bare, is_nothing, is_unknown, plain, squeeze, tidy

YES, NO = "是", "否"
ADOPTED, NOT_ADOPTED = "已采标", "未采标"
_UNSURE = re.compile(r"正在|准备|打算|马上|快要|在办|可能|好像|大概|应该|也许|还在")
_NO = re.compile(r"没|未|不|无|否|莫得|冇|非|^no?$|×|✗|❌")
_YES = re.compile(
    r"是|有|对|嗯|恩|要得|好|已|公示|公开|声明|[了过]的?(?=[,.\s]|$)|得到(?=[,.\s]|$)|^y(?:es)?$|√|✓|✔|✅|ok|行|当然|肯定"
)
_SAID_NO = (
    r"(?:没有?|未|莫得|没得|不曾|不|还没有?|暂未|尚未|从没)(?:去|进行|做|搞|办|在网上|网上"
    r"|在平台上?|对外)?"
)
NOT_PUBLISHED = re.compile(
    rf"{_SAID_NO}(?:自我声明公开|公示|公开|自我声明|声明)(?:过|的|了|出来)*"
    rf"|公示(?:情况)?[\s:是]*(?:否|没有?|没得|无)"
)
PUBLISHED = re.compile(
    r"(?:已经?|都|早就|在网上|网上|是|有)*(?:自我声明公开|公示|公开|自我声明"
    r"|声明)(?:情况)?(?:(?:过|出来)?了的?|过的?|[\s:]*是的?|[\s:]*有)"
    r"|(?:已经?|早就)(?:在网上)?(?:自我声明公开|公示|公开|自我声明|声明)(?:了|过|的)*"
)
NOT_ADOPTING = re.compile(
    rf"{_SAID_NO}(?:采标|采用(?:国际标准|国外标准|国外先进标准)?|采)(?:过|的|了)*"
    rf"|采标(?:情况)?[\s:是]*(?:否|没有?|没得|无)"
)
_KINDS = (
    (re.compile(r"非等效(?:采用)?|\bneq\b"), "非等效采用"),
    (re.compile(r"等同(?:采用)?|\bidt\b"), "等同采用"),
    (re.compile(r"修改(?:采用)|\bmod\b|等效采用"), "修改采用"),
)
ADOPTING = re.compile(
    r"(?:已经?|都|是)*(?:采标|采用国际标准|采用)了的?|已(?:经)?采标|(?:非等效|等同|修改"
    r"|等效)(?:采用)(?:的|了)*|\b(?:idt|mod|neq)\b|采标(?:情况)?[\s:]*(?:是|有)"
)
_OF_STANDARDS = re.compile(r"标|采|iso|iec|国际|国外|国内|先进|等同|等效|修改|参照|参考|引用|转化")
"""What words on the adoption of a standard speak of."""


def is_unsure(text: str) -> bool:
    """好像公示了又好像没有: who says so has to be asked again."""
    return is_unknown(text) or bool(_UNSURE.search(plain(bare(tidy(text)))))


def read_yes_no(field_id: str, text: str) -> str:
    """YES or NO."""
    level = plain(bare(tidy(text)))
    if is_unsure(text):
        raise FieldError(field_id, "yes_or_no")
    if is_nothing(text) or NOT_PUBLISHED.search(level) or _NO.search(level):
        return NO
    if _YES.search(level):
        return YES
    raise FieldError(field_id, "yes_or_no")


def read_adoption(field_id: str, text: str) -> str:
    """未采标, 已采标, or how which standard was adopted, in the user's words."""
    said = bare(tidy(text))
    level = plain(said)
    if is_unknown(text):
        raise FieldError(field_id, "unclear")
    if NOT_ADOPTING.search(level):
        return NOT_ADOPTED
    for pattern, kind in _KINDS:
        if pattern.search(level):
            return said if find_standards(said) else kind
    if ADOPTING.search(level):
        return said if find_standards(said) else ADOPTED
    short = squeeze(said)
    if len(short) <= 6 and _NO.search(short):
        return NOT_ADOPTED
    if len(short) <= 6 and (_YES.search(short) or "采" in short):
        return ADOPTED
    if not _OF_STANDARDS.search(level):
        raise FieldError(field_id, "unclear")
    return said
