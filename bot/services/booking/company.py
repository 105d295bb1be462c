"""Who books and what about: taken from what is known of the user, or from their words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.model.answer.company import begins_with_place
from bot.model.answer.contacts import read_telephone, telephones_in, without_telephones
from bot.model.answer.person import surely_person
from bot.model.booking_talk.words import category_words, find_categories
from bot.model.field_error import FieldError
from bot.model.wording import asks, plain, tidy
from bot.services.demand.demands import list_demands
from bot.services.form.draft_rows import find_draft
from bot.storage.booking_tables import bookings
from knowledge.form import DemandForm

WANTS = {"quality_management": "quality_wants"}
"""Fields of the form that are not named after their category."""
_COMPANY = re.compile(
    r"(?:我们?(?:公司|单位)?(?:是|叫)|公司(?:是|叫)|企业(?:名称)?(?:是|叫|[:：]))?"
    r"(?P<name>[^,，。;；、:：\s]{2,60}?(?:公司|厂|合作社|商行|经营部|事务所|研究院|酒楼|门市|集团|店|中心))"
    r"(?=$|[,，。;；、:：\s（(]|想|要|咨询|问|关于|的[一-鿿]{2,3}(?:$|[,，。\s]))"
)
_NOBODY = re.compile(r"我们|我司|咱|你们|他们")
"""Stands for a name: 明天我们厂要停电."""
_TOPIC = re.compile(
    r"^(?:(?:我们?)?(?:就是|主要是)?(?:想要?|要)?(?:咨询|请教|了解|问)(?:一下|下)?(?:的是)?|关于|事项(?:是|[:：]))"
)
_AFFAIR = re.compile(r"(?<=..)的事情?[,，。.\s]*$")
_ABOUT = re.compile(r"^(?:我们?)?(?:就是|主要是|是)?(?:想要?|要)?(?:咨询|请教|了解|谈|问)|事项")
_ASKS = re.compile(
    r"在哪|哪里|哪儿|怎么走|咋个走|收费|要钱|免费|带什么|带啥|几点|多久|几楼|电话多少|找谁|找哪"
    r"|多少钱|来不来|看不懂|不知道|不晓得|不清楚"
)
_ASKS_AT_ALL = re.compile(r"多少|哪个|怎么|咋|啷个|吗|[?？]$|什么|啥")
_CONTACT = re.compile(
    r"(?:我叫|联系人(?:错了|不对)?[,，]?(?:应该)?(?:是|叫|改成|改为|换成|[:：])?)"
    r"\s*(?!错|不对|改|换|是)(?P<name>[一-鿿]{2,4})(?=$|[,，。;；、\s])"
    r"|(?:^|(?<=[,，。;；、\s])|(?<=[我他她])|(?<=老板|经理|主任)|(?<=负责人|联系人))(?P<surname>姓[一-鿿])(?=$|[,，。;；、\s的哈嘛])"
)
_OF_COMPANY_CALLED = re.compile(
    r"(?<=公司|[^厂]厂|中心|作社|商行)的(?P<name>[一-鿿]{2,3})(?=$|[,，。;；、\s])"
)
_NUMBER_ALONE = re.compile(
    r"(?:我们?|他|她|的|联系|办公室?|手机|电话|号码?|座机|刚才|是|打|写|说|就|改成|换成|应该|不对|错|了|[:：,，\s])*"
    r"(?P<number>\+?\d[\d\s-]{3,18}\d)[的哈嘛吧哦,，。.\s]*"
)
_ABOUT_NUMBER = re.compile(
    r"(?:我们?|他|她|的|老板|经理|主任|负责人|联系人|刚才|联系|座机|手机|电话|号码?|打|写|说|输|报|留|错|反|了|不对|应该|就|改|换|成|为|是|哈|嘛|[,，。;；:：\s])+"
)
"""What is left of 电话打错了，是… without the number: nothing to talk about."""
_OTHER_PERSON = re.compile(
    r"(?:换|改|叫|派|喊|让)(?:[1一]?个|别的|其他|另外?[一1]?个?|我?们?)*(?:人|同事|员工|别人|其他人)(?:去|来|参加|到场|过去|过来|代)"
)
_NOT_OF_COMPANY = re.compile(r"电话|手机|号码|联系人|联系方式")
_ALL_RIGHT = re.compile(r"没有?错|没有?问题|[不没莫]用?改|不错")
_BEFORE_NAME = re.compile(r"^(?:不对|应该)*[,，]?(?:应该)?(?:就?是|叫|改成|改为|换成|写成?)")
_CORRECTS = re.compile(r"改|错|不对|应该|换成|不是")
_OF_TOPIC = re.compile(r"事项|咨询|内容|主题")
_OF_COMPANY = re.compile(r"企业|公司|单位|厂名|店名|名称")
_NEW_VALUE = re.compile(r"(?:改成|改为|换成|应该是|是|[:：])\s*(.+)$")
_OF_TIME = re.compile(r"时间|日子|[改换]天|[改换]个?天|上午|下午|\d+[点号]|周[一二三四五]")
_MARKS = " ,，。;；、:：\t\n"

_AGREEING = re.compile(
    r"确认|确定|同意|好的?|可以的?|是的?|对的?|对头|行|要得|得行|嗯+|没问题|ok", re.I
)


def known_words(db: Connection, user_id: int, category: str, form: DemandForm) -> dict[str, str]:
    """company, topic, contact, telephone of the user's draft, last demand or last booking.

    The topic is what the form says is wanted in `category`; each is empty when not known.
    """
    draft, demands = find_draft(db, user_id), list_demands(db, user_id)
    answers: list[Mapping[str, Any]] = [draft.answers] if draft else []
    answers += [demand.answers for demand in demands[:1]]
    company = _first(answers, "company_name")
    field_id = WANTS.get(category, f"{category}_wants")
    known = {field.id for field in form.fields}
    found = {
        "company": company,
        "topic": _first(answers, field_id) if field_id in known else "",
        "contact": _first(answers, "contact"),
        "telephone": _first(answers, "telephone"),
    }
    return found if company else {**_last_booking(db, user_id), "topic": found["topic"]}


def split_words(text: str) -> tuple[str, str]:
    """(company, topic) of an answer such as 永川某某陶瓷厂，商标续展; each may be empty."""
    plain = text.strip(_MARKS)
    if _AGREEING.fullmatch(plain):
        return "", ""  # 确认 says yes, it is nothing to talk about
    found = _COMPANY.search(plain)
    if found is None or _NOBODY.search(found["name"]):
        return "", _bare_topic(plain)
    rest = f"{plain[: found.start()]} {plain[found.end() :]}".strip(_MARKS)
    return found["name"], _bare_topic(rest)


def _bare_topic(text: str) -> str:
    """商标续展 of 想咨询商标续展的事."""
    return _AFFAIR.sub("", _TOPIC.sub("", text)).strip(_MARKS)


@dataclass(frozen=True)
class NumberAlone:
    """A telephone that is all of a message: the number, or what is wrong with it."""

    telephone: str = ""
    problem: str = ""


def read_number_alone(text: str) -> NumberAlone | None:
    """The telephone that the message consists of; None where it says anything else."""
    found = _NUMBER_ALONE.fullmatch(tidy(text))
    if found is None:
        return None
    try:
        return NumberAlone(read_telephone("telephone", found["number"]))
    except FieldError as error:
        return NumberAlone(problem=error.code)


def without_wrong_number(text: str) -> tuple[str, str]:
    """(the text without a telephone among its parts that is wrong, what is wrong with it)."""
    parts = re.split(r"[,，;；。]", text)
    wrong = {p: n.problem for p in parts if (n := read_number_alone(p)) and n.problem}
    return "，".join(p for p in parts if p not in wrong), next(iter(wrong.values()), "")


def changes_person(text: str) -> bool:
    """Whether somebody else is to come: 能换个人去不."""
    return bool(_OTHER_PERSON.search(text))


@dataclass(frozen=True)
class Details:
    """Who comes and what about, as far as one message says it."""

    company: str = ""
    topic: str = ""
    contact: str = ""
    telephone: str = ""


def read_details(text: str) -> Details:
    """Enterprise, topic, contact and telephone of a message; each may be empty."""
    if (number := read_number_alone(text)) and number.telephone:
        return Details(telephone=number.telephone)
    telephones = telephones_in(text)
    rest = without_telephones(text)
    named = _CONTACT.search(rest)
    rest = _CONTACT.sub(" ", rest)
    contact = (named["name"] or named["surname"]) if named else ""
    if (who := _OF_COMPANY_CALLED.search(rest)) and surely_person(who["name"]):
        contact, rest = contact or who["name"], rest[: who.start()] + rest[who.end() :]
    if (named or telephones) and _ABOUT_NUMBER.fullmatch(rest):
        rest = ""
    company, topic = split_words(rest)
    if not company:
        first, other = (part.strip(_MARKS) for part in re.split(r"[,，]", topic + "，", maxsplit=1))
        if other and len(first) >= 4 and begins_with_place(first):
            company, topic = first, other  # 重庆港桥木业，甲醛检测
    return Details(
        _BEFORE_NAME.sub("", company),
        topic,
        contact,
        telephones[-1] if telephones else "",
    )


def read_correction(text: str) -> tuple[str, str] | None:
    """("company" or "topic", the new value or "") of words that put what was proposed right.

    None for others, also for those about the time.
    """
    if not _CORRECTS.search(text) or _OF_TIME.search(text):
        return None
    if _ALL_RIGHT.search(text) or _NOT_OF_COMPANY.search(text):
        return None
    company = read_details(text).company
    if company:
        return "company", company
    found = _NEW_VALUE.search(text)
    value = found[1].strip(_MARKS) if found else ""
    if _OF_TOPIC.search(text):
        return "topic", value
    return ("company", value) if _OF_COMPANY.search(text) else None


def tells_topic(text: str) -> bool:
    """Whether the words say what is to be talked about, as in 想咨询3C认证."""
    return bool(_ABOUT.search(text.strip(_MARKS)))


def asks_back(text: str, *, topic_known: bool = False) -> bool:
    """Whether the words ask about the visit itself: its place, cost, or what to bring.

    A question that names a subject may be the topic; `topic_known`: only the enterprise is wanted,
    so that any question is one.
    """
    if _COMPANY.search(text):
        return False
    if _ASKS.search(text) or topic_known and _ASKS_AT_ALL.search(text):
        return True
    return asks(text) and not find_categories(plain(text), category_words())


def _first(answers: list[Mapping[str, Any]], name: str) -> str:
    for each in answers:
        if value := each.get(name):
            return "、".join(map(str, value)) if isinstance(value, list) else str(value)
    return ""


def _last_booking(db: Connection, user_id: int) -> dict[str, str]:
    names = ("company", "contact", "telephone")
    query = (
        sa.select(*(bookings.c[name] for name in names))
        .where(bookings.c.user_id == user_id, bookings.c.company != "")
        .order_by(bookings.c.id.desc())
    )
    row = db.execute(query.limit(1)).first()
    return dict(row._mapping) if row else dict.fromkeys(names, "")
