"""Decides what a message in the middle of the form is: answer, command, question, correction …"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.model.answer_choices import ChoiceChange, names_option, read_change, stray
from bot.model.answer_names import (
    begins_with_place,
    has_organisation,
    is_place,
    is_same,
    maybe_name,
    surely_person,
)
from bot.model.answer_rows import names_row, read_rows
from bot.model.answer_standards import find_standards
from bot.model.answers import read_answer
from bot.model.field_error import FieldError
from bot.model.form import place_of
from bot.model.form_commands import (
    asks_for_person,
    ranked_command,
    ranked_handoff,
    said_command,
)
from bot.model.form_corrections import find_correction
from bot.model.form_new_values import changed_choices
from bot.model.form_reading import CHAT, COMMANDS, Message, Reading
from bot.model.form_several import read_several
from bot.model.numerals import CHARACTERS
from bot.model.surnames import surname_of
from bot.model.wording import (
    bare,
    has_words,
    is_nothing,
    is_unknown,
    plain,
    requests,
    squeeze,
    surely_asks,
    tidy,
)
from knowledge import find_services, load_knowledge
from knowledge.form import DemandForm

_TYPED = ("number", "date", "telephone", "credit_code", "email", "yes_no")
_ABOUT_FIELD = re.compile(
    r"(?:这|此|该|本)(?:个|项|题|栏|里|一项|一栏|点).{0,4}(?:填|写|选|答|意思|啥|什么|怎么|咋)|必填|必须填|可以不填|不填(?:可以|要得|行|得行)|非填不可|要填(?:吗|不|啥|什么)|(?:怎么|咋个?|如何|郎个)(?:填|写|选|答)|还是|选(?:啥|什么|哪)|填(?:啥|什么|哪个|哪里|多少|几)|举(?:个|一个)?例|啥子?意思|什么意思"
    r"|(?:可以|能不能|能|要得)多选|多选(?:吗|不|要得|可以)|写(?:啥|什么|哪个|全称)|全称(?:吗|不|嘛)|(?:格式|例子|样例|参考)"
)
_GRUMBLE = re.compile(
    r"烦不烦|烦死|好烦|烦得很|问(?:得|起)?(?:恁|这么|那么|啷|好)个?(?:多|细)|啰嗦|没完没了|有完没完|搞啥子?名堂|恼火得很|麻烦得很|麻烦死"
)
_OF_BEFORE = re.compile(r"刚才|刚刚|前面|前头|上面|之前|[打写填说搞]错|改[成为]|更正")
_OF_ONESELF = re.compile(
    r"(?:我们?|咱们?)(?:公司|厂子?|店|企业|合作社)?(?:主要|就|这边)?(?:是)?(?:搞|做|卖|生产|经营|从事|属于|算|专门|专业|加工|种|养)"
)
_OWN = r"(?:那个?|把)?(?:{})(?=改[成为]|换成|那[个块里]|里)"
_WISH = re.compile(
    r"建议|希望|最好|应该|能不能多|多(?:搞|组织|来|办|派|送|给|安排|开|宣传)|加强|改进|提高|增加|减少|简化|少(?:跑|填|要)|太(?:慢|多|少|麻烦|复杂|贵)|你们|盼|望|请|能否|可否|可不可以|能不能"
)
_JUST_NUMBERS = re.compile(rf"(?:[{CHARACTERS}\d第个项和跟与到至前后头最、,.\s~-])+(?:可以|行|要得|得行|都要)*(?:不|吗|嘛|吧)?[?？]?")
_DONE_ROWS = re.compile(
    r"(?:就|只有|只|目前|暂时)*(?:这|那)(?:些|个|一个|几个|一种|一样|两个|一款)(?:产品)?(?:了|就完了)?|完了?|齐了|填完了?|没(?:得|有)?(?:其他|其它|别的|多的|第.个)?(?:产品)?(?:的)?(?:了)?|(?:其他|其它|别的|多的)(?:产品)?(?:的)?(?:就|都)?没(?:得|有)(?:了)?|不(?:加|填|要|写)(?:了)?|就(?:一个|一种|一样|1个)(?:产品)?|够了|结束|好了"
)


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
    message = Message(form, place, tidy(text), ranking, answers, today)
    if not has_words(message.said):
        about = bool(re.fullmatch(r"[?？\s]+", message.said))
        return Reading("question", field=place.path) if about else Reading("chitchat")
    if asks_for_person(message):
        return Reading("handoff")
    if place.field.kind == "long_text":
        return _long_text(message)
    named = message.place.asked.format == "person" and surely_person(message.said)
    if not named and (command := said_command(message)) and not _is_option(message):
        return command
    if not _surely_fits(message) and (correction := find_correction(message)):
        return _unless_command(message, correction)
    if place.field.kind == "choices":
        return _choices(message)
    if place.field.kind == "rows":
        return _rows(message)
    return _typed(message) if place.field.kind in _TYPED else _text(message)


def _unless_command(message: Message, correction: Reading) -> Reading:
    """老板喊不要填了 names a field and changes none."""
    if correction.kind == "command" and (other := ranked_command(message, 0.7, gated=True)):
        return correction if other.command == "goto" else other
    return correction


def _is_option(message: Message) -> bool:
    """统计 is one of the methods, whatever else it might be."""
    field = message.place.field
    return field.kind == "choices" and names_option(field, message.said)


def _surely_fits(message: Message) -> bool:
    """A company's name is one, whatever words stand in it."""
    return message.place.asked.format == "company" and _fit(message) == 3 and not re.search(
        r"错|改成|不是|应该", message.level
    )


