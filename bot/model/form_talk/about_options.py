"""Finds the option that a question is about: 第6项是做啥子的, 3和5有啥区别, 名录是啥."""

from __future__ import annotations

import re

from bot.model.answer.option_names import names_of_options, names_option
from bot.model.answer.option_numbers import whole
from bot.model.form_talk.reading import Message
from bot.model.numerals import CHARACTERS
from bot.model.wording import plain
from knowledge.form import FormField

_NUMBER = re.compile(
    rf"第([{CHARACTERS}\d]+)(?:[个项条样种]|(?=是|有|指|包))"
    r"|(?<![\d.a-z])(\d{1,2})(?:[号项]|(?=(?:[和跟与、,]\d{1,2})?(?:是|有[啥什]|指|做|干|啥|什么"
    r"|包)))"
)
_ITEM = re.compile(
    r"^(?:哎|那|这|请问|问一?下|想问)*[那这上](?:一|最后一)?[个项条样](?:选项)?(?:是|指|做|有|包"
    r"|咋|啥|什么)"
)


def category_of_option(message: Message) -> str:
    """The category of the option that is asked about by its number; empty when none is."""
    asked = message.place.asked
    if asked.kind != "choices":
        return ""
    found = _NUMBER.search(message.level)
    value = whole(found.group(1) or found.group(2)) if found else None
    if value is None or not 1 <= value <= len(asked.options):
        return ""
    return _category(message, asked, value - 1)


def names_asked(message: Message) -> bool:
    """Whether what is asked is named: an option, 那项, or the column by its name."""
    asked = message.place.asked
    if asked.kind == "choices":
        return bool(names_option(asked, message.level) or _ITEM.match(message.level))
    return message.place.column is not None and any(plain(n) in message.level for n in asked.names)


def category_of_asked(message: Message) -> str:
    """The category of the choices being asked, where one of them is named."""
    asked = message.place.asked
    if asked.kind != "choices" or not names_option(asked, message.level):
        return ""
    named = next(i for name, i in names_of_options(asked) if name in message.level)
    section = message.form.section(message.place.field.section)
    if found := _category(message, asked, named) or section.category:
        return found
    titles = {s.title.removesuffix("服务"): s.category or "" for s in message.form.sections}
    return next((name for title, name in titles.items() if title in asked.label and name), "")


def category_of_wanted(message: Message) -> str:
    """The category of the one service, of those to be wanted, whose words stand in the message."""
    for field in message.form.fields:
        if any(s.chosen and s.title in field.options for s in message.form.sections):
            named = {i for name, i in names_of_options(field) if name in message.level}
            return _category(message, field, named.pop()) if len(named) == 1 else ""
    return ""


def _category(message: Message, asked: FormField, option: int) -> str:
    """The option's own; of the services wanted, that of the section so titled."""
    if own := asked.option_categories[option]:
        return own
    sections = message.form.sections
    return next((s.category or "" for s in sections if s.title == asked.options[option]), "")
