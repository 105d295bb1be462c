"""Reads what is no answer: questions, commands in other words, small talk, unreadable values."""

from __future__ import annotations

import re

from bot.model.answer.numbers import ends_of_range
from bot.model.answer.text import tells_trade
from bot.model.form_talk.about_options import (
    category_of_asked,
    category_of_option,
    category_of_wanted,
    names_asked,
)
from bot.model.form_talk.commands import ranked_command
from bot.model.form_talk.fit import NO, PROBABLY
from bot.model.form_talk.handoff import ranked_handoff
from bot.model.form_talk.reading import CHAT, COMMANDS, Message, Reading
from bot.model.wording import (
    has_no_idea,
    is_nothing,
    is_unknown,
    requests,
    squeeze,
    surely_asks,
    without_emoji,
)
from knowledge import find_services, load_knowledge

OUTSIDE = "out_of_scope"
ABOUT_ANYTHING = frozenset("ask_process ask_contact ask_capabilities".split())
"""Intents that ask about a service without saying which."""
TOPIC = 0.2
"""From this likelihood on a category is what such a question is about."""
STORY = 9
"""Characters from which a text is something told, not a name or a list of products."""
_ABOUT_FIELD = re.compile(
    r"(?:这|此|该|本)(?:个|项|题|栏|里|一项|一栏|点).{0,4}(?:填|写|选|答|意思|啥|什么|怎么|咋)"
    r"|必填|必须填|可以不填|不填(?:可以|要得|行|得行)|非填不可|要填(?:吗|不|啥|什么)"
    r"|(?:怎么|咋个?|如何|郎个)(?:填|写|选|答)|还是|选(?:啥|什么|哪)"
    r"|填(?:啥|什么|哪个|哪里|多少|几)|举(?:个|一个)?例|(?:算|包|含)(?:进去|在内|上|进来|括)?(?:不"
    r"|吗|没得)|啥子?意思|什么意思"
    r"|(?:可以|能不能|能|要得)多选|多选(?:吗|不|要得|可以)|写(?:啥|什么|哪个|全称)"
    r"|全称(?:吗|不|嘛)|格式|例子|样例|参考"
)
_MAY_STAY_EMPTY = re.compile(
    r"不[填写答][^,.\s]{0,8}(?:得不得行|行不行|可不可以|要不要得|[得要可]?[行得以]?[不吗]$|会咋|会怎|有事)"
)
"""不填法人得不得行."""
_WHAT_IS = re.compile(
    r"是(?:一?个)?(?:做|干|搞|指)?些?(?:啥|什么)|(?:啥|什么)(?:意思|东西|区别|用)|包[括含](?:了|有)?(?:些|哪|啥|什么)|(?:啥子?|什么)[叫是]"
)
_GRUMBLES = re.compile(
    r"烦不烦|[好太]烦|烦(?:死|得很)|没完没了|有完没完|还没(?:问|填|弄|写)完|啰嗦|搞啥子?名堂"
    r"|[问填写]不完|[比跟].{1,5}还(?:长|多|麻烦|难)"
    r"|(?:恼火|麻烦)(?:死|得很)|(?:脑壳|脑袋|头)[都也]?(?:疼|痛|晕|大)|填.{0,3}表.{0,6}[难烦累]"
    r"|(?:咋个?|怎么|啷个)?(?:这么|恁个?|那么|好)[多长细](?:个?(?:问题|项|题|内容"
    r"|选项))?[哦啊嘛呀哟]+$"
    r"|问(?:得|起)?(?:恁|这么|那么|啷|好|还|真)个?[多细]"
    r"|(?:表|题|问题?|填|项目|步骤|内容).{0,4}(?:太|恁个?|这么|那么|真的?|实在|有点|硬是"
    r"|好(?![久多])|也太|怪)"
    r"(?:长|多|烦|麻烦|啰嗦|复杂|难|细|繁琐|久|慢|恼火)"
)
"""Complaints about the form, which ask and tell nothing."""
_GIVES_UP = re.compile(r"不[填弄搞想要]|算了|退出|取消|放弃|跳|空[起着]|下次|改天|保存")
_POLITE = re.compile(
    r"(?=.*(?:哈哈|嘿嘿|呵呵|谢|辛苦)).(?:[哈嘿呵谢多感辛苦麻烦你您们了咯哦嘛啦哟好的呀啊]){0,11}"
)
_TELLS = re.compile(r"就?(?:是|叫|写|填)(?![的是对啊嘛哦呀哈])(?=.{2})|就(?:是|叫|写|填)那")
"""就是国标噻: meant for an answer, be it none."""
NOT_KNOWN = re.compile(r"记不|不晓得|不知道|不清楚|忘[了记球求逑]|搞不清|说不准|没记")


def is_polite(message: Message) -> bool:
    """哈哈 辛苦你咯: courtesies and nothing else."""
    return bool(_POLITE.fullmatch(squeeze(without_emoji(message.said))))


def invalid(message: Message, reason: str) -> Reading:
    """No value of the asked field, for this reason."""
    near = ends_of_range(message.said) if reason == "number_range" else ()
    return Reading("invalid", field=message.place.path, reason=reason, near=near)


