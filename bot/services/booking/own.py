"""The user's own bookings in chat: listed, cancelled after asking once more, chosen to be moved."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot import texts
from bot.model.booking import CONFIRMED, TENTATIVE
from bot.model.booking_talk.reading import BookingWish
from bot.model.calendar import local_date, local_time
from bot.model.errors import BookingRuleError
from bot.services.booking import says
from bot.services.booking.bookings import cancel_booking, find_booking
from bot.services.booking.individual import WITHDRAWN, my_requests, withdraw_individual
from bot.services.booking.moves import check_change
from bot.services.booking.rows import Booking
from bot.services.booking.search import moved_wish, problem_of, slot_wish, station_id
from bot.services.booking.state import SURE
from bot.services.booking.turn import PATIENCE
from bot.services.booking.waiting_list import my_waiting
from bot.services.booking.waiting_talk import WaitingPeople
from bot.services.form.says import FormTurn, Said
from bot.services.page_links import calendar_address
from bot.services.record import Origin


class OwnBookings(WaitingPeople):
    """What the user has."""

    def _list(self) -> FormTurn:
        """Bookings, individual requests and places in line, with what may be done."""
        lines, choices = [], []
        for booking in self._mine():
            lines.append(self._line(booking))
            choices += says.own_choices(booking)
        for request in my_requests(self.db, self.user_id):
            over = request.starts_at is not None and request.starts_at <= self.now
            if request.status == WITHDRAWN or over:
                continue
            status = texts.REQUEST_STATUS[request.status]
            if request.starts_at:
                status += f"　{says.time_text(request.starts_at)}　{request.place}"
            values = {"number": request.number, "organisation": request.organisation}
            lines.append(texts.REQUEST_LINE.format(**values, status=status))
            if request.status != "declined":
                choices.append(says.withdraw(request))
        for entry in my_waiting(self.db, self.user_id):
            lines.append(self._waiting_line(entry))
            choices.append(says.leave(entry))
        if not lines:
            return FormTurn([Said("utter_no_bookings", {}, [says.BOOK])])
        values = {"lines": "\n".join(lines), "page": self._page()}
        return FormTurn([Said("utter_my_bookings", values, choices)])

    def _line(self, booking: Booking) -> str:
        line = says.booking_line(booking)
        if booking.status == CONFIRMED:
            link = calendar_address(self.settings, booking.id, self.now)
            return f'{line}　<a href="{link}">加到日历</a>'
        until = f"{local_time(booking.hold_until):%H:%M}" if booking.hold_until else ""
        return texts.BOOKING_TO_CONFIRM.format(line=line, until=until)

    # -- which one ---------------------------------------------------------------------------

    def _meant(self, wish: BookingWish, *, moving: bool) -> list[Booking]:
        """The confirmed bookings that the words may mean; all when they fit none."""
        mine = [b for b in self._mine() if b.status == CONFIRMED]
        if wish.number:
            found = find_booking(self.db, wish.number, self.user_id)
            return [b for b in mine if found and b.id == found.id]
        day = wish.from_first if moving else wish.first
        last = day if moving else wish.last or wish.first
        fits = [b for b in mine if day is None or day <= local_date(b.starts_at) <= (last or day)]
        if not moving:
            station = station_id(wish.park)[0]
            fits = [b for b in fits if station in ("", b.station)]
            fits = [b for b in fits if not wish.category or wish.category in b.categories]
            fits = [b for b in fits if wish.period in ("", _period(b))]
            clock = [b for b in fits if f"{local_time(b.starts_at):%H:%M}" == wish.time]
            fits = clock if wish.time else fits
        return fits or mine

    def _none(self, wish: BookingWish) -> FormTurn:
        """The same whether a number is foreign or does not exist."""
        if wish.number:
            return FormTurn([Said("utter_booking_unknown", {}, [says.MINE])])
        return FormTurn([Said("utter_no_bookings", {}, [says.BOOK])])

    def _which(self, bookings: list[Booking], choice: str) -> FormTurn:
        choices = [says.pick(says.booking_line(b), f"{choice}:{b.id}") for b in bookings]
        return FormTurn([Said("utter_booking_which", {}, choices)])

    # -- cancelling --------------------------------------------------------------------------

    def _cancel(self, wish: BookingWish) -> FormTurn:
        request = [r for r in my_requests(self.db, self.user_id) if r.number == wish.number]
        if request and wish.number:
            return self._withdraw(request[0].id)
        found = self._meant(wish, moving=False)
        tentative = [b for b in self._mine() if b.status in TENTATIVE]
        if not found and tentative and not wish.number:
            return self._drop(tentative[0])
        if not found:
            return self._none(wish)
        return self._ask_cancel(found[0]) if len(found) == 1 else self._which(found, "cancel")

    def _ask_cancel(self, booking: Booking) -> FormTurn:
        """Asked once more, unless it is too late."""
        try:
            check_change(booking, self.now, cut_off=True)
        except BookingRuleError as error:
            return FormTurn([_told(error)])
        self._keep(self.now + PATIENCE, asking=SURE, booking=booking.id)
        choices = says.cancel_choices(booking)
        return FormTurn([Said("utter_booking_sure", says.booking_values(booking), choices)])

    def _cancel_sure(self, booking: Booking) -> FormTurn:
        try:
            cancel_booking(self.db, booking, self.now)
        except BookingRuleError as error:
            return FormTurn([_told(error)])
        self._forget_words()
        self._keep(booking=None)
        values = says.booking_values(booking)
        return FormTurn([Said("utter_booking_cancelled", values, [says.BOOK])])

    def _drop(self, booking: Booking) -> FormTurn:
        """Give up what is held or offered."""
        cancel_booking(self.db, booking, self.now)
        self._forget_words()
        self._keep(booking=None, moving=None)
        return FormTurn([Said("utter_booking_dropped", {}, [says.BOOK])])

    def _withdraw(self, request_id: int) -> FormTurn:
        mine = [r for r in my_requests(self.db, self.user_id) if r.id == request_id]
        if not mine:
            return FormTurn([Said("utter_booking_unknown", {}, [says.MINE])])
        try:
            withdraw_individual(self.db, mine[0], Origin("wechat", "user", self.now))
        except BookingRuleError as error:
            return FormTurn([_told(error)])
        values = {"number": mine[0].number}
        return FormTurn([Said("utter_booking_withdrawn", values, [says.BOOK])])

    # -- moving ------------------------------------------------------------------------------

    def _reschedule(self, wish: BookingWish) -> FormTurn:
        found = self._meant(wish, moving=True)
        if not found:
            return self._none(wish)
        self._keep(wish=slot_wish(wish, _visited(wish.park), ""), individual=False)
        return self._move(found[0], wish) if len(found) == 1 else self._which(found, "move")

    def _move(self, booking: Booking, wish: BookingWish | None = None) -> FormTurn:
        """Free slots to which the booking may be moved; it is kept until one is confirmed."""
        try:
            check_change(booking, self.now, cut_off=True)
        except BookingRuleError as error:
            return FormTurn([_told(error)])
        code, data = problem_of(wish, self.now) if wish else ("", {})
        found = moved_wish(wish or BookingWish("reschedule"), booking, self.state.wish)
        if code:
            rest = found.without_time()
            self._keep(wish=rest, offset=0, moving=booking.id)
            return FormTurn([self._refused_time(code, data)])
        self._keep(wish=found, offset=0, moving=booking.id, booking=None, individual=False)
        begin = Said("utter_booking_move", says.booking_values(booking))
        return FormTurn([begin, *self._slots()])


def _told(error: BookingRuleError) -> Said:
    data: dict[str, Any] = error.data
    return replace(says.refused(error.code, **data), choices=[says.MINE])


def _period(booking: Booking) -> str:
    return "morning" if local_time(booking.starts_at).hour < 12 else "afternoon"


def _visited(park: str) -> str:
    station, visited = station_id(park)
    return station if visited else ""
