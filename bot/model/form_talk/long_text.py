"""Takes messages while opinions or other wishes are asked: almost anything is an answer."""

from __future__ import annotations

import re

from bot.model.answer.answers import NOTHING, read_answer
from bot.model.field_error import FieldError
from bot.model.form_talk.aside import invalid, question
from bot.model.form_talk.commands import ranked_command, said_command
from bot.model.form_talk.corrections import find_correction
from bot.model.form_talk.handoff import ranked_handoff
from bot.model.form_talk.reading import Message, Reading
from bot.model.wording import has_no_idea, is_nothing, surely_asks

_OF_BEFORE = re.compile(r"刚才|刚刚|前面|前头|上面|之前|[打写填说搞]错|改[成为]|更正")
_WISH = re.compile(
    r"^(?:我们?|公司|厂里?|还)*想(?!问|晓得|知道|了解|咨询|查|请问)|建议|希望|最好|应该|能不能多|多(?:搞|组织|来|办|派|送|给|安排|开|宣传)|加强|改进|提高|增加"
    r"|减少"
    r"|简化|少(?:跑|填|要)|太(?:慢|多|少|麻烦|复杂|贵)|你们|盼|望|请|能否|可否|可不可以|能不能"
)


def take_long_text(message: Message) -> Reading:
    """意见和建议, 其他服务: almost anything is what the enterprise wants to say."""
    field = message.place.field
    if message.nothing or _nothing_and_thanks(message):
        return Reading("answer", values={field.id: NOTHING})
    if has_no_idea(message.said):
        return Reading("command", command="skip")
    wishes = not _polite(message) and bool(_WISH.search(message.level))
    length = len(message.core)
    if not wishes and length <= 18 and ranked_handoff(message, 0.9):
        return Reading("handoff")
    if command := said_command(message):
        return command
    if correction := _correction_in_long_text(message, wishes):
        return correction
    if not wishes and (other := _other_in_long_text(message, length)):
        return other
    try:
        value = read_answer(field, message.said, message.today)
    except FieldError as error:
        return invalid(message, error.code)
    return Reading("answer", values={field.id: value})


def _polite(message: Message) -> bool:
    intent, chance = message.first
    return intent in ("thanks", "greet", "goodbye") and chance >= 0.9


def _nothing_and_thanks(message: Message) -> bool:
    """没啥 你们辛苦了."""
    return _polite(message) and is_nothing(re.split(r"[\s,，。!！]", message.said)[0])


def _correction_in_long_text(message: Message, wishes: bool) -> Reading | None:
    """A correction, when the words speak of what was said before or the classifier is sure."""
    if re.match(r"建议(?!里|那)|希望", message.level):
        return None
    found = find_correction(message)
    if found is None:
        return None
    speaks = message.chance("correct_field") >= 0.7 or bool(_OF_BEFORE.search(message.level))
    told = found.kind != "command"
    return found if (speaks and not wishes) or (told and (speaks or not wishes)) else None


def _other_in_long_text(message: Message, length: int) -> Reading | None:
    """Commands, small talk and questions that are short or sure, in words that wish nothing."""
    short = length <= 12
    intent, chance = message.first
    least = 0.8 if short else 0.95
    if length <= 20 and (command := ranked_command(message, least, gated=True)):
        return command
    chats = ("thanks", "greet", "goodbye", "bot_challenge", "chitchat")
    if short and intent in chats and chance >= 0.8:
        return Reading("chitchat", category=intent)
    about = short or (message.category[1] >= 0.85 and length <= 36)
    if (surely_asks(message.said) and length <= 30) or (message.asks and about):
        return question(message)
    return None