def question(message: Message) -> Reading:
    """A question, unless what it asks is a command (填到哪步了), a person, or small talk."""
    intent, chance = message.first
    if intent == "handoff_human" and chance >= 0.6:
        return Reading("handoff")
    if category := category_of_option(message):
        return Reading("question", category=category)
    if _WHAT_IS.search(message.level) and (category := category_of_asked(message)):
        return Reading("question", category=category)
    if _MAY_STAY_EMPTY.search(message.level):
        return Reading("question", field=message.place.path)
    if command := ranked_command(message, 0.5, gated=False):
        return command
    if _GRUMBLES.search(message.level):
        return Reading("chitchat", category="complain")
    section = message.form.section(message.place.field.section)
    likely = message.category[1]
    if section.category and likely < 0.6 and names_asked(message):
        return Reading("question", category=section.category)
    if _ABOUT_FIELD.search(message.level) and likely < 0.8:
        return Reading("question", field=message.place.path, category=section.category or "")
    if intent in CHAT and chance >= 0.5:
        return Reading("chitchat", category=intent)
    about = _asked_about(message)
    if about == OUTSIDE and message.chance(OUTSIDE) < 0.75 and len(message.core) < 2 * STORY:
        return Reading("question", field=message.place.path)
    return Reading("question", category=about)


def _asked_about(message: Message) -> str:
    """The likeliest category or other intent; 专利怎么申请 is about 专利, not how to apply."""
    category, likely = message.category
    others = (name for name, _ in message.ranking if name not in COMMANDS and name not in CHAT)
    first = next(others, OUTSIDE)
    if first in ABOUT_ANYTHING:
        return (
            category
            if likely >= TOPIC
            else _by_service(message, 0.0) or category_of_wanted(message) or first
        )
    doubtful = first == OUTSIDE and message.chance(OUTSIDE) < 0.75
    if not doubtful:
        return first
    return _by_service(message) or (category if likely >= TOPIC else first)


def _by_service(message: Message, least: float = 0.05) -> str:
    """The one category of the services whose words stand in the message, if it is likely enough."""
    found = find_services(load_knowledge(), message.said)
    categories = {match.item.categories[0] for match in found if match.item.categories}
    only = next(iter(categories)) if len(categories) == 1 else ""
    return only if message.chance(only) >= least else ""


def aside(message: Message, fits: int) -> Reading | None:
    """Something else than the asked text, by the classifier: the less it fits, the sooner."""
    intent, chance = message.first
    category, likely = message.category
    if _GRUMBLES.search(message.level):
        return Reading("chitchat", category="complain")
    trade = not message.place.asked.format and tells_trade(message.said)
    if requests(message.said) and not trade and max(likely, message.chance(OUTSIDE)) >= 0.5:
        return Reading("question", category=category if likely >= 0.5 else OUTSIDE)
    if is_unknown(message.said) or is_nothing(message.said):
        return None
    doubtful = fits < PROBABLY
    if ranked_handoff(message, 0.6 if doubtful else 0.9):
        return Reading("handoff")
    a_name = message.place.asked.format in ("company", "person")
    gated = not (doubtful and a_name)
    command = ranked_command(message, 0.6 if doubtful else 0.8, gated)
    if command and (doubtful or command.command != "goto" or command.field):
        return command
    if intent in CHAT and chance >= (0.6 if doubtful else 0.9) and not _TELLS.match(message.core):
        return Reading("chitchat", category=intent)
    told = doubtful and len(message.core) >= STORY
    if likely >= (0.6 if told else 0.8) and doubtful and (a_name or told):
        return Reading("question", category=category)
    if told and fits == NO and intent == OUTSIDE and chance >= 0.8:
        return Reading("question", category=OUTSIDE)
    return None


def otherwise(message: Message, reason: str, questions: bool = True) -> Reading:
    """The classifier's reading of what is no value; invalid when it is not sure of another."""
    intent, chance = message.first
    if has_no_idea(message.said) and not message.place.asked.required:
        return Reading("command", command="skip")
    if NOT_KNOWN.search(message.level) and not surely_asks(message.said):
        return ranked_command(message, 0.7, gated=True) or invalid(message, reason)
    if intent == "handoff_human" and chance >= 0.5:
        return Reading("handoff")
    if _GRUMBLES.search(message.level) and not _GIVES_UP.search(message.level):
        return Reading("chitchat", category="complain")
    if command := ranked_command(message, 0.45, gated=False):
        return command
    if intent in CHAT and intent != "deny" and chance >= 0.75 and not _TELLS.match(message.core):
        return Reading("chitchat", category=intent)
    if questions and (category := _topic(message)):
        return Reading("question", category=category)
    return invalid(message, reason)


def _topic(message: Message) -> str:
    """The category or other intent that words without the form of a question ask about."""
    category, likely = message.category
    intent, chance = message.first
    requested = requests(message.said)
    if likely >= (0.5 if requested else 0.9):
        known = requested or find_services(load_knowledge(), message.said)
        return category if known and message.place.column is None else ""
    other = intent not in COMMANDS and intent not in CHAT and intent != OUTSIDE
    return intent if other and chance >= 0.95 else ""