def _fit(message: Message) -> int:
    """How surely a text is what the field asks for: 0 no, 1 perhaps, 2 probably, 3 surely."""
    form_of = message.place.asked.format
    said = bare(message.said)
    talk = not maybe_name(said)
    if form_of == "company":
        if has_organisation(said):
            return 3
        if begins_with_place(said) and 5 < len(said) <= 40 and "的" not in said:
            return 2
        return int(not talk and 2 < len(said) <= 10)
    if form_of == "person":
        if surely_person(said):
            return 3
        value = _read(message)[0]
        return 2 if value and surname_of(value) else int(not talk or len(message.core) <= 4)
    if form_of == "address":
        marks = len(set(re.findall(r"区|县|镇|街|路|道|村|号|栋|楼|园|社区|厦", message.level)))
        if marks > 1 and not (talk and len(said) > 24):
            return 3
        return 2 if is_place(said) and not talk else int(is_place(said))
    if form_of == "contact":
        named = any(surely_person(word) for word in re.split(r"[\s,，、/的:：]+", said) if word)
        department = re.search(r"[部科室组办处]$|(?:质量|品质|品管|质检|技术|生产)[部科室组办处]", message.level)
        told = re.search(r"老板|负责|自己|兼|机构|部门|专门|专人", message.level)
        return 3 if named or department else 1 if talk and not told else 2
    if not form_of and _OF_ONESELF.match(message.core):
        return 2
    if form_of == "standard_number":
        return 3 if find_standards(said) else 1
    if form_of == "adoption":
        return 2
    return 1 if talk else 2


def _typed(message: Message) -> Reading:
    """Numbers, dates, telephones …: what can be read as one is one."""
    field = message.place.asked
    value, reason = _read(message)
    if re.search(_NOT_KNOWN, message.level) and not surely_asks(message.said):
        return _otherwise(message, reason or "unclear")
    if message.asks and not (value is not None and len(message.core) <= 9 and _AFTERTHOUGHT.search(message.level)):
        return _question(message)
    spelt = not re.search(r"\d", message.level)
    if spelt and field.kind != "yes_no" and (command := ranked_command(message, 0.7, gated=True)):
        return command  # 填到一半了，回去再填 counts nobody
    if value is not None:
        several = read_several(message)
        return Reading("answer", values={**several, field.id: value})
    if several := read_several(message):
        return _several(message, several)
    about = _ABOUT_VALUE.get(field.kind, r"\d")
    chats = message.first[0] in CHAT and message.first[1] >= 0.95
    if field.kind != "yes_no" and re.search(about, message.level) and len(message.core) <= 16 and not chats:
        return _invalid(message, reason)
    return _otherwise(message, reason)


