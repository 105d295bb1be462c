"""编号多少, 几楼, 带什么, 几点去: answered from what the user has booked or submitted."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.engine import Connection

from actions.choices import BOOK, FORM, MY_BOOKINGS
from actions.database import sender, writing
from bot.model.booking import CONFIRMED
from bot.services.booking import facts
from bot.services.booking.bookings import my_bookings
from bot.services.booking.chat import ACTIONS
from bot.services.booking.individual import my_requests
from bot.services.booking.rows import Booking
from bot.services.booking.waiting_list import my_waiting
from bot.services.demand.demands import list_demands
from bot.storage.database import utc_now

OF_BOOKING = (*ACTIONS, "fill_booking", "booking_choice")
OF_DEMAND = ("check_demand_status", "demand_choice", "fill_demand", "fill_form", "form_choice")
BOOKED_ALONE = ("when", "who")
"""Questions that only a booking answers."""


def spoken_of(tracker: Tracker) -> str:
    """booking, demand or matter: what was spoken of last in this case; else empty."""
    for event in reversed(tracker.events or []):
        if event.get("event") == "slot" and event.get("name") == "answered":
            return "matter"
        if event.get("event") != "user":
            continue
        intent = ((event.get("parse_data") or {}).get("intent") or {}).get("name")
        if intent in OF_BOOKING or intent in OF_DEMAND:
            return "booking" if intent in OF_BOOKING else "demand"
    return ""


def answer_of_own(dispatcher: CollectingDispatcher, tracker: Tracker, kind: str) -> bool:
    """Say it where a booking or a demand is meant; whether that was so."""
    known = sender(tracker)
    if kind not in facts.KINDS or known is None:
        return False
    about = spoken_of(tracker)
    with writing() as db:
        now = utc_now()
        mine = my_bookings(db, known[0], now)
        booked = [b for b in mine if b.status == CONFIRMED]
        if kind == "number" and mine and not booked and about == "booking":
            dispatcher.utter_message(response="utter_booking_no_number_yet")
            return True
        if kind == "number":
            return _say_numbers(dispatcher, db, known[0], booked, about)
        if kind == "bring":
            mine = [b for b in mine if b.topic]  # what it is about is told before it is confirmed
        if mine and (about != "matter" or kind in BOOKED_ALONE):
            _say(dispatcher, booked or mine, kind)
            return True
        if kind not in BOOKED_ALONE or about == "matter":
            return False
        unsettled = my_requests(db, known[0]) or my_waiting(db, known[0])
    if unsettled:
        dispatcher.utter_message(response="utter_booking_unsettled", buttons=[MY_BOOKINGS, BOOK])
    else:
        dispatcher.utter_message(response="utter_no_bookings", buttons=[BOOK])
    return True


def _say(dispatcher: CollectingDispatcher, booked: list[Booking], kind: str) -> None:
    for said in facts.tell(booked, kind):
        dispatcher.utter_message(response=said.response, **said.values)


def _say_numbers(
    dispatcher: CollectingDispatcher,
    db: Connection,
    user_id: int,
    booked: list[Booking],
    about: str,
) -> bool:
    """Of the booking or the demands, whichever was spoken of; else of both."""
    demands = list_demands(db, user_id)
    if booked and (about != "demand" or not demands):
        _say(dispatcher, booked, "number")
    if demands and (about != "booking" or not booked):
        numbers = "、".join(demand.number for demand in demands)
        dispatcher.utter_message(response="utter_demand_numbers", numbers=numbers)
    if not booked and not demands:
        dispatcher.utter_message(response="utter_no_numbers", buttons=[FORM, BOOK])
    return True
