"""Orders to empty a field: 把电话删了, 清空通讯地址, 这一项清掉重填."""

from __future__ import annotations

import re

from bot.model.answer.option_names import names_option
from bot.model.form_talk.fields import find_mention
from bot.model.form_talk.reading import Command, Message, Reading
from bot.model.form_talk.wishes import LEAD, TAIL
from bot.model.wording import plain
from knowledge.form import FormField

_OF_THE_FORM = r"(?:那个|这个|前面|上面|刚才|填|写|我们?|咱们?|公司|的)*"
_PLACE = r"(?:那|这)?(?:一?[个项栏题]|里)?(?:填?的?(?:内容|答案|信息))?"
_EMPTY = r"(?:清空|清[掉除了]|删[掉除了]|抹[掉了]|擦[掉了]|去掉|划掉)"
_AGAIN = r"(?P<again>我?(?:要|再)?(?:重新?|另外?)[填写来弄])?"
_ORDERS = tuple(
    re.compile(rf"{LEAD}{order}{_AGAIN}{TAIL}")
    for order in (
        rf"(?:把|将)?{_OF_THE_FORM}(?P<name>.{{2,12}}?){_PLACE}(?:都|全部?|给我|帮我|先)*(?P<how>{_EMPTY})",
        rf"(?P<how>{_EMPTY}){_OF_THE_FORM}(?P<name>.{{2,12}}?){_PLACE}",
    )
)
_THIS = re.compile(
    rf"{LEAD}(?:(?:把|将)?(?:这|本|当前)(?:一?[个项栏题]|里)(?:填?的?(?:内容|答案))?{_EMPTY}"
    rf"|{_EMPTY}(?:这|本|当前)(?:一?[个项栏题]|里)){_AGAIN}{TAIL}"
)


def said_clear(message: Message) -> Reading | None:
    """The command to empty the field that is named whole, or the one that is asked."""
    own = message.place
    if _THIS.fullmatch(message.core):
        told = own.column is None and message.answers.get(own.field.id)
        return _clear(own.field, True) if told else None
    if own.field.kind == "choices" and names_option(own.field, message.core):
        return None  # an option is taken away
    for order in _ORDERS:
        found = order.fullmatch(message.core)
        mention = find_mention(message, found.group("name")) if found else None
        if not found or mention is None or mention.name != plain(found.group("name")):
            continue
        listed = mention.field.kind in ("choices", "rows")
        if mention.column is None and (not listed or found.group("how") == "清空"):
            return _clear(mention.field, bool(found.group("again")))
    return None


def _clear(field: FormField, again: bool) -> Reading:
    """`again`: it is to be asked at once, whether required or not."""
    command: Command = "goto" if again else "clear"
    return Reading("command", values={field.id: None}, command=command, field=field.id)