_NOT_KNOWN = r"记不|不晓得|不知道|不清楚|忘了|搞不清|说不准|没记"
_AFTERTHOUGHT = re.compile(r"(?:[?？]|吧|嘛|哦|对不|是不是|对吧)+\s*$")
_ABOUT_VALUE = {
    "number": r"\d|人|员工|职工|个|数|固定|多|少",
    "date": r"\d|年|月|日|成立|开[业办起]|办|祖传|早|久|时候|那阵|辈",
    "telephone": r"\d|号|电话|手机|座机|微信|打|联系",
}
"""Words that speak of the value asked for, even when it cannot be read."""


def _text(message: Message) -> Reading:
    field = message.place.asked
    if field.same_as and is_same(message.said):
        same = message.answers.get(field.same_as)
        if same:
            return Reading("answer", values={field.id: same})
        return _invalid(message, "nothing_stored")
    fit = _fit(message)
    named = field.format in ("company", "person", "contact")
    if surely_asks(message.said) or message.asks and not (fit == 3 and named):
        return _question(message)
    if fit < 3:
        if aside := _aside(message, fit):
            return aside
    if several := read_several(message):
        return _several(message, several)
    value, reason = _read(message)
    if value is None or (not fit and not message.nothing):
        return _otherwise(message, reason or _UNCLEAR.get(field.format, "unclear"))
    return Reading("answer", values={field.id: value})


_UNCLEAR = {"company": "full_name", "person": "person_name", "address": "address_unclear"}


def _aside(message: Message, fit: int) -> Reading | None:
    """Something else than the asked text, by the classifier: the less it fits, the sooner."""
    intent, chance = message.first
    category, likely = message.category
    if _GRUMBLE.search(message.level):
        return Reading("chitchat", category="complain")
    if requests(message.said) and max(likely, message.chance("out_of_scope")) >= 0.5:
        return Reading("question", category=category if likely >= 0.5 else "out_of_scope")
    if is_unknown(message.said) or is_nothing(message.said):
        return None
    if ranked_handoff(message, 0.6 if fit < 2 else 0.9):
        return Reading("handoff")
    named = message.place.asked.format in ("company", "person")
    if command := ranked_command(message, 0.6 if fit < 2 else 0.8, gated=fit > 1 or not named):
        return command
    if intent in CHAT and chance >= (0.6 if fit < 2 else 0.9):
        return Reading("chitchat", category=intent)
    told = fit < 2 and len(message.core) >= 9  # a story, not a name or a list of products
    if likely >= (0.6 if told else 0.8) and fit < 2 and (named or told):
        return Reading("question", category=category)
    if told and fit < 1 and intent == "out_of_scope" and chance >= 0.8:
        return Reading("question", category=intent)
    return None


def _long_text(message: Message) -> Reading:
    """意见和建议, 其他服务: almost anything is what the enterprise wants to say."""
    field = message.place.field
    short = len(message.core) <= 12
    wish = _WISH.search(message.level)
    if not wish and len(message.core) <= 18 and ranked_handoff(message, 0.9):
        return Reading("handoff")
    if command := said_command(message):
        return command
    if not re.match(r"建议(?!里|那)|希望", message.level) and (found := find_correction(message)):
        corrects = message.chance("correct_field") >= 0.7 or _OF_BEFORE.search(message.level)
        if found.kind == "correction" and (corrects or not wish) or corrects and not wish:
            return found
    intent, chance = message.first
    least = 0.8 if short else 0.95
    if not wish and len(message.core) <= 20 and (c := ranked_command(message, least, gated=True)):
        return c
    if short and intent in ("thanks", "greet", "goodbye", "bot_challenge", "chitchat") and chance >= 0.8:
        return Reading("chitchat", category=intent)
    if surely_asks(message.said) and not wish and len(message.core) <= 30:
        return _question(message)
    sure = short or message.category[1] >= 0.85 and len(message.core) <= 36
    if message.asks and sure and not wish:
        return _question(message)
    value, reason = _read(message)
    return Reading("answer", values={field.id: value}) if value is not None else _invalid(message, reason)


