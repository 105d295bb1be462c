"""Takes messages while choices or rows are asked."""

from __future__ import annotations

import re

from bot.model.answer.choices import ChoiceChange, read_change
from bot.model.answer.option_names import names_option
from bot.model.answer.option_numbers import stray
from bot.model.answer.row_talk import left_for_later, only_counts
from bot.model.answer.rows import names_row, read_rows
from bot.model.answer.standards import find_standards
from bot.model.answer.text import maybe_name
from bot.model.field_error import FieldError
from bot.model.form_talk.aside import OUTSIDE, STORY, aside, invalid, otherwise, question
from bot.model.form_talk.commands import ranked_command
from bot.model.form_talk.fit import SURELY, fit
from bot.model.form_talk.new_values import changed_choices
from bot.model.form_talk.reading import Message, Reading
from bot.model.numerals import CHARACTERS
from bot.model.wording import asks, bare, is_nothing, requests, squeeze, surely_asks

_OWN_NAME = r"(?:那个?|把)?(?:{})(?=改[成为]|换成|那[个块里]|里)"
_JUST_NUMBERS = re.compile(
    rf"(?:[{CHARACTERS}\d第个项和跟与到至前后头最、,.\s~-])+(?:可以|行|要得|得行|都要)*"
    r"(?:不|吗|嘛|吧)?[?？]?"
)
_CHOSEN = re.compile(rf"第[{CHARACTERS}\d]+[项个条]\s*$")
"""…，第5项: whatever was said before, this is chosen."""
_CONSULTS = re.compile(r"咨询一?[下哈]")
_WANTS = re.compile(r"(?:我们?|公司|厂里?)*(?:[想要]|需要|希望)(?![问知了请咨不])(?!晓得)")
_LOOKS_UP = re.compile(
    r"(?:^(?:那个|我们?|想|要|请|麻烦|帮我?们?)*|[帮给]我们?|[再还也])(?:查|看|找)(?:一?[下哈询]|找)?(?!哪|谁)"
)
_HOW = re.compile(r"哪(?![些家])|[做干]啥|[啥什]么?用|咋|怎么|如何|好久|多久|钱|收费|[?？]")
_WISHES = re.compile(r"想|要|需要|希望|帮|搞|培训|咨询|指导")
_UNSURE = re.compile(r"没|不|再说|随便|看情况|考虑|你们定|再看")
_LONGEST_FREE = 40
_NO_MORE_ROWS = re.compile(
    r"(?:就|只有|只|目前|暂时)*(?:这|那)(?:些|个|一个|几个|一种|一样|两个|一款)(?:产品)?(?:了"
    r"|就完了)?"
    r"|完了?|齐了|填完了?|没(?:得|有)?(?:其他|其它|别的|多的|第.个)?(?:产品)?(?:的)?(?:了)?"
    r"|(?:其他|其它|别的|多的)(?:产品)?(?:的)?(?:就|都)?没(?:得|有)(?:了)?|不(?:加|填|要|写)(?:了)?"
    r"|就(?:一个|一种|一样|1个)(?:产品)?|够了|结束|好了"
)
_TITLE = re.compile(r"《[^》]{2,60}》")
_SOUGHT = re.compile(r"(?:叫|是)?(?:个|那个|那)?(?:啥子?|什么)(?:来着)?|来着")
_LEFT_OUT = re.compile(r"(?:不填|没得|没有|不要|不写)了?$")


def take_choices(message: Message) -> Reading:
    """A message while a field of kind choices is asked."""
    field = message.place.field
    stored = message.answers.get(field.id) or []
    if message.nothing:
        return Reading("answer", values={field.id: []})
    said = message.said
    if message.asks and (chosen := _CHOSEN.search(message.level)):
        said = said[chosen.start() :]
    elif _WANTS.match(message.core) and names_option(field, said) and not surely_asks(said):
        pass  # 想查哪些机构能检 is wanted, though it has the form of a question
    elif _LOOKS_UP.search(message.core) and not _HOW.search(said) and _queried(message):
        pass  # 查哈标准还有没有效: to look it up is one of the options
    elif names_option(field, said) and not asks(_CONSULTS.sub("", said)):
        pass  # 商标注册咨询下
    elif message.asks and not _JUST_NUMBERS.fullmatch(bare(message.level)):
        return question(message)
    own = re.match(_OWN_NAME.format("|".join(map(re.escape, field.names))), message.said)
    try:
        if own:
            changed = changed_choices(field, message.said[own.end() :], stored)
            return Reading("answer", values={field.id: changed})
        change = read_change(field, said)
    except FieldError as error:
        return _no_option(message, error.code)
    if change.add and not change.other and (told := _told_besides(message)):
        return told
    told_apart = change.named or change.remove
    command = ranked_command(message, 0.9 if told_apart else 0.7, gated=True)
    if command and (not told_apart or command.command not in ("goto", "cancel")):
        return command
    return Reading("answer", values={field.id: change.apply(field, stored)})


