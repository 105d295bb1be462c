"""Words while time slots are offered: another day, place or subject, others, the waiting list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from bot.model.booking import CONFIRMED, FreeSlot
from bot.model.booking_talk.narrowing import returns_to_held, unwanted_park
from bot.model.booking_talk.reading import BookingWish
from bot.services.booking import says
from bot.services.booking.acting import ActingBookings, names_slot
from bot.services.booking.lacking import find_slots, nearest_to
from bot.services.booking.rows import Booking
from bot.services.booking.search import problem_of
from bot.services.booking.state import SlotWish
from bot.services.booking.turn import SHOWN, Ranking
from bot.services.booking.waiting_list import my_waiting
from bot.services.form.says import FormTurn, Said
from bot.texts import BOOKING_ANY
from nlu.offer_words import NARROWING, read_offer_words

FURTHEST = 300
"""So many free time slots are looked through for another expert or station."""


class NarrowedBookings(ActingBookings):
    """What was wished for is kept; a message replaces what it names."""

    def _hear_offer(self, text: str, ranking: Ranking) -> FormTurn | None:
        """What the words do with the time slots that are offered; None for any other words."""
        said = read_offer_words(text)
        simple: dict[str, Callable[[], FormTurn]] = {
            "waiting": self._show_waiting,
            "wait": self._wait_in_words,
            "stop": self._stop_looking,
            "more": self._more,
            "other_time": self._other if self._own(self.state.booking) else self._more,
            "other_expert": lambda: self._another("expert"),
            "other_place": lambda: self._another("station"),
            "again": self._look_again,
            "agrees": self._take_only,
            "soonest": self._soonest,
        }
        if said in simple:
            return simple[said]()
        if said not in NARROWING:
            return None
        wish = self._read(text, ranking)
        if unwanted_park(text) and not (names_slot(wish) or wish.period or self.state.wish.station):
            return self._another("station")
        return self._narrow(wish, text)

    def _narrow(self, wish: BookingWish, text: str) -> FormTurn:
        """Another search; who wants to wait for what is not free is put in line at once."""
        refused = bool(problem_of(wish, self.now)[0])
        waits = self.state.waits and not refused
        self.state = replace(self.state, waits=self.state.waits and refused)
        category = "" if wish.guessed else wish.category
        turn = self._look(replace(wish, action="book", category=category, guessed=False), text)
        if not waits or find_slots(self.db, self.state.wish, self.now, 1):
            return turn
        return self._wait()

    def _show_waiting(self) -> FormTurn:
        """查候补: among all that the user has, where they stand in line."""
        if my_waiting(self.db, self.user_id):
            return self._list()
        return FormTurn([Said("utter_booking_not_waiting", {}, [says.MINE])])

    def _stop_looking(self) -> FormTurn:
        """No time slot after all; what is booked, and was to be moved perhaps, stays as it is."""
        if not any(booking.status == CONFIRMED for booking in self._mine()):
            return self._stop()
        self._stop()
        return FormTurn([Said("utter_booking_kept", {}, [says.MINE])])

    def _wait_in_words(self) -> FormTurn:
        """排候补: for what was wished for; while that is free, what else they would wait for."""
        if not self.state.recent:
            self.state = replace(self.state, wish=SlotWish(), offset=0)
        free = find_slots(self.db, self.state.wish, self.now, 1)
        return self._wait_for() if free else self._wait()

    def _take_only(self) -> FormTurn:
        """好，就这个: what was offered, when it is one time slot; else which of them."""
        wish, offset = self.state.wish, self.state.offset
        found = find_slots(self.db, wish, self.now, SHOWN, offset)
        found = found or nearest_to(self.db, wish, self.now)
        if len(found) == 1:
            return self._hold(found[0].time_slot_id)
        return self._offered([Said("utter_booking_choose", {}, says.slot_choices(found))])

    def _hear_of_list(self, text: str, *, agrees: bool) -> FormTurn | None:
        """A yes to time slots that were listed, or the one that is held after all; else None."""
        if returns_to_held(text):
            held = self._own(self.state.booking)
            return self._take(held) if held else self._expired()
        return self._take_only() if agrees else None

    def _another(self, part: Literal["expert", "station"]) -> FormTurn:
        """Time slots with another expert, or at another station, than those that were shown."""
        wish, held = self.state.wish, self._own(self.state.booking)
        shown = [held] if held else find_slots(self.db, wish, self.now, 1, self.state.offset)
        rest = replace(wish, **{part: ""})
        found = find_slots(self.db, rest, self.now, FURTHEST)
        if not found:
            self._keep(wish=rest, offset=0)
            return FormTurn(self._slots())
        other = [n for n, slot in enumerate(found) if not shown or _differs(slot, shown[0], part)]
        if not other:
            values = {"wish": says.wish_text(self.db, rest) or BOOKING_ANY}
            return self._offered(
                [Said(f"utter_booking_no_other_{part}", values, [says.AGAIN, says.WAIT_FOR])]
            )
        self._keep(wish=rest, offset=other[0])
        return FormTurn(self._slots())


def _differs(slot: FreeSlot, shown: FreeSlot | Booking, part: str) -> bool:
    if part == "station":
        return slot.station != shown.station
    return not set(slot.experts) & set(shown.experts)