def _choices(message: Message) -> Reading:
    field = message.place.field
    stored = message.answers.get(field.id) or []
    if message.nothing:
        return Reading("answer", values={field.id: []})
    if message.asks and not _JUST_NUMBERS.fullmatch(bare(message.level)):
        return _question(message)
    own = re.match(_OWN.format("|".join(map(re.escape, field.names))), message.said)
    try:
        if own:
            changed = changed_choices(field, message.said[own.end() :], stored)
            return Reading("answer", values={field.id: changed})
        change = read_change(field, message.said)
    except FieldError as error:
        return _no_choice(message, error.code)
    if change.add and not change.other and (found := _topic_besides(message)):
        return found
    if command := ranked_command(message, 0.9 if change.named else 0.7, gated=True):
        if command.command not in ("goto", "cancel") or not change.named:
            return command
    return Reading("answer", values={field.id: change.apply(field, stored)})


STORY = 9
"""Characters besides options, numbers and their like: more, and something is told, not chosen."""


def _topic_besides(message: Message) -> Reading | None:
    """A story or question in which an option happens to be named."""
    category, likely = message.category
    outside = message.chance("out_of_scope")
    section = message.form.section(message.place.field.section)
    if stray(message.place.field, message.said) < STORY or category == section.category:
        return None
    if max(likely, outside) < 0.6 or message.place.field.id == "wanted":
        return None
    return Reading("question", category=category if likely >= outside else "out_of_scope")


def _no_choice(message: Message, reason: str) -> Reading:
    """No option is meant: a topic, a free text for 其他, or something else altogether."""
    field = message.place.field
    category, likely = message.category
    stored = message.answers.get(field.id) or []
    if reason in ("several_options", "option_number", "too_long"):
        return _invalid(message, reason)
    found = _otherwise(message, reason, questions=False)
    if found.kind != "invalid":
        return found
    sections = [s.title for s in message.form.sections if s.chosen and s.category == category]
    if likely >= 0.6 and (title := next((t for t in sections if t in field.options), "")):
        change = ChoiceChange(add=(field.options.index(title),))
        return Reading("answer", values={field.id: change.apply(field, stored)})
    free = bare(message.said)
    own = category == message.form.section(field.section).category
    wishes = re.search(r"想|要|需要|希望|帮|搞|培训|咨询|指导", message.level)
    unsure = re.search(r"没|不|再说|随便|看情况|考虑|你们定|再看", message.level)
    own = own or message.form.section(field.section).category is None and maybe_name(free)
    if field.other and not unsure and (own and likely >= 0.4 or wishes and len(free) <= 16) and 3 <= len(free) <= 40:
        change = ChoiceChange(other=free)
        return Reading("answer", values={field.id: change.apply(field, stored)})
    if likely >= 0.6:
        return Reading("question", category=category)
    return found


