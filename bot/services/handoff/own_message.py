"""A complaint or a message that was left: how it stands, adding to it, taking it back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.engine import Connection

from bot import handoff_texts as texts
from bot.model.calendar import centre_calendar, local_date
from bot.model.handoff import ASSISTANT
from bot.services.demand.inquiries import COMPLAINT, inquiries_of
from bot.services.demand.rows import list_demands
from bot.services.handoff.ownership import lock_conversation, read_owner
from bot.services.handoff.requests import cancel_handoff
from bot.services.handoff.rows import keep_words, open_handoff
from bot.services.handoff.says import last_settled, opening
from bot.services.record import Origin
from nlu.plainly import takes_back


def hear_of_message(db: Connection, user_id: int, text: str, origin: Origin) -> str | None:
    """What is said to who asks after their complaint or message, or takes it back (`text`).

    None when there is none. A complaint about a demand is the centre's: it is not taken back.
    """
    lock_conversation(db, user_id)
    case = open_handoff(db, user_id)
    if case is not None and read_owner(db, user_id).kind == ASSISTANT:
        day = _day(case.opened_at)
        if takes_back(text):
            cancel_handoff(db, case, origin, quietly=True)
            return texts.MESSAGE_TAKEN_BACK.format(day=day)
        if centre_calendar().is_open(origin.now):
            return texts.MESSAGE_STANDS_OPEN.format(day=day)
        return texts.MESSAGE_STANDS.format(day=day, opening=opening(origin.now))
    if complaint := _complaint(db, user_id):
        return complaint
    settled = last_settled(db, user_id, origin.now)
    if settled and takes_back(text):
        return f"{texts.MESSAGE_SETTLED}\n{settled}"
    return settled or None


def add_to_message(db: Connection, user_id: int, message_id: int, origin: Origin) -> str | None:
    """还要补一句，最好上午打: the message is kept with the one that was left; None without one."""
    lock_conversation(db, user_id)
    case = open_handoff(db, user_id)
    if case is None or read_owner(db, user_id).kind != ASSISTANT:
        return None
    keep_words(db, case, message_id, origin.now)
    return texts.MESSAGE_ADDED.format(day=_day(case.opened_at))


def _complaint(db: Connection, user_id: int) -> str:
    """How the newest complaint about a demand stands; empty without one."""
    for demand in list_demands(db, user_id):
        for each in reversed(inquiries_of(db, demand.id)):
            if each.kind != COMPLAINT:
                continue
            text = texts.COMPLAINT_ANSWERED if each.answer else texts.COMPLAINT_STANDS
            return text.format(day=_day(each.at), number=demand.number, answer=each.answer)
    return ""


def _day(moment: datetime) -> str:
    return f"{local_date(moment):%-m月%-d日}"
