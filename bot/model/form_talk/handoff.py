"""Wishes for a living person while the form is filled: 转人工, 找个懂的人来说."""

from __future__ import annotations

import re

from bot.model.form_talk.reading import Message
from bot.model.form_talk.wishes import CLAUSES, LEAD, LONGEST, TAIL
from bot.model.wording import squeeze

_HANDOFF = re.compile(
    r"(?:转接?|找|接|换|喊|叫|请|呼叫|连线?|联系|跟|和|同|派|来|要|需要|想要?|给我|帮我"
    r"|我)(?:一下|一哈|哈|下|个|一个|到|成|你们?的?|你们|那边的?|服务站的?|中心的?|窗口的?"
    r"|到底有没有)*"
    r"(?:人工(?:客服|服务|坐席|台)?(?!智能|[费湖林草成造养挖降耳晶])|真人|活人|客服|工作人员|专员"
    r"|接线员|值班的?人|业务员|服务人员|办事员|领导)"
)
_HANDOFF_SHORT = re.compile(
    rf"{LEAD}(?:人工|真人|活人|客服|人工客服|人工服务|工作人员)+(?:服务|在不在|在吗|呢|来|接"
    rf"|在哪|有没得|有没有)*{TAIL}"
    rf"|{LEAD}(?:转|找|接|喊|叫|换|派)(?:个|一个|下|一下)?(?:你们的?)?(?:人|懂的人|懂行的人|老师"
    rf"|经理|领导|负责人|主任|科长|管事的)(?:来|接|跟我说|和我说|聊|说|给我|帮我|弄|填|问|教我?"
    rf"|对接|谈|讲|沟通|联系我?|我|解释|过来)*{TAIL}"
    rf"|{LEAD}(?:有没得|有没有|有不有)(?:个|一个)?(?:真人|活人|人工|客服)(?:客服|服务|在|来|接)*{TAIL}"
    rf"|{LEAD}(?:跟|和|同|与)(?:个|你们的?)?人(?:说|聊|讲|谈|沟通|对话){TAIL}"
)
_NO_HANDOFF = re.compile(
    r"人工(?=[智费成湖林草造养挖降耳晶授合培繁种采搬装鱼珍骨关])|客服热线|客服系统|客服中心"
    r"|客服外包|(?:建议|希望|最好|应该)"
)


def asks_for_person(message: Message) -> bool:
    """Whether the words ask for a living person, in so many words."""
    core = message.core
    clauses = [squeeze(part) for part in CLAUSES.split(message.said)[:20]]
    if any(len(part) <= LONGEST and _HANDOFF_SHORT.fullmatch(part) for part in clauses):
        return not _NO_HANDOFF.search(core)
    if len(core) > 24 or _NO_HANDOFF.search(core):
        return False
    found = _HANDOFF.search(core)
    return found is not None and found.start() <= 12 and len(core) - found.end() <= 10


def ranked_handoff(message: Message, least: float) -> bool:
    """A wish for a living person by the classifier, when the words speak of one."""
    intent, chance = message.first
    return (
        intent == "handoff_human"
        and chance >= least
        and not _NO_HANDOFF.search(message.core)
        and bool(re.search(r"人|客服|专员|老师|专家|科长|领导|师傅|电话", message.core))
    )
