"""Booking an expert in chat: one message in, what is held, booked, moved or cancelled and said out.

The seat is a booking in the database from the moment it is chosen. A message that is handled twice
gets what was said the first time: nothing is booked twice.
"""

from __future__ import annotations

from dataclasses import replace

from bot.model.booking import CONFIRMED
from bot.model.booking_talk.asked_words import names_stop
from bot.model.booking_talk.offer_reply import reply_to_offer
from bot.model.booking_talk.reading import BookingWish
from bot.model.booking_talk.words import asks_for_visit
from bot.model.reply import Answer, read_reply
from bot.model.wording import tidy
from bot.services.booking.acting import ACTIONS, names_slot
from bot.services.booking.company import asks_back, split_words, tells_topic
from bot.services.booking.state import CONFIRM, CONSENT, OFFER, SURE, WORDS
from bot.services.booking.turn import Ranking
from bot.services.booking.worded import WordedBookings
from bot.services.form.says import FormTurn
from nlu.offer_words import ANY_TIME, read_offer_words

__all__ = ["ACTIONS", "BookingChat"]
_NO = ("换", "别的", "其他", "不是", "不行", "不对", "不可以", "不确定")
_BOOK = r"约上?|预约|订上?|定上?"
_CANCEL = r"取消|退掉|退了|预约"
_KEEP = r"不取消|别取消|莫取消|不要取消|不用取消|保留|留着|留到|留起|预约"
"""What says yes or no to the questions of a booking, besides the usual words."""


class BookingChat(WordedBookings):
    """A person books, looks up, moves and cancels."""

    def hear(self, text: str, ranking: Ranking, intent: str = "") -> FormTurn:
        """Words were said, or none with an `intent` of ACTIONS (menu, next step).

        `ranking`: the intents, the likeliest first.
        """
        return self._once(lambda: self._hear(text, ranking, intent))

    def choose(self, choice: str) -> FormTurn:
        """A choice was tapped (see says.pick)."""
        return self._once(lambda: self._choose(choice))

    # -- words -------------------------------------------------------------------------------

    def _hear(self, text: str, ranking: Ranking, intent: str) -> FormTurn:
        if self.state.asking == WORDS:
            return self._hear_words(text, ranking)
        if self.state.asking in (CONFIRM, SURE):
            return self._hear_answer(text, ranking)
        if self.state.asking == CONSENT:
            return self._hear_consent(text, ranking)
        if (reply := reply_to_offer(text)) and self._answers_offer(reply):
            return self._choose(reply)
        offered = self.state.asking == OFFER or read_offer_words(text) in ANY_TIME
        if offered and (turn := self._hear_offer(text, ranking)):
            return turn
        return self._hear_wish(text, ranking, intent)

    def _hear_wish(self, text: str, ranking: Ranking, intent: str) -> FormTurn:
        """A message of its own about booking."""
        wish = self._read(text, ranking) if text else BookingWish("none")
        if wish.action == "none":
            first = intent if intent in ACTIONS else ranking[0][0] if ranking else ""
            action = ACTIONS.get(first, "book")
            visit = action == "book" and asks_for_visit(tidy(text))
            wish = replace(wish, action="individual" if visit else action)
        booked = any(booking.status == CONFIRMED for booking in self._mine())
        if self.state.asking == OFFER and not booked and not wish.number:
            if wish.action == "reschedule":
                return self._act_instead(wish, text)
            if wish.action == "cancel":
                return self._stop()
        if wish.action == "cancel" and not self._mine() and names_stop(text):
            return self._stop()
        return self._act(wish, text)

    def _hear_answer(self, text: str, ranking: Ranking) -> FormTurn:
        """Whether to book, to cancel or to send what was proposed."""
        if self.state.asking == SURE:
            reply = read_reply(text, ranking, yes=_CANCEL, no=_KEEP)
            if reply:
                return self._yes() if reply == "yes" else self._kept()
            return self._hear_other(text, ranking, "")
        mine = "我的预约" in text  # asks what is booked, and is no 预约 that says yes
        reply = "" if mine else read_reply(text, ranking, yes=_BOOK)
        if turn := self._hear_anywhere(text) or self._hear_details(text):
            return turn
        if self.state.listed and (turn := self._hear_of_list(text, agrees=reply == "yes")):
            return turn
        if reply == "yes":
            return self._yes()
        if not reply and not self.state.individual and (turn := self._hear_offer(text, ranking)):
            return turn
        return self._hear_other(text, ranking, reply)

    def _hear_other(self, text: str, ranking: Ranking, reply: Answer) -> FormTurn:
        """Neither yes nor a correction: another wish, no, or a question."""
        first = ranking[0][0] if ranking else ""
        confirming = self.state.asking == CONFIRM
        wish = self._read(text, ranking)
        if wish.action == "reschedule" and confirming and not names_slot(wish):
            return self._other()
        if wish.action != "none" and (first in ACTIONS or wish.first or wish.problem):
            return self._act_instead(wish, text)
        if reply == "no" or names_stop(text) or any(word in text for word in _NO):
            stop = names_stop(text) or self.state.individual
            return self._stop() if stop else self._other()
        if confirming and (split_words(text)[0] or tells_topic(text)) and not asks_back(text):
            return self._hear_words(text, ())
        return self._aside(text, ranking, FormTurn(self._again()))
