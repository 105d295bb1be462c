"""Booking an expert by what is tapped: seats chosen, confirmed, moved, given back."""

from __future__ import annotations

from collections.abc import Callable

from bot.model.booking import CONFIRMED
from bot.services.booking import says
from bot.services.booking.offers import OfferedBookings
from bot.services.booking.rows import Booking
from bot.services.booking.state import CONSENT, SURE, WORDS
from bot.services.booking.turn import SHOWN
from bot.services.consents import record_consent
from bot.services.form.says import FormTurn, Said


class ChosenBookings(OfferedBookings):
    """What follows a choice, and what is asked once more."""

    def _choose(self, choice: str) -> FormTurn:
        name, _, value = choice.partition(":")
        number = int(value) if value.isascii() and value.isdigit() else 0
        simple: dict[str, Callable[[], FormTurn]] = {
            "more": self._more,
            "again": self._look_again,
            "soonest": self._soonest,
            "wait": self._wait,
            "wait_for": self._wait_for,
            "other": self._other,
            "edit": self._edit,
            "stop": self._stop,
            "keep": self._kept,
            "request": self._request,
            "agree": self._agree,
            "accept": self._accept_offer,
            "decline": self._decline_offer,
            "leave_waiting": self._leave_waiting,
            "not_text": lambda: FormTurn([Said("utter_booking_not_text"), *self._asked_again()]),
        }
        if name in simple and not value:
            return simple[name]()
        if name == "slot":
            return self._hold(number)
        if name == "category":
            return self._choose_category(value)
        if name == "organisation":
            return self._choose_organisation(value)
        if name in ("leave", "withdraw"):
            return self._leave(number) if name == "leave" else self._withdraw(number)
        if name == "confirm":
            return self._confirm(number)
        return self._of_booking(name, self._own(number))

    def _of_booking(self, name: str, booking: Booking | None) -> FormTurn:
        """What is done with a booking; one that is over, or not theirs, is not there."""
        if booking is None:
            return self._gone()
        if name == "accept":
            return self._accept(booking)
        if booking.status == CONFIRMED:
            of_confirmed = {
                "cancel": self._ask_cancel,
                "cancel_sure": self._cancel_sure,
                "move": self._move,
            }
            return of_confirmed[name](booking) if name in of_confirmed else self._list()
        if name == "take":
            return self._take(booking)
        return self._drop(booking) if name in ("drop", "cancel", "cancel_sure") else self._list()

    def _more(self) -> FormTurn:
        self._keep(offset=self.state.offset + SHOWN)
        return FormTurn(self._slots())

    def _look_again(self) -> FormTurn:
        if self.state.individual:
            return self._choose_category(self.state.wish.category)
        self._keep(offset=0)
        return FormTurn(self._slots())

    def _soonest(self) -> FormTurn:
        wish = self.state.wish.without_time()
        self._keep(wish=wish, offset=0)
        return FormTurn(self._slots())

    def _kept(self) -> FormTurn:
        self._forget_words()
        self._keep(booking=None)
        return FormTurn([Said("utter_booking_kept", {}, [says.MINE])])

    def _asked_again(self) -> list[Said]:
        return self._words_known().said if self.state.asking == WORDS else self._again()

    def _words_known(self) -> FormTurn:
        if self.state.individual:
            return self._propose_request()
        booking = self._own(self.state.booking)
        return self._propose(booking) if booking else self._expired()

    def _agree(self) -> FormTurn:
        record_consent(self.db, self.user_id, channel="wechat", now=self.now)
        if self.state.individual:
            return self._take_request()
        booking = self._own(self.state.booking)
        return self._take(booking) if booking else self._expired()

    def _yes(self) -> FormTurn:
        booking = self._own(self.state.booking)
        if self.state.asking == SURE:
            return self._cancel_sure(booking) if booking else self._list()
        if self.state.individual:
            return self._request()
        return self._confirm(self.state.booking)

    def _again(self) -> list[Said]:
        """What is being asked, once more."""
        booking = self._own(self.state.booking)
        if self.state.asking == CONSENT and (booking or self.state.individual):
            return self._ask_consent(booking, again=True).said
        if self.state.individual:
            return self._propose_request().said
        if booking is None:
            return self._expired().said
        if self.state.asking == SURE:
            return self._ask_cancel(booking).said
        return self._propose(booking).said
