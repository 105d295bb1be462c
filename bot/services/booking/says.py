"""What the assistant says while an expert is booked: names of responses with their values."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.engine import Connection

from bot import texts
from bot.model.booking import TENTATIVE, FreeSlot
from bot.model.calendar import local_time
from bot.model.times.clock import DAY_ENDS
from bot.services.booking.individual import IndividualRequest
from bot.services.booking.rota_rows import RotaSession
from bot.services.booking.rows import Booking
from bot.services.booking.state import SlotWish
from bot.services.booking.waiting_rows import WaitingEntry
from bot.services.form.says import Choice, Said
from bot.services.resources.experts import expert_field
from knowledge import load_knowledge

WEEKDAYS = "一二三四五六日"


def pick(title: str, choice: str) -> Choice:
    """A choice that is tapped or typed as its number."""
    told = json.dumps({"choice": choice}, ensure_ascii=False)
    return {"title": title, "payload": f"/booking_choice{told}"}


SOONEST = pick("看最近可以约的", "soonest")
AGAIN = pick("再看看时间", "again")
MORE = pick("换一批", "more")
WAIT = pick("排候补，有空位通知我", "wait")
WAIT_FOR = pick("排候补，有空位通知我", "wait_for")
"""For another time than what is still free."""
STOP = pick("不约了", "stop")
TAP_STOP: Choice = {**STOP, "numbered": False}
"""Beside a question that is answered in words."""
OTHER = pick("换一个", "other")
ANEW = pick("重新选时间", "other")
EDIT = pick("改企业或事项", "edit")
REQUEST = pick("提交", "request")
KEEP = pick("不取消", "keep")
AGREE = pick("同意，继续预约", "agree")
DISAGREE = pick("不同意", "stop")
MINE: Choice = {"title": "我的预约", "payload": "/my_bookings"}
FORM: Choice = {"title": "接着填需求表", "payload": "/start_demand_form"}
BOOK: Choice = {"title": "约专家", "payload": "/book_expert"}


def day_text(day: date) -> str:
    """3月11日（周三）."""
    return f"{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"


def time_text(starts_at: datetime, ends_at: datetime | None = None) -> str:
    """3月11日（周三）14:00—14:30, by China's clock."""
    begins = local_time(starts_at)
    until = f"—{local_time(ends_at):%H:%M}" if ends_at else ""
    return f"{day_text(begins.date())}{begins:%H:%M}{until}"


def still(held: Booking) -> Choice:
    """The seat that is held after all, among others that are offered."""
    return pick(f"还是约{time_text(held.starts_at)}", f"take:{held.id}")


def station_name(station_id: str) -> str:
    """Full name of a station."""
    return next((s.name for s in load_knowledge().stations if s.id == station_id), station_id)


def short_name(station_id: str) -> str:
    """What people call the station's park."""
    found = [s for s in load_knowledge().stations if s.id == station_id]
    return found[0].aliases[0] if found and found[0].aliases else station_name(station_id)


def field_text(of: FreeSlot | Booking | RotaSession) -> str:
    """The fields of its experts; their names are not needed to choose."""
    return of.field or texts.BOOKING_EXPERT


def wish_text(db: Connection, wish: SlotWish) -> str:
    """What was understood, said back with date and weekday; empty when nothing was said."""
    first, last = wish.days
    days = ""
    if first:
        days = day_text(first)
        days += "起" if last is None else f"至{day_text(last)}" if last != first else ""
    elif last:
        days = f"{day_text(last)}以前"
    categories = load_knowledge().categories
    parts = [
        days + _clock_text(wish),
        short_name(wish.station) if wish.station else "",
        categories[wish.category].name if wish.category else "",
        (expert_field(db, wish.expert) or texts.BOOKING_EXPERT) if wish.expert else "",
    ]
    return "，".join(part for part in parts if part)


def _clock_text(wish: SlotWish) -> str:
    """上午, 14:00, 14:00—16:00, 14:00以后 or 16:00以前."""
    period = {"morning": "上午", "afternoon": "下午"}.get(wish.period, "")
    if wish.clock_to == DAY_ENDS:
        return f"{wish.clock}以后"
    if wish.clock_to:
        before = "、".join(filter(None, [period, f"{wish.clock_to}以前"]))
        return f"{wish.clock}—{wish.clock_to}" if wish.clock else before
    return wish.clock or period


def slot_choices(slots: Sequence[FreeSlot]) -> list[Choice]:
    """Free time slots to choose from; park and field only where they differ.

    Said with each of them they would not fit into one message.
    """
    same = bool(common_place(slots))
    return [
        pick(
            time_text(s.starts_at) + ("" if same else f" {short_name(s.station)} {field_text(s)}"),
            f"slot:{s.time_slot_id}",
        )
        for s in slots
    ]


def common_place(slots: Sequence[FreeSlot]) -> str:
    """Park and field in brackets when all slots share them, else nothing."""
    if len({(slot.station, slot.experts) for slot in slots}) != 1:
        return ""
    return f"（{short_name(slots[0].station)}，{field_text(slots[0])}）"


def booking_values(booking: Booking) -> dict[str, str]:
    """What is said of a booking."""
    return {
        "number": booking.number or "",
        "when": time_text(booking.starts_at, booking.ends_at),
        "place": station_name(booking.station),
        "field": field_text(booking),
        "company": booking.company,
        "topic": booking.topic,
    }


def booking_line(booking: Booking) -> str:
    """A booking on one line."""
    values = booking_values(booking)
    return texts.BOOKING_LINE.format(**{**values, "number": booking.number or texts.BOOKING_HELD})


def waiting_line(db: Connection, entry: WaitingEntry, place: int) -> str:
    """A place in line; `place`: 1 for the first."""
    days = (entry.first.isoformat(), entry.last.isoformat())
    wish = SlotWish(entry.category, entry.station, entry.expert, *days, entry.period)
    return texts.BOOKING_WAITING.format(wish=wish_text(db, wish), place=place)


def offer_choices(booking_id: int) -> list[Choice]:
    """What can be answered to an offer. Not by number: it comes in the middle of something."""
    answers = (("接受", "accept"), ("不要，让给下一位", "drop"))
    return [{**pick(title, f"{name}:{booking_id}"), "numbered": False} for title, name in answers]


def refused(code: str, **data: object) -> Said:
    """Why a rule forbids it, with the ways on."""
    return Said(
        "utter_booking_refused", {"reason": texts.booking_refusal(code, **data)}, [AGAIN, MINE]
    )


def confirm(booking: Booking, *, moving: bool) -> Choice:
    """What makes a held seat a booking, or the new time of one."""
    return pick("确认改期" if moving else "确认", f"confirm:{booking.id}")


def cancel_choices(booking: Booking) -> list[Choice]:
    """Whether it is cancelled for good."""
    return [pick("确定取消", f"cancel_sure:{booking.id}"), KEEP]


def own_choices(booking: Booking) -> list[Choice]:
    """What can be done with a booking of one's own."""
    when = time_text(booking.starts_at)
    if booking.status in TENTATIVE:
        titles = [("确认", "take"), ("不要", "drop")]
    else:
        titles = [("改期", "move"), ("取消", "cancel")]
    return [pick(f"{title} {when}", f"{choice}:{booking.id}") for title, choice in titles]


def withdraw(request: IndividualRequest) -> Choice:
    """What takes a request back."""
    return pick(f"撤回 {request.number}", f"withdraw:{request.id}")


def leave(entry: WaitingEntry, title: str = "退出候补") -> Choice:
    """What takes a person off the waiting list."""
    return pick(title, f"leave:{entry.id}")
