"""Consent before a booking in chat takes down who comes and what about."""

from __future__ import annotations

from bot.model.calendar import local_time
from bot.services.booking import says
from bot.services.booking.own import OwnBookings
from bot.services.booking.rows import Booking
from bot.services.booking.state import CONSENT
from bot.services.booking.turn import PATIENCE
from bot.services.consents import has_consent
from bot.services.form.says import FormTurn, Said, consent_lines


class ConsentingBookings(OwnBookings):
    """What is asked of somebody who has not agreed yet; the seat is held meanwhile."""

    def _consented(self) -> bool:
        return has_consent(self.db, self.user_id)

    def _ask_consent(self, booking: Booking | None, *, again: bool = False) -> FormTurn:
        """What is taken down, why and how long; in short when asked `again`.

        `booking`: the seat that is held, if any.
        """
        name = f"utter_booking_consent{'_again' if again else ''}"
        values = {} if again else {"lines": consent_lines()}
        if booking is None or booking.hold_until is None:
            self._keep(self.now + PATIENCE, asking=CONSENT, booking=None)
            return FormTurn([Said(name, values, [says.AGREE, says.DISAGREE])])
        self._keep(self._patient(booking), asking=CONSENT, booking=booking.id)
        until = f"{local_time(booking.hold_until):%H:%M}"
        values |= {"when": says.time_text(booking.starts_at, booking.ends_at), "until": until}
        return FormTurn([Said(f"{name}_held", values, [says.AGREE, says.DISAGREE])])
