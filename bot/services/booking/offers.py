"""Answering what the waiting list or a cancelled session offers: a seat, taken or declined."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.model.booking import OFFERED
from bot.services.booking import says
from bot.services.booking.hold import HeldBookings
from bot.services.booking.rows import Booking
from bot.services.form.says import FormTurn, Said


class OfferedBookings(HeldBookings):
    """Seats that were offered and may still be taken."""

    def _answers_offer(self, reply: str) -> bool:
        """Whether `reply` (see offer_reply) answers something that was sent."""
        return reply == "leave_waiting" or bool(self._offers())

    def _accept_offer(self) -> FormTurn:
        """接受 in words."""
        return self._answer("accept", self._accept)

    def _decline_offer(self) -> FormTurn:
        """让给下一位 in words."""
        return self._answer("drop", self._drop)

    def _accept(self, booking: Booking) -> FormTurn:
        """Take an offered seat: at once, when who comes and what about stands in the offer."""
        if not (booking.company and booking.topic and self._consented()):
            return self._take(booking)
        words = {n: getattr(booking, n) for n in ("company", "topic", "contact", "telephone")}
        self.state = replace(self.state, moving=None, individual=False, **words)
        return self._confirm(booking.id)

    def _gone(self) -> FormTurn:
        return FormTurn([Said("utter_booking_gone", {}, [says.MINE, says.BOOK])])

    def _offers(self) -> list[Booking]:
        return [booking for booking in self._mine() if booking.status == OFFERED]

    def _answer(self, choice: str, answer: Callable[[Booking], FormTurn]) -> FormTurn:
        """The one that is offered; which one, when there are several."""
        offers = self._offers()
        if len(offers) > 1:
            return self._which(offers, choice)
        return answer(offers[0]) if offers else self._gone()
