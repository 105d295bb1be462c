"""Choosing a time slot in chat: held, proposed with who comes and why, then booked or moved."""

from __future__ import annotations

from dataclasses import replace

from bot.model.booking import CONFIRMED, OFFERED, TENTATIVE
from bot.model.calendar import local_time
from bot.model.errors import BookingRuleError, SlotTakenError
from bot.services.booking import says
from bot.services.booking.bookings import (
    cancel_booking,
    confirm_booking,
    hold_slot,
    reschedule_booking,
)
from bot.services.booking.company import known_words
from bot.services.booking.individual_talk import IndividualBookings
from bot.services.booking.rows import Booking
from bot.services.booking.seats import get_time_slot
from bot.services.booking.state import CONFIRM, WORDS, BookingState, SlotWish
from bot.services.form.draft_rows import find_draft
from bot.services.form.says import FormTurn, Said
from bot.services.page_links import calendar_address
from knowledge.rota import load_rota


class HeldBookings(IndividualBookings):
    """What is held until it is confirmed."""

    def _edit(self, what: str = "") -> FormTurn:
        """Another enterprise or topic; both, unless `what` names one."""
        booking = self._own(self.state.booking)
        if booking is None and not self.state.individual:
            return self._expired()
        cleared = dict.fromkeys([what] if what else ["company", "topic"], "")
        self._keep(self._patient(booking), asking=WORDS, **cleared)
        if what:
            return self._propose(booking) if booking else self._propose_request()
        return FormTurn([Said("utter_booking_ask_words", {}, [says.TAP_STOP])])

    def _hold(self, time_slot_id: int) -> FormTurn:
        moving = self._own(self.state.moving)
        wish = self.state.wish
        try:
            slot = get_time_slot(self.db, time_slot_id)
            category = wish.category if wish.category in slot.categories else ""
            booking = hold_slot(
                self.db, self.user_id, slot.id, self.now, category=category, moving=moving
            )
        except SlotTakenError as error:
            return self._offered(self._instead("utter_booking_taken", error.alternatives, {}))
        except BookingRuleError as error:
            return FormTurn([says.refused(error.code, **error.data)])
        return self._take(booking)

    def _take(self, booking: Booking) -> FormTurn:
        """A seat is the user's for some minutes: what is not known is asked, then all proposed."""
        moving = None if booking.status == OFFERED else self.state.moving
        self.state = replace(self.state, moving=moving, individual=False)
        if not self._consented():
            return self._ask_consent(booking)
        self._take_told()
        category = booking.category or booking.categories[0]
        known = known_words(self.db, self.user_id, category, self.form)
        self._take_words({name: getattr(booking, name) or v for name, v in known.items()})
        return self._propose(booking)

    def _propose(self, booking: Booking) -> FormTurn:
        moving = self._own(self.state.moving)
        held, until = booking.hold_until, self._patient(booking)
        values = {
            **says.booking_values(booking),
            **self._who(),
            "until": f"{local_time(held):%H:%M}" if held else "",
        }
        if moving is not None:
            self._keep(until, asking=CONFIRM, booking=booking.id)
            old = says.time_text(moving.starts_at, moving.ends_at)
            values = {**values, "old": old, "number": moving.number or ""}
            sure = says.confirm(booking, moving=True)
            return FormTurn([Said("utter_booking_move_check", values, [sure, says.OTHER])])
        if not (self.state.company and self.state.topic):
            self._keep(until, asking=WORDS, booking=booking.id)
            return FormTurn([self._ask_words(values)])
        self._keep(until, asking=CONFIRM, booking=booking.id)
        sure = says.confirm(booking, moving=False)
        choices = [sure, says.OTHER, says.EDIT, says.STOP]
        return FormTurn([Said("utter_booking_check", values, choices)])

    def _confirm(self, booking_id: int | None) -> FormTurn:
        """Make what is held a booking, or the new time of one; a second tap changes nothing."""
        state = self.state
        booking = self._own(booking_id)
        if booking is None:
            done = self._own(state.done) if booking_id == state.used else None
            return self._done("utter_booking_moved", done) if done else self._expired()
        if booking.status == CONFIRMED:
            return self._done("utter_booking_confirmed", booking)
        # An older proposal is not what is being moved now.
        moving = self._own(state.moving) if state.booking == booking.id else None
        if moving is None and not (state.company and state.topic):
            return self._take(booking)
        try:
            if moving is not None:
                done = reschedule_booking(self.db, moving, booking.time_slot_id, self.now)
            else:
                done = self._book(booking)
        except SlotTakenError as error:
            return self._offered(self._instead("utter_booking_taken", error.alternatives, {}))
        except BookingRuleError as error:
            return self._not_confirmed(error)
        self.state = BookingState(done=done.id, used=booking.id)
        self._keep()
        return self._done(f"utter_booking_{'moved' if moving else 'confirmed'}", done)

    def _book(self, booking: Booking) -> Booking:
        state = self.state
        return confirm_booking(
            self.db,
            booking,
            state.topic,
            state.company,
            self.now,
            contact=state.contact,
            telephone=state.telephone,
        )

    def _done(self, response: str, booking: Booking) -> FormTurn:
        link = calendar_address(self.settings, booking.id, self.now)
        hours = f"{load_rota().rules.cancel_minutes / 60:g}"
        values = {**says.booking_values(booking), "link": link, "hours": hours}
        draft = find_draft(self.db, self.user_id)
        form = [says.FORM] if draft is not None and draft.status == "filling" else []
        return FormTurn([Said(response, values, [says.MINE, *form])])

    def _not_confirmed(self, error: BookingRuleError) -> FormTurn:
        """What was written is asked again; with any other reason the seat goes back."""
        if error.code == "too_long":
            asked = self._edit().said
            return FormTurn([replace(says.refused(error.code), choices=[]), *asked])
        held = self._own(self.state.booking)
        if held is not None and held.status in TENTATIVE:
            cancel_booking(self.db, held, self.now)
        self._keep(booking=None)
        return FormTurn([says.refused(error.code, **error.data)])

    def _other(self) -> FormTurn:
        """Another time instead: what is held stays until another is chosen or it runs out."""
        self._keep()
        return FormTurn(self._slots())

    def _stop(self) -> FormTurn:
        """Give up booking; the seat goes back."""
        held = self._own(self.state.booking)
        given_back = held is not None and held.status in TENTATIVE
        if held is not None and given_back:
            cancel_booking(self.db, held, self.now)
        self._clear()
        said = "utter_booking_dropped" if given_back else "utter_booking_stopped"
        return FormTurn([Said(said, {}, [says.BOOK])])

    def _clear(self) -> None:
        self.state = BookingState(wish=SlotWish())
        self._keep()

    def _expired(self) -> FormTurn:
        self._keep(booking=None)
        reason = says.refused("hold_expired")
        return FormTurn([replace(reason, choices=[says.ANEW])])
