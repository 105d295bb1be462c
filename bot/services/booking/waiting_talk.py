"""The waiting list in chat: joined for what was wished for, shown with one's place in it, left."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.model.calendar import local_date
from bot.model.errors import BookingRuleError
from bot.services.booking import says
from bot.services.booking.bookings import join_waiting_list
from bot.services.booking.turn import BookingTurn
from bot.services.booking.waiting_list import leave_waiting_list, my_waiting, place_in_line
from bot.services.booking.waiting_rows import WaitingEntry
from bot.services.form.says import FormTurn, Said
from bot.texts import BOOKING_ANY
from knowledge.rota import load_rota


class WaitingPeople(BookingTurn):
    """Where the user stands in line."""

    def _wait(self) -> FormTurn:
        """Join the waiting list for the wish."""
        wish, today = self.state.wish, local_date(self.now)
        first, last = wish.days
        latest = today + timedelta(days=load_rota().rules.horizon_days)
        try:
            entry = join_waiting_list(
                self.db,
                self.user_id,
                now=self.now,
                first=first or today,
                last=last or latest,
                station=wish.station,
                category=wish.category,
                expert=wish.expert,
                period=wish.period,
            )
        except BookingRuleError as error:
            if error.code == "unknown_expert":  # retired since they were asked for
                self._keep(wish=replace(wish, expert=""), offset=0)
            return FormTurn([says.refused(error.code, **error.data)])
        if entry.status != "waiting":
            return FormTurn([Said("utter_booking_offered", {}, [says.MINE])])
        place = str(place_in_line(self.db, entry))
        values = {"wish": says.wish_text(self.db, wish) or BOOKING_ANY, "place": place}
        return FormTurn([Said("utter_booking_waiting", values, [says.MINE])])

    def _wait_for(self) -> FormTurn:
        """What else is to be waited for, while the wish is free."""
        values = {"wish": says.wish_text(self.db, self.state.wish) or BOOKING_ANY}
        self.state = replace(self.state, waits=True)
        return self._offered([Said("utter_booking_wait_for", values, [says.AGAIN])])

    def _leave(self, entry_id: int) -> FormTurn:
        by = {"channel": "wechat", "actor": "user"}
        leave_waiting_list(self.db, entry_id, self.user_id, self.now, **by)
        return FormTurn([Said("utter_booking_left", {}, [says.BOOK])])

    def _waiting_line(self, entry: WaitingEntry) -> str:
        return says.waiting_line(self.db, entry, place_in_line(self.db, entry))

    def _leave_waiting(self) -> FormTurn:
        """退出候补 in words."""
        waiting = my_waiting(self.db, self.user_id)
        if not waiting:
            return FormTurn([Said("utter_booking_not_waiting", {}, [says.BOOK])])
        if len(waiting) == 1:
            return self._leave(waiting[0].id)
        choices = [says.leave(entry, self._waiting_line(entry)) for entry in waiting]
        return FormTurn([Said("utter_booking_which", {}, choices)])
