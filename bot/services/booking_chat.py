"""Booking an expert in chat: one message in, what is held, booked, moved or cancelled and said out.

The seat is a booking in the database from the moment it is chosen. A message that is handled twice
gets what was said the first time: nothing is booked twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.model.booking import CONFIRMED, OFFERED, TENTATIVE
from bot.model.booking_reading import BookingWish, read_booking_message
from bot.model.booking_words import asks_for_visit
from bot.model.calendar import local_time
from bot.model.errors import BookingRuleError, SlotTakenError
from bot.model.wording import tidy
from bot.services import booking_says as says
from bot.services.booking_company import asks_back, known_words, split_words, tells_topic
from bot.services.booking_individual import IndividualBookings
from bot.services.booking_rows import Booking
from bot.services.booking_state import CONFIRM, SURE, WORDS, BookingState, SlotWish
from bot.services.booking_turn import PATIENCE, SHOWN, Ranking
from bot.services.bookings import (
    cancel_booking,
    confirm_booking,
    hold_slot,
    reschedule_booking,
)
from bot.services.form_says import FormTurn, Said
from bot.services.page_links import calendar_address
from bot.services.seats import get_time_slot
from knowledge import load_knowledge
from knowledge.rota import load_rota

ACTIONS = {
    "book_expert": "book",
    "my_bookings": "list",
    "cancel_booking": "cancel",
    "reschedule_booking": "reschedule",
}
"""Intents of a message that is about booking, whatever its words are."""
ASIDE = ("ask_contact", "ask_process", "handoff_human", "privacy_question", "bot_challenge")
"""Questions in between that are answered besides those on the services."""
_STOPS = ("不约", "算了", "退出", "不要了", "放弃", "先不")
_NO = ("换", "别的", "其他", "不是", "不行", "不对", "不可以", "不确定")
_KEEPS = ("不取消", "别取消", "莫取消", "不要取消", "不用取消", "保留", "留着", "留到")
_SURE = ("确认", "确定", "没问题", "就这个", "可以", "好的", "要得")


class BookingChat(IndividualBookings):
    """A person books, looks up, moves and cancels."""

    def hear(self, text: str, ranking: Ranking, intent: str = "") -> FormTurn:
        """Words were said, or none with an `intent` of ACTIONS (menu, next step).

        `ranking`: the intents, the likeliest first.
        """
        return self._once(lambda: self._hear(text, ranking, intent))

    def choose(self, choice: str) -> FormTurn:
        """A choice was tapped (see booking_says.pick)."""
        return self._once(lambda: self._choose(choice))

    # -- words -------------------------------------------------------------------------------

    def _read(self, text: str, ranking: Ranking) -> BookingWish:
        names = [expert.name for expert in load_rota().experts.values()]
        now = local_time(self.now)
        return read_booking_message(text, now, [*ranking], experts=names)

    def _hear(self, text: str, ranking: Ranking, intent: str) -> FormTurn:
        if self.state.asking == WORDS:
            return self._hear_words(text, ranking)
        if self.state.asking in (CONFIRM, SURE):
            return self._hear_answer(text, ranking)
        wish = self._read(text, ranking) if text else BookingWish("none")
        if wish.action == "none":
            first = intent if intent in ACTIONS else ranking[0][0] if ranking else ""
            action = ACTIONS.get(first, "book")
            visit = action == "book" and asks_for_visit(tidy(text))
            wish = replace(wish, action="individual" if visit else action)
        return self._act(wish)

    def _act(self, wish: BookingWish) -> FormTurn:
        if wish.action == "list":
            return self._list()
        if wish.action == "cancel":
            return self._cancel(wish)
        if wish.action == "reschedule":
            return self._reschedule(wish)
        return self._individual(wish) if wish.action == "individual" else self._look(wish)

    def _hear_words(self, text: str, ranking: Ranking) -> FormTurn:
        """The enterprise and the topic."""
        if len(text) < 8 and any(word in text for word in _STOPS):
            return self._stop()
        if len(text) < 6 and "换" in text:
            return self._other()
        if asks_back(text):
            return self._aside(ranking, self._words_known())
        if ranking and ranking[0][0] in ACTIONS and ranking[0][1] > 0.6:
            wish = self._read(text, ranking)
            if wish.action != "none" and not split_words(text)[0]:
                return self._act(wish)
        company, topic = split_words(text)
        state = self.state
        if not company and not state.company and state.topic:
            company, topic = topic, ""
        self.state = replace(
            state, company=company or state.company, topic=topic or state.topic, asking=""
        )
        return self._words_known()

    def _words_known(self) -> FormTurn:
        if self.state.individual:
            return self._propose_request()
        booking = self._own(self.state.booking)
        return self._propose(booking) if booking else self._expired()

    def _hear_answer(self, text: str, ranking: Ranking) -> FormTurn:
        """Whether to book, to cancel or to send what was proposed."""
        first = ranking[0][0] if ranking else ""
        if self.state.asking == SURE and any(word in text for word in _KEEPS):
            return self._kept()
        if self.state.asking == SURE and len(text) < 8 and "取消" in text:
            return self._yes()
        no = first == "deny" or any(word in text for word in (*_NO, *_STOPS))
        if (first == "affirm" or any(word in text for word in _SURE)) and not no:
            return self._yes()
        if self.state.asking == SURE and no:
            return self._kept()
        wish = self._read(text, ranking)
        if wish.action != "none" and (first in ACTIONS or wish.first or wish.problem):
            return self._act_instead(wish)
        if no:
            stop = any(word in text for word in _STOPS) or self.state.individual
            return self._stop() if stop else self._other()
        said = self.state.asking == CONFIRM and (split_words(text)[0] or tells_topic(text))
        if said and not asks_back(text):
            return self._hear_words(text, ())
        return self._aside(ranking, FormTurn(self._again()))

    def _aside(self, ranking: Ranking, again: FormTurn) -> FormTurn:
        """A question in between: answered, and what waits is said once more."""
        first = ranking[0][0] if ranking else ""
        question = first if first in load_knowledge().categories or first in ASIDE else ""
        return FormTurn([Said("utter_booking_waits"), *again.said], question)

    def _act_instead(self, wish: BookingWish) -> FormTurn:
        """Another time for the same subject, or something else about bookings."""
        if wish.action == "book" and not self.state.individual:
            wish = replace(wish, category=wish.category or self.state.wish.category)
        return self._act(wish)

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
        if self.state.individual:
            return self._propose_request().said
        if booking is None:
            return self._expired().said
        if self.state.asking == SURE:
            return self._ask_cancel(booking).said
        return self._propose(booking).said

    # -- choices -----------------------------------------------------------------------------

    def _choose(self, choice: str) -> FormTurn:
        name, _, value = choice.partition(":")
        number = int(value) if value.isascii() and value.isdigit() else 0
        simple: dict[str, Callable[[], FormTurn]] = {
            "more": self._more,
            "soonest": self._soonest,
            "wait": self._wait,
            "other": self._other,
            "edit": self._edit,
            "stop": self._stop,
            "keep": self._kept,
            "request": self._request,
            "not_text": lambda: FormTurn([Said("utter_booking_not_text"), *self._asked_again()]),
        }
        if name in simple:
            return simple[name]()
        if name == "slot":
            return self._hold(number)
        if name == "category":
            return self._choose_category(value)
        if name == "organisation":
            return self._choose_organisation(number)
        if name in ("leave", "withdraw"):
            return self._leave(number) if name == "leave" else self._withdraw(number)
        if name == "confirm":
            return self._confirm(number)
        return self._of_booking(name, self._own(number))

    def _of_booking(self, name: str, booking: Booking | None) -> FormTurn:
        """What is done with a booking; one that is over, or not theirs, is not there."""
        if booking is None:
            return FormTurn([Said("utter_booking_gone", {}, [says.MINE, says.BOOK])])
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

    def _soonest(self) -> FormTurn:
        wish = replace(self.state.wish, first="", last="", period="", clock="")
        self._keep(wish=wish, offset=0)
        return FormTurn(self._slots())

    def _kept(self) -> FormTurn:
        self._keep(booking=None)
        return FormTurn([Said("utter_booking_kept", {}, [says.MINE])])

    def _asked_again(self) -> list[Said]:
        return self._words_known().said if self.state.asking == WORDS else self._again()

    def _edit(self) -> FormTurn:
        """Another enterprise or topic."""
        booking = self._own(self.state.booking)
        if booking is None and not self.state.individual:
            return self._expired()
        until = booking.hold_until if booking else self.now + PATIENCE
        self._keep(until, asking=WORDS, company="", topic="")
        return FormTurn([Said("utter_booking_ask_words", {}, [_TAP_STOP])])

    # -- holding and confirming --------------------------------------------------------------

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
            return FormTurn(self._instead("utter_booking_taken", error.alternatives, {}))
        except BookingRuleError as error:
            return FormTurn([says.refused(error.code, **error.data)])
        return self._take(booking)

    def _take(self, booking: Booking) -> FormTurn:
        """A seat is the user's for some minutes: what is not known is asked, then all proposed."""
        category = booking.category or booking.categories[0]
        known = known_words(self.db, self.user_id, category, self.form)
        self._take_words({name: getattr(booking, name) or v for name, v in known.items()})
        moving = None if booking.status == OFFERED else self.state.moving
        self.state = replace(self.state, moving=moving, individual=False)
        return self._propose(booking)

    def _propose(self, booking: Booking) -> FormTurn:
        moving = self._own(self.state.moving)
        until = booking.hold_until
        values = {
            **says.booking_values(booking),
            "company": self.state.company,
            "topic": self.state.topic,
            "until": f"{local_time(until):%H:%M}" if until else "",
        }
        other = [says.pick("换一个", "other"), says.STOP]
        if moving is not None:
            self._keep(until, asking=CONFIRM, booking=booking.id)
            old = says.time_text(moving.starts_at, moving.ends_at)
            values = {**values, "old": old, "number": moving.number or ""}
            sure = says.pick("确认改期", f"confirm:{booking.id}")
            return FormTurn([Said("utter_booking_move_check", values, [sure, other[0]])])
        if not (self.state.company and self.state.topic):
            self._keep(until, asking=WORDS, booking=booking.id)
            return FormTurn([self._ask_words(values)])
        self._keep(until, asking=CONFIRM, booking=booking.id)
        sure = says.pick("确认", f"confirm:{booking.id}")
        edit = says.pick("改企业或事项", "edit")
        return FormTurn([Said("utter_booking_check", values, [sure, other[0], edit, other[1]])])

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
            return FormTurn(self._instead("utter_booking_taken", error.alternatives, {}))
        except BookingRuleError as error:
            return self._not_confirmed(error)
        self._keep(booking=None, moving=None, company="", topic="", done=done.id, used=booking.id)
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
        return FormTurn([Said(response, values, [says.MINE])])

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
        if held is not None and held.status in TENTATIVE:
            cancel_booking(self.db, held, self.now)
        self._clear()
        return FormTurn([Said("utter_booking_stopped", {}, [says.BOOK])])

    def _clear(self) -> None:
        self.state = BookingState(wish=SlotWish())
        self._keep()

    def _expired(self) -> FormTurn:
        self._keep(booking=None)
        reason = says.refused("hold_expired")
        return FormTurn([replace(reason, choices=[says.pick("重新选时间", "other")])])


_TAP_STOP = {**says.STOP, "numbered": False}
