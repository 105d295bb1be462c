"""Booking an expert in chat: one message in, what is held, booked, moved or cancelled and said out.

The seat is a booking in the database from the moment it is chosen. A message that is handled twice
gets what was said the first time: nothing is booked twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.model.booking import CONFIRMED
from bot.model.booking_talk.offer_reply import reply_to_offer
from bot.model.booking_talk.reading import BookingWish, read_booking_message
from bot.model.booking_talk.words import asks_for_visit
from bot.model.calendar import local_time
from bot.model.wording import tidy
from bot.services.booking import says
from bot.services.booking.company import asks_back, split_words, tells_topic
from bot.services.booking.offers import OfferedBookings
from bot.services.booking.rows import Booking
from bot.services.booking.state import CONFIRM, CONSENT, SURE, WORDS
from bot.services.booking.turn import SHOWN, Ranking
from bot.services.consents import record_consent
from bot.services.form.says import FormTurn, Said
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


class BookingChat(OfferedBookings):
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
        if self.state.asking == CONSENT:
            return self._hear_consent(text, ranking)
        if (reply := reply_to_offer(text)) and self._answers_offer(reply):
            return self._choose(reply)
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

    def _hear_consent(self, text: str, ranking: Ranking) -> FormTurn:
        """Whether the wording is agreed to; nothing is taken down before."""
        first = ranking[0][0] if ranking else ""
        if first == "deny" or any(word in text for word in ("不同意", *_STOPS)):
            return self._stop()
        if first == "affirm" or "同意" in text or any(word in text for word in _SURE):
            return self._agree()
        return self._aside(ranking, FormTurn(self._again()))

    def _agree(self) -> FormTurn:
        record_consent(self.db, self.user_id, channel="wechat", now=self.now)
        if self.state.individual:
            return self._take_request()
        booking = self._own(self.state.booking)
        return self._take(booking) if booking else self._expired()

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
        if self.state.asking == CONSENT and (booking or self.state.individual):
            return self._ask_consent(booking).said
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
            return self._choose_organisation(number)
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

    def _soonest(self) -> FormTurn:
        wish = self.state.wish.without_time()
        self._keep(wish=wish, offset=0)
        return FormTurn(self._slots())

    def _kept(self) -> FormTurn:
        self._keep(booking=None)
        return FormTurn([Said("utter_booking_kept", {}, [says.MINE])])

    def _asked_again(self) -> list[Said]:
        return self._words_known().said if self.state.asking == WORDS else self._again()
