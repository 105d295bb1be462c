"""Decides what a message in the middle of the form is: answer, command, question, correction …"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from bot.model.answer.address import is_same
from bot.model.answer.answers import read_answer
from bot.model.answer.glosses import name_explained, without_glosses
from bot.model.answer.option_names import names_option
from bot.model.answer.person import surely_person
from bot.model.answer.row_talk import other_prefix
from bot.model.field_error import FieldError
from bot.model.form import place_of
from bot.model.form_talk.aside import NOT_KNOWN, aside, invalid, is_polite, otherwise, question
from bot.model.form_talk.commands import ranked_command, said_command
from bot.model.form_talk.corrections import find_correction
from bot.model.form_talk.dictated import dictated, without_reporter
from bot.model.form_talk.elsewhere import read_elsewhere
from bot.model.form_talk.fields import find_mention
from bot.model.form_talk.fit import NO, SURELY, fit
from bot.model.form_talk.handoff import asks_for_person
from bot.model.form_talk.lists import take_choices, take_rows
from bot.model.form_talk.long_text import take_long_text
from bot.model.form_talk.reading import CHAT, Message, Reading
from bot.model.form_talk.settled import settled
from bot.model.form_talk.several import read_several
from bot.model.form_talk.targets import MARK
from bot.model.numerals import CHARACTERS
from bot.model.wording import asks, asks_how, has_words, plain, surely_asks, tidy
from knowledge.form import DemandForm

_TYPED = ("number", "date", "telephone", "credit_code", "email", "yes_no")
_AFTERTHOUGHT = re.compile(r"(?:[?？]|吧|嘛|哦|对不|是不是|对吧)+\s*$")
_ALLOWED = re.compile(
    r"^[^\d]{0,8}?(?:可以|行|要得|得行)(?:不|吗|嘛|吧)?[\s,?？]+(?=.*\d)|[\s,]+(?:可以|行|要得"
    r"|得行)(?:不|吗|嘛|吧)?[\s,?？]*$"
)
"""座机行不 023…"""
_FORGOTTEN_PART = re.compile(
    r"(?:具体|准确)?(?:哪[天月日]|几[月号日]|月份|日子|日期|分机|门牌)[^,.\s]{0,4}(?:忘|记不"
    r"|不晓得|不知道|不清楚|搞不清|没记)"
)
"""2012年 具体哪天忘了."""
_ABOUT_VALUE = {
    "number": r"\d|人|员工|职工|个|数|固定|多|少",
    "date": r"\d|年|月|日|成立|开[业办起]|办|祖传|早|久|时候|那阵|辈",
    "telephone": r"\d|号|电话|手机|座机|微信|打|联系",
}
"""Words that speak of the value asked for, even when it cannot be read."""
_UNCLEAR = {"company": "full_name", "person": "person_name", "address": "address_unclear"}
LONGEST = 400
"""No value is longer, in characters; only opinions are."""


def read_form_message(
    form: DemandForm,
    field_id: str,
    text: str,
    ranking: Sequence[tuple[str, float]],
    answers: Mapping[str, Any],
    today: date,
) -> Reading:
    """How a message is taken while `field_id` (a Place's path) is asked.

    `ranking`: intents with their probabilities, the likeliest first; `answers`: stored so far.
    Never fails: what is no answer and nothing else is invalid, with the reason.
    """
    place = place_of(form, field_id, answers)
    said = tidy(text)
    if place.field.format == "person" and (name := name_explained(said)):
        return Reading("answer", values={place.field.id: name})
    if place.field.kind != "long_text" and len(said) <= LONGEST:
        said = without_reporter(without_glosses(said))
    message = Message(form, place, said, ranking, answers, today)
    if not has_words(message.said):
        about = re.fullmatch(r"[?？\s]+", message.said)
        return Reading("question", field=place.path) if about else Reading("chitchat")
    if asks_how(message.said):
        return Reading("question", field=place.path)
    if len(message.said) > LONGEST:
        return _take_letter(message)
    if (told := dictated(place.asked, message.said)) and not _of_another(message, told.words):
        if told.whole and place.column is None:
            return Reading("answer", values={place.field.id: told.words})
        # What is told to be written is judged by its words alone.
        message = replace(message, said=told.words, ranking=() if told.surely else ranking)
    if asks_for_person(message):
        return Reading("handoff")
    message = settled(message)
    if is_polite(message) and place.field.kind != "long_text":
        return Reading("chitchat", category="thanks")
    if place.field.kind == "long_text":
        return take_long_text(message)
    if (command := said_command(message)) and not _is_answer_too(message):
        return command
    if (correction := other_prefix(message)) is not None:
        return correction
    if elsewhere := read_elsewhere(message):
        return elsewhere
    if not _surely_answer(message) and (correction := find_correction(message)):
        return _unless_command(message, correction)
    if place.field.kind == "choices":
        return take_choices(message)
    if place.field.kind == "rows":
        return take_rows(message)
    return _take_value(message) if place.field.kind in _TYPED else _take_text(message)


def _take_letter(message: Message) -> Reading:
    """A text that no field but those of kind long_text can hold."""
    if message.place.field.kind == "long_text":
        value, reason = _read(message)
        if value is None:
            return invalid(message, reason)
        return Reading("answer", values={message.place.field.id: value})
    category, likely = message.category
    return Reading("question", category=category) if likely >= 0.6 else invalid(message, "too_long")


def _of_another(message: Message, words: str) -> bool:
    """行业重新写，写农副食品加工业: before what is to be written another field is put right."""
    head = message.level[: message.level.rfind(plain(words))]
    mention = find_mention(message, head)
    return bool(mention and mention.target is not message.place.asked and MARK.search(head))


def _is_answer_too(message: Message) -> bool:
    """统计 is one of the methods, and 范辉 a name, whatever else they might be."""
    asked = message.place.asked
    if asked.format == "person":
        return surely_person(message.said)
    named = names_option(asked, message.said) or "倒数" in message.level
    return asked.kind == "choices" and bool(named)


def _surely_answer(message: Message) -> bool:
    """重庆更正科技有限公司 is a name, and 老板加上员工九个 a number: nothing is corrected."""
    asked = message.place.asked
    if re.search(
        "错|改[成为]|换成|更正|不是|不对|应[该当为]|[掉漏落]了?[^,.\\s]{0,4}字", message.level
    ):
        return False
    if asked.format == "company":
        return fit(message) == SURELY
    return asked.kind == "number" and _read(message)[0] is not None


def _unless_command(message: Message, correction: Reading) -> Reading:
    """老板喊不要填了 names a field and changes none."""
    if correction.kind == "command" and (other := ranked_command(message, 0.7, gated=True)):
        return correction if other.command == "goto" else other
    return correction


def _take_value(message: Message) -> Reading:
    """Numbers, dates, telephones …: what can be read as one is one."""
    field = message.place.asked
    value, reason = _read(message)
    half_known = value is not None and _FORGOTTEN_PART.search(message.level)
    if NOT_KNOWN.search(message.level) and not half_known and not surely_asks(message.said):
        return otherwise(message, reason or "unclear")
    if (
        message.asks
        and not half_known
        and not (value is not None and _only_an_afterthought(message))
    ):
        return question(message)
    spelt = field.kind != "yes_no" and not re.search(r"\d", message.level)
    if spelt and (command := ranked_command(message, 0.7, gated=True)):
        return command  # 填到一半了，回去再填 counts nobody
    several = read_several(message)
    if value is not None:
        return Reading("answer", values={**several, field.id: value})
    if several:
        return _take_several(message, several)
    if _speaks_of_value(message):
        return invalid(message, reason)
    return otherwise(message, reason)


def _only_an_afterthought(message: Message) -> bool:
    """2008年吧？ and 座机行不 023… ask nothing."""
    if not asks(_ALLOWED.sub("", message.level)):
        return True
    asked = asks(_AFTERTHOUGHT.sub("", message.level))
    return len(message.core) <= 9 and bool(_AFTERTHOUGHT.search(message.level)) and not asked


def _speaks_of_value(message: Message) -> bool:
    kind = message.place.asked.kind
    intent, chance = message.first
    if kind == "yes_no" or len(message.core) > 16 or (intent in CHAT and chance >= 0.95):
        return False
    return bool(re.search(_ABOUT_VALUE.get(kind, r"\d"), message.level))


def _take_text(message: Message) -> Reading:
    """Names, addresses, the business: by how surely the words are one."""
    field = message.place.asked
    if field.same_as and is_same(message.said):
        same = message.answers.get(field.same_as)
        if same:
            return Reading("answer", values={field.id: same})
        return invalid(message, "nothing_stored")
    if re.fullmatch(rf"[{CHARACTERS}\d]+", message.core):
        return invalid(message, _UNCLEAR.get(field.format, "unclear"))
    fits = fit(message)
    a_name = field.format in ("company", "person", "contact")
    if surely_asks(message.said) or (message.asks and not (fits == SURELY and a_name)):
        return question(message)
    several = read_several(message)
    if fits < SURELY and len(several) < 2 and (found := aside(message, fits)):
        return found
    if several:
        return _take_several(message, several)
    value, reason = _read(message)
    if value is None or (fits == NO and not message.nothing):
        return otherwise(message, reason or _UNCLEAR.get(field.format, "unclear"))
    return Reading("answer", values={field.id: value})


def _take_several(message: Message, values: dict[str, Any]) -> Reading:
    """Other fields told again in other words are corrected, all else is answered."""
    own = message.place.field.id
    others = [i for i in values if i != own]
    changed = [i for i in others if message.answers.get(i) not in (None, "", values[i])]
    if own not in values and changed == others:
        return Reading("correction", values=values, field=others[0])
    return Reading("answer", values=values)


def _read(message: Message) -> tuple[Any, str]:
    """The value and "", or None and the reason why there is none."""
    try:
        return read_answer(message.place.asked, message.said, message.today), ""
    except FieldError as error:
        return None, error.code
