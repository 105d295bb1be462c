"""Booking an expert in chat: one message in, what is held, booked, moved or cancelled and said out.

The seat is a booking in the database from the moment it is chosen. A message that is handled twice
gets what was said the first time: nothing is booked twice.
"""

from __future__ import annotations

from dataclasses import replace

from bot.model.booking_talk import asked_words
from bot.model.booking_talk.asked_words import names_stop, read_asked_words
from bot.model.booking_talk.offer_reply import reply_to_offer
from bot.model.booking_talk.reading import BookingWish, read_booking_message
from bot.model.booking_talk.words import asks_for_visit
from bot.model.calendar import local_time
from bot.model.reply import read_reply
from bot.model.wording import tidy
from bot.services.booking.choices import ChosenBookings
from bot.services.booking.company import (
    Details,
    asks_back,
    read_correction,
    read_details,
    split_words,
    tells_topic,
)
from bot.services.booking.state import CONFIRM, CONSENT, SURE, WORDS
from bot.services.booking.turn import Ranking
from bot.services.form.says import FormTurn, Said
from bot.services.resources.experts import list_experts
from knowledge import load_knowledge
from nlu.decide import ABOUT_DEMAND
from nlu.follow_up import read_follow_up
from nlu.plainly import said_plainly

ACTIONS = {
    "book_expert": "book",
    "my_bookings": "list",
    "cancel_booking": "cancel",
    "reschedule_booking": "reschedule",
}
"""Intents of a message that is about booking, whatever its words are."""
ASIDE = ("ask_contact", "ask_process", "handoff_human", "privacy_question", "bot_challenge")
"""Questions in between that are answered besides those on the services."""
LATER = ("start_demand_form", "check_demand_status", "show_summary", "correct_field")
"""Wishes that have to wait until this booking is made or given up."""
_NO = ("换", "别的", "其他", "不是", "不行", "不对", "不可以", "不确定")
_BOOK = r"约上?|预约|订上?|定上?"
_CANCEL = r"取消|退掉|退了|预约"
_KEEP = r"不取消|别取消|莫取消|不要取消|不用取消|保留|留着|留到|留起|预约"
_AGREE, _DISAGREE = r"同意|愿意", r"不同意|不愿意|拒绝"
"""What says yes or no to the questions of a booking, besides the usual words."""


