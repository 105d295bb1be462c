"""What is asked of one's own booking: its number, its place, when, with whom, what to bring."""

from __future__ import annotations

from collections.abc import Sequence

from bot.services.booking import says
from bot.services.booking.rows import Booking
from bot.services.form.says import Said

KINDS = ("number", "place", "when", "who", "bring")
"""As `nlu.follow_up` names them."""


def tell(bookings: Sequence[Booking], kind: str) -> list[Said]:
    """One of KINDS, of each confirmed booking; what the plan does not give is not made up."""
    return [Said(f"utter_booking_its_{kind}", says.booking_values(each)) for each in bookings]