def _rows(message: Message) -> Reading:
    place = message.place
    field, column, row = place.field, place.column, place.row
    rows = message.answers.get(field.id) or []
    core = squeeze(bare(message.said))
    if column is None or row is None:
        return _invalid(message, "unclear")
    if row >= len(rows) and rows and _DONE_ROWS.fullmatch(core):
        return Reading("command", command="skip")
    beyond = names_row(message.said)
    if beyond is not None and beyond >= len(rows) and re.search(r"(?:不填|没得|没有|不要|不写)了?$", core):
        return Reading("command", command="skip")
    if message.asks:
        return _question(message)
    if message.nothing and not is_nothing(message.said):  # 没得编号
        return Reading("answer", values={field.id: read_rows(field, "没有", rows, (row, column))})
    fit = _fit(message)
    if fit < 3 and column.kind == "text" and not column.format and (aside := _aside(message, fit)):
        return aside
    try:
        changed = read_rows(field, message.said, rows, (row, column))
    except FieldError as error:
        if re.search(r"\d", message.level) and column.format == "standard_number":
            return _invalid(message, error.code)
        return _otherwise(message, error.code)
    return Reading("answer", values={field.id: changed})


def _read(message: Message) -> tuple[Any, str]:
    """The value and "", or None and the reason why there is none."""
    try:
        return read_answer(message.place.asked, message.said, message.today), ""
    except FieldError as error:
        return None, error.code


def _several(message: Message, values: dict[str, Any]) -> Reading:
    """Other fields told again in other words are corrected, all else is answered."""
    own = message.place.field.id
    others = [i for i in values if i != own]
    changed = [i for i in others if message.answers.get(i) not in (None, "", values[i])]
    if own not in values and changed == others:
        return Reading("correction", values=values, field=others[0])
    return Reading("answer", values=values)


def _question(message: Message) -> Reading:
    """A question, unless what it asks is a command (填到哪步了) or small talk."""
    intent, chance = message.first
    if intent == "handoff_human" and chance >= 0.6:
        return Reading("handoff")
    if command := ranked_command(message, 0.5, gated=False):
        return command
    field = message.place.field
    section = message.form.section(field.section)
    category, likely = message.category
    if _GRUMBLE.search(message.level):
        return Reading("chitchat", category="complain")
    if section.category and likely < 0.6 and _names_asked(message):
        return Reading("question", category=section.category)
    if _ABOUT_FIELD.search(message.level) and likely < 0.8:
        return Reading("question", field=message.place.path, category=section.category or "")
    if intent in CHAT and chance >= 0.5:
        return Reading("chitchat", category=intent)
    others = [(name, p) for name, p in message.ranking if name not in COMMANDS and name not in CHAT]
    return Reading("question", category=others[0][0] if others else "out_of_scope")


def _names_asked(message: Message) -> bool:
    """The question is about what is asked: an option, or the column by its name."""
    asked = message.place.asked
    if asked.kind == "choices":
        return names_option(asked, message.level)
    return message.place.column is not None and any(plain(n) in message.level for n in asked.names)


def _otherwise(message: Message, reason: str, questions: bool = True) -> Reading:
    """The classifier's reading of what is no value; invalid when it is not sure of another."""
    intent, chance = message.first
    if re.search(_NOT_KNOWN, message.level) and not surely_asks(message.said):
        if command := ranked_command(message, 0.7, gated=True):
            return command
        return _invalid(message, reason)
    if intent == "handoff_human" and chance >= 0.5:
        return Reading("handoff")
    if command := ranked_command(message, 0.45, gated=False):
        return command
    if intent in CHAT and intent != "deny" and chance >= 0.75 or _GRUMBLE.search(message.level):
        return Reading("chitchat", category=intent)
    if questions and (category := _topic(message)):
        return Reading("question", category=category)
    return _invalid(message, reason)


def _topic(message: Message) -> str:
    """The category or other intent that words without the form of a question ask about."""
    category, likely = message.category
    intent, chance = message.first
    if likely >= (0.5 if requests(message.said) else 0.9):
        known = requests(message.said) or find_services(load_knowledge(), message.said)
        return category if known and message.place.column is None else ""
    other = intent not in COMMANDS and intent not in CHAT and intent != "out_of_scope"
    return intent if other and chance >= 0.95 else ""


def _invalid(message: Message, reason: str) -> Reading:
    return Reading("invalid", field=message.place.path, reason=reason)
