"""What was read in a message about booking is done: looked for, listed, cancelled, moved."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.model.booking_talk.reading import BookingWish, read_booking_message
from bot.model.calendar import local_time
from bot.model.wording import asks
from bot.services.booking.choices import ChosenBookings
from bot.services.booking.state import SURE
from bot.services.booking.turn import Ranking
from bot.services.form.says import FormTurn, Said
from bot.services.resources.experts import list_experts
from knowledge import load_knowledge

ACTIONS = {
    "book_expert": "book",
    "my_bookings": "list",
    "cancel_booking": "cancel",
    "reschedule_booking": "reschedule",
}
"""Intents of a message that is about booking, whatever its words are."""
ASIDE = ("ask_contact", "ask_process", "handoff_human", "privacy_question", "bot_challenge")
"""Questions in between that are answered besides those on the services."""
LATER = ("start_demand_form", "check_demand_status", "show_summary", "correct_field")
"""Wishes that have to wait until this booking is made or given up."""
LIKELY = 0.5
"""From this probability on a question is taken to be on a service."""
_THINKS = re.compile("等我|等一|等哈|稍等|先不|我先|我再|我问|问下我|问问我")
"""Of who asks nobody here: 等我问下老板."""


class ActingBookings(ChosenBookings):
    """From what was read to what is done."""

    def _read(self, text: str, ranking: Ranking) -> BookingWish:
        names = [expert.name for expert in list_experts(self.db, active_only=True)]
        now = local_time(self.now)
        return read_booking_message(text, now, [*ranking], experts=names)

    def _act(self, wish: BookingWish, text: str) -> FormTurn:
        if wish.action == "list":
            return self._list()
        if wish.action == "cancel":
            return self._cancel(wish)
        if wish.action == "reschedule":
            return self._reschedule(wish)
        look = self._individual if wish.action == "individual" else self._look
        return look(wish, text)

    def _act_instead(self, wish: BookingWish, text: str) -> FormTurn:
        """Another time for the same subject, or something else about bookings."""
        if wish.action == "reschedule" and not wish.number and self.state.asking != SURE:
            wish = replace(wish, action="book")  # what is not yet booked is chosen anew
        return self._act(wish, text)

    def _aside(self, text: str, ranking: Ranking, again: FormTurn) -> FormTurn:
        """A question in between: answered, and what waits is said once more."""
        first, chance = ranking[0] if ranking else ("", 0.0)
        service = first in load_knowledge().categories and chance >= LIKELY
        question = first if service or first in ASIDE else ""
        if not self.state.asking:
            return FormTurn(again.said, question)  # nothing waits any more
        if first in LATER:
            return FormTurn([Said("utter_booking_first"), *again.said], question)
        lost = asks(text) and not question and not _THINKS.search(text)
        unknown = [Said("utter_booking_unanswered")] if lost else []
        return FormTurn([*unknown, Said("utter_booking_waits"), *again.said], question)


def names_slot(wish: BookingWish) -> bool:
    """Whether the words name a booking, a time or a place."""
    return bool(wish.number or wish.first or wish.time or wish.park)