class BookingChat(ChosenBookings):
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

    def _read(self, text: str, ranking: Ranking) -> BookingWish:
        names = [expert.name for expert in list_experts(self.db, active_only=True)]
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
        if turn := self._hear_plainly(text):
            return turn
        said = self._take_contact(read_details(text))
        if not said.topic and not said.company:
            if turn := self._hear_instead(text, ranking):
                return turn
        elif not said.company and (turn := self._hear_instead(said.topic, ranking)):
            return turn
        company, topic, state = said.company, said.topic, self.state
        if not company and not state.company and state.topic:
            company, topic = topic, ""
        self.state = replace(
            state, company=company or state.company, topic=topic or state.topic, asking=""
        )
        return self._words_known()

    def _hear_plainly(self, text: str) -> FormTurn | None:
        """几点去, 取消候补, 查进度: by their wording no enterprise and no topic; else None."""
        if reply_to_offer(text) == "leave_waiting":
            return self._leave_waiting()
        if said_plainly(text) == ABOUT_DEMAND:
            return self._aside([(ABOUT_DEMAND, 1.0)], self._words_known())
        if read_follow_up(text):
            waits = self._words_known()
            return FormTurn([Said("utter_booking_waits"), *waits.said], "follow_up")
        return None

    def _take_contact(self, said: Details) -> Details:
        """Who comes and how to reach them, where it was said."""
        if said.contact or said.telephone:
            self.state = replace(
                self.state,
                contact=said.contact or self.state.contact,
                telephone=said.telephone or self.state.telephone,
            )
        return said

    def _hear_instead(self, text: str, ranking: Ranking) -> FormTurn | None:
        """Something else than the enterprise and the topic that are asked for; else None."""
        topics = (*load_knowledge().categories, "out_of_scope")
        kind = read_asked_words(text, ranking, topics, tuple(ACTIONS))
        if kind == asked_words.STOP:
            return self._stop()
        if kind == asked_words.OTHER:
            return self._other()
        if kind == asked_words.ABOUT_BOOKING:
            return self._hear_about_booking(self._read(text, ranking))
        if kind == asked_words.ASIDE or asks_back(text, topic_known=bool(self.state.topic)):
            return self._aside(ranking, self._words_known())
        return self._words_known() if kind == asked_words.NOTHING else None

    def _hear_about_booking(self, wish: BookingWish) -> FormTurn:
        """Another time, or another booking, where the enterprise and the topic are asked for."""
        if wish.action == "cancel" and not _named(wish):
            return self._stop()  # this one, not one of before
        if wish.action == "reschedule" and not _named(wish):
            return self._other()
        return self._words_known() if wish.action == "none" else self._act_instead(wish)

    def _hear_answer(self, text: str, ranking: Ranking) -> FormTurn:
        """Whether to book, to cancel or to send what was proposed."""
        first = ranking[0][0] if ranking else ""
        if self.state.asking == SURE:
            reply = read_reply(text, ranking, yes=_CANCEL, no=_KEEP)
        else:
            reply = read_reply(text, ranking, yes=_BOOK)
        if self.state.asking == SURE and reply:
            return self._yes() if reply == "yes" else self._kept()
        if self.state.asking == CONFIRM and (turn := self._hear_details(text)):
            return turn
        if reply == "yes":
            return self._yes()
        no = reply == "no" or names_stop(text) or any(word in text for word in _NO)
        wish = self._read(text, ranking)
        if wish.action == "reschedule" and self.state.asking == CONFIRM and not _named(wish):
            return self._other()
        if wish.action != "none" and (first in ACTIONS or wish.first or wish.problem):
            return self._act_instead(wish)
        if no:
            stop = names_stop(text) or self.state.individual
            return self._stop() if stop else self._other()
        said = self.state.asking == CONFIRM and (split_words(text)[0] or tells_topic(text))
        if said and not asks_back(text):
            return self._hear_words(text, ())
        return self._aside(ranking, FormTurn(self._again()))

    def _hear_details(self, text: str) -> FormTurn | None:
        """What was proposed is put right, or a telephone added; None for anything else."""
        if corrected := read_correction(text):
            what, value = corrected
            if not value:
                return self._edit(what)
            company, topic = self.state.company, self.state.topic
            company, topic = (value, topic) if what == "company" else (company, value)
            self.state = replace(self.state, company=company, topic=topic)
            return self._words_known()
        said = read_details(text)
        if not (said.contact or said.telephone) or said.company:
            return None
        self._take_contact(said)
        return self._words_known()

    def _hear_consent(self, text: str, ranking: Ranking) -> FormTurn:
        """Whether the wording is agreed to; nothing is taken down before."""
        reply = read_reply(text, ranking, yes=_AGREE, no=_DISAGREE)
        if reply == "no" or names_stop(text):
            return self._stop()
        if reply == "yes":
            return self._agree()
        return self._aside(ranking, FormTurn(self._again()))

    def _aside(self, ranking: Ranking, again: FormTurn) -> FormTurn:
        """A question in between: answered, and what waits is said once more."""
        first = ranking[0][0] if ranking else ""
        question = first if first in load_knowledge().categories or first in ASIDE else ""
        waits = "utter_booking_first" if first in LATER else "utter_booking_waits"
        before = [Said(waits)] if self.state.asking else []  # nothing waits any more
        return FormTurn([*before, *again.said], question)

    def _act_instead(self, wish: BookingWish) -> FormTurn:
        """Another time for the same subject, or something else about bookings."""
        moving = self._own(self.state.moving)
        if wish.action == "reschedule" and not wish.number and self.state.asking != SURE:
            if moving is not None:
                return self._move(moving, wish)
            wish = replace(wish, action="book")  # what is not yet booked is chosen anew
        if wish.action == "book" and not self.state.individual:
            wish = replace(wish, category=wish.category or self.state.wish.category)
        return self._act(wish)


def _named(wish: BookingWish) -> bool:
    """Whether the words name a booking, a time or a place."""
    return bool(wish.number or wish.first or wish.time or wish.park)