def _queried(message: Message) -> bool:
    """Whether an option that is a query (标准有效性查询) is named."""
    try:
        change = read_change(message.place.field, message.said)
    except FieldError:
        return False
    options = message.place.field.options
    return any("查" in options[number] for number in change.add) and change.named


def _told_besides(message: Message) -> Reading | None:
    """A story or question in which an option happens to be named."""
    field = message.place.field
    category, likely = message.category
    outside = message.chance(OUTSIDE)
    if category == message.form.section(field.section).category or field.id == "wanted":
        return None
    if stray(field, message.said) < STORY or max(likely, outside) < 0.6:
        return None
    return Reading("question", category=category if likely >= outside else OUTSIDE)


def _no_option(message: Message, reason: str) -> Reading:
    """No option is meant: a topic, a free text for 其他, or something else altogether."""
    field = message.place.field
    if reason in ("several_options", "option_number", "other_unsaid", "too_long"):
        return invalid(message, reason)
    found = otherwise(message, reason, questions=False)
    if found.kind != "invalid":
        return found
    change = _by_topic(message) or _free_text(message)
    if change is not None:
        stored = message.answers.get(field.id) or []
        return Reading("answer", values={field.id: change.apply(field, stored)})
    category, likely = message.category
    return Reading("question", category=category) if likely >= 0.6 else found


def _by_topic(message: Message) -> ChoiceChange | None:
    """Of the services wanted: the section of what the words are about."""
    category, likely = message.category
    options = message.place.field.options
    titles = [s.title for s in message.form.sections if s.chosen and s.category == category]
    if likely < 0.6 or not titles or titles[0] not in options:
        return None
    return ChoiceChange(add=(options.index(titles[0]),))


def _free_text(message: Message) -> ChoiceChange | None:
    """What the enterprise wants besides the options, when it surely is a wish."""
    field = message.place.field
    category, likely = message.category
    free = bare(message.said)
    own = message.form.section(field.section).category
    about = likely >= 0.4 and (category == own or (own is None and maybe_name(free)))
    wish = _WISHES.search(message.level) and len(free) <= 16
    if not field.other or _UNSURE.search(message.level) or not (about or wish):
        return None
    return ChoiceChange(other=free) if 3 <= len(free) <= _LONGEST_FREE else None


def take_rows(message: Message) -> Reading:
    """A message while a field of kind rows is asked."""
    field, column, row = message.place.field, message.place.column, message.place.row
    rows = message.answers.get(field.id) or []
    if column is None or row is None:
        return invalid(message, "unclear")
    if _no_more(message, len(rows), row):
        closed = [{c.id: told.get(c.id, "") for c in field.columns} for told in rows]
        values = {field.id: closed} if closed != rows else {}
        return Reading("command", command="skip", values=values)
    if only_counts(message):
        return Reading("question", field=message.place.path)
    if (later := left_for_later(message, field, row)) is not None:
        return later
    if message.asks and not _titled(message):
        return question(message)
    strict = column.format or column.kind != "text"
    if strict and (command := ranked_command(message, 0.95, gated=True)):
        return command  # 跳过嘛 搞不懂
    if message.nothing and not is_nothing(message.said):  # 没得编号
        return Reading("answer", values={field.id: read_rows(field, "没有", rows, (row, column))})
    fits = fit(message)
    free = column.kind == "text" and not column.format
    told = _titled(message) or find_standards(message.said) and not requests(message.said)
    if fits < SURELY and free and not told and (found := aside(message, fits)):
        return found
    try:
        changed = read_rows(field, message.said, rows, (row, column))
    except FieldError as error:
        if re.search(r"\d", message.level) and column.format == "standard_number":
            return invalid(message, error.code)
        return otherwise(message, error.code)
    return Reading("answer", values={field.id: changed})


def _titled(message: Message) -> bool:
    """叫个啥子《…》: the title answers; 啥子 only stands where it was sought."""
    title = _TITLE.search(message.said)
    rest = _SOUGHT.sub("", _TITLE.sub("", message.said))
    return bool(title) and not asks(rest)


def _no_more(message: Message, count: int, row: int) -> bool:
    """没有了 behind the last row, or 第三个不填了."""
    core = squeeze(bare(message.said))
    beyond = names_row(message.said)
    if beyond is not None and beyond >= count and _LEFT_OUT.search(core):
        return True
    return 0 < count <= row and bool(_NO_MORE_ROWS.fullmatch(core))
