"""Judges how surely a text is what the asked field takes, whatever the classifier says."""

from __future__ import annotations

import re

from bot.model.answer.address import is_place
from bot.model.answer.answers import read_answer
from bot.model.answer.company import begins_with_place, has_organisation, placed_name
from bot.model.answer.person import surely_person
from bot.model.answer.standards import find_standards
from bot.model.answer.surnames import surname_of
from bot.model.answer.text import maybe_name
from bot.model.field_error import FieldError
from bot.model.form_talk.reading import Message
from bot.model.wording import bare

NO, PERHAPS, PROBABLY, SURELY = range(4)
LONGEST_BARE_NAME = 10
"""A company's name without 公司, 厂 … and the like is not longer."""
_ADDRESS_WORDS = re.compile(r"区|县|镇|街|路|道|村|号|栋|楼|园|社区|厦")
_DEPARTMENT = re.compile(r"[部科室组办处]$|(?:质量|品质|品管|质检|技术|生产)[部科室组办处]")
_IN_CHARGE = re.compile(r"老板|负责|自己|兼|机构|部门|专门|专人")
_OF_ONESELF = re.compile(
    r"(?:(?:我们?|咱们?)(?:公司|厂子?|店|企业|合作社)?(?:主要|就|这边)*"
    r"|主要就?)(?:是)?(?:给.{1,8}?)?"
    r"(?:搞|做|卖|生产|经营|从事|属于|算|专门|专业|加工|种|养)"
)


def fit(message: Message) -> int:
    """NO, PERHAPS, PROBABLY or SURELY, by the format of the field."""
    said = bare(message.said)
    talk = not maybe_name(said)
    judge = _JUDGES.get(message.place.asked.format)
    if judge is not None:
        return judge(message, said, talk)
    if not message.place.asked.format and _OF_ONESELF.match(message.core):
        return PROBABLY
    return PERHAPS if talk else PROBABLY


def _company(message: Message, said: str, talk: bool) -> int:
    if has_organisation(said):
        return SURELY
    if placed_name(said):
        return PROBABLY
    if begins_with_place(said) and 5 < len(said) <= 40 and "的" not in said:
        return PROBABLY
    return PERHAPS if not talk and 2 < len(said) <= LONGEST_BARE_NAME else NO


def _person(message: Message, said: str, talk: bool) -> int:
    if surely_person(said):
        return SURELY
    try:
        name = read_answer(message.place.asked, message.said, message.today)
    except FieldError:
        name = ""
    if surname_of(name):
        return PROBABLY
    return PERHAPS if not talk or len(message.core) <= 4 else NO


def _address(message: Message, said: str, talk: bool) -> int:
    if len(set(_ADDRESS_WORDS.findall(message.level))) > 1 and not (talk and len(said) > 24):
        return SURELY
    if not is_place(said):
        return NO
    return PERHAPS if talk else PROBABLY


def _contact(message: Message, said: str, talk: bool) -> int:
    words = re.split(r"[\s,，、/的:：]+", said)
    if any(surely_person(word) for word in words if word) or _DEPARTMENT.search(message.level):
        return SURELY
    return PERHAPS if talk and not _IN_CHARGE.search(message.level) else PROBABLY


def _standard_number(message: Message, said: str, talk: bool) -> int:
    return SURELY if find_standards(said) else PERHAPS


def _adoption(message: Message, said: str, talk: bool) -> int:
    return PROBABLY


_JUDGES = {
    "company": _company,
    "person": _person,
    "address": _address,
    "contact": _contact,
    "standard_number": _standard_number,
    "adoption": _adoption,
}
