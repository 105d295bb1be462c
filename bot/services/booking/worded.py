"""Who comes and what about, in words: taken where it is asked, kept for later where it is not."""

from __future__ import annotations

import re
from dataclasses import asdict, replace

from bot.model.booking_talk import asked_words
from bot.model.booking_talk.asked_words import names_stop, read_asked_words
from bot.model.booking_talk.offer_reply import reply_to_offer
from bot.model.booking_talk.reading import BookingWish
from bot.model.booking_talk.words import category_words, find_categories
from bot.model.reply import read_reply
from bot.model.wording import asks, plain
from bot.services.booking.acting import ACTIONS, names_slot
from bot.services.booking.company import (
    Details,
    asks_back,
    changes_person,
    read_correction,
    read_details,
    read_number_alone,
    tells_topic,
    without_wrong_number,
)
from bot.services.booking.narrowed import NarrowedBookings
from bot.services.booking.search import expert_id
from bot.services.booking.told import read_unasked
from bot.services.booking.turn import Ranking
from bot.services.form.says import FormTurn, Said
from bot.texts import BOOKING_TOLD, field_error
from knowledge import load_knowledge
from nlu.decide import ABOUT_DEMAND
from nlu.follow_up import read_follow_up
from nlu.offer_words import read_offer_words
from nlu.plainly import said_plainly

_AGREE, _DISAGREE = r"同意(?:继续)?(?:预约)?|愿意", r"不同意|不愿意|拒绝"
_SAYS_AGREE = re.compile(_AGREE)
_RESTRICTS = re.compile(r"不|没|莫|别|勿|但|只|先|再|等")
_NO_REFUSAL = re.compile(r"\W*(?:不对|不是|没有?|没得|莫)[了的哈啊]*\W*")
"""Denies something, but not that the booking goes on."""
_ABOUT_CONSENT = re.compile(
    r"同意|信息|隐私|收集|记下|保存|泄露|安全|干嘛|干啥|做什么|做啥|为什么|为啥"
)
_CHANGES = re.compile(r"\s*(?:不对|不是|我|那就?|[,，\s])*[换改]")
_NO_WORDS = ("stop", "other_time", "other_expert", "other_place", "when_or_where")
"""Offer words that are no topic, either."""


class WordedBookings(NarrowedBookings):
    """Enterprise, topic, contact and telephone."""

    def _hear_words(self, text: str, ranking: Ranking) -> FormTurn:
        """The enterprise and the topic, which are asked for."""
        if turn := self._hear_anywhere(text) or self._hear_plainly(text):
            return turn
        text, problem = without_wrong_number(text)
        if problem:
            wrong = Said("utter_booking_refused", {"reason": field_error(problem)})
            turn = self._hear_words(text, ranking)
            return replace(turn, said=[wrong, *turn.said])
        said = self._take_contact(read_details(text))
        if (said.contact or said.telephone) and not (said.company or said.topic):
            return self._noted(said)
        if not said.company and (turn := self._hear_instead(said.topic or text, ranking)):
            return turn
        if not (said.company or tells_topic(text)) and self._names_day_only(said.topic):
            return FormTurn([Said("utter_booking_waits"), *self._words_known().said])
        company, topic, state = said.company, said.topic, self.state
        if topic and not state.company and state.topic and not (company or tells_topic(text)):
            company, topic = topic, ""
        self.state = replace(
            state, company=company or state.company, topic=topic or state.topic, asking=""
        )
        return self._words_known()

    def _hear_anywhere(self, text: str) -> FormTurn | None:
        """What means the same whatever is asked: a wrong number, 取消候补, 换个人去."""
        if (number := read_number_alone(text)) and number.problem:
            wrong = Said("utter_booking_refused", {"reason": field_error(number.problem)})
            return FormTurn([wrong, *self._asked_again()])
        if reply_to_offer(text) == "leave_waiting":
            return FormTurn([*_told(self._leave_waiting()), *self._asked_again()])
        said = read_offer_words(text)
        if self.state.individual and said == "when_or_where":
            return self._request_when(self._read(text, ()))
        if said == "waiting":
            return FormTurn([*_told(self._show_waiting()), *self._asked_again()])
        if changes_person(text):
            return FormTurn([Said("utter_booking_other_person"), *self._asked_again()])
        return None

    def _hear_plainly(self, text: str) -> FormTurn | None:
        """几点去, 后天呢, 查进度: by their wording no enterprise and no topic; else None."""
        if said_plainly(text) == ABOUT_DEMAND:
            return self._aside(text, [(ABOUT_DEMAND, 1.0)], self._words_known())
        if read_follow_up(text) and asks(text):
            waits = self._words_known()
            return FormTurn([Said("utter_booking_waits"), *waits.said], "follow_up")
        said = read_offer_words(text)
        changed = said == "subject" and bool(_CHANGES.match(text))
        if not (changed or said in _NO_WORDS) or self.state.individual and said != "stop":
            return None
        if said == "when_or_where":
            wish = self._read(text, ())
            if wish.expert:
                return self._hear_expert(wish, text)
            return self._look(wish, text) if names_slot(wish) or wish.period else None
        return self._hear_offer(text, ())

    def _hear_expert(self, wish: BookingWish, text: str) -> FormTurn:
        """周老师: the one whose seat is held, or time slots with another."""
        held = self._own(self.state.booking)
        if held and expert_id(self.db, wish.expert, self.user_id) in held.experts:
            return self._words_known()
        return self._look(wish, text)

    def _names_day_only(self, topic: str) -> bool:
        """Whether the words tell of a day and of no subject: 明天上午我们厂要停电."""
        wish = self._read(topic, ())
        named = bool(wish.first or wish.period or wish.time)
        return named and not find_categories(plain(topic), category_words())

    def _take_contact(self, said: Details) -> Details:
        """Who comes and how to reach them, where it was said."""
        if said.contact or said.telephone:
            self.state = replace(
                self.state,
                contact=said.contact or self.state.contact,
                telephone=said.telephone or self.state.telephone,
            )
        return said

    def _noted(self, said: Details) -> FormTurn:
        """What was said is said back, and the rest asked for."""
        noted = "，".join(filter(None, [said.contact, said.telephone]))
        return FormTurn([Said("utter_booking_noted", {"noted": noted}), *self._words_known().said])

    def _hear_instead(self, text: str, ranking: Ranking) -> FormTurn | None:
        """Something else than the enterprise and the topic that are asked for; else None."""
        topics = (*load_knowledge().categories, "out_of_scope")
        kind = read_asked_words(text, ranking, topics, tuple(ACTIONS))
        if kind == asked_words.STOP:
            return self._stop()
        if kind == asked_words.OTHER:
            return self._other()
        if kind == asked_words.ABOUT_BOOKING:
            return self._hear_about_booking(self._read(text, ranking), text)
        if kind == asked_words.NOTHING:
            return self._words_known()
        if kind == asked_words.ASIDE or asks_back(text, topic_known=bool(self.state.topic)):
            return self._aside(text, ranking, self._words_known())
        return None

    def _hear_about_booking(self, wish: BookingWish, text: str) -> FormTurn:
        """Another time, or another booking, where the enterprise and the topic are asked for."""
        if wish.action == "cancel" and not names_slot(wish):
            return self._stop()  # this one, not one of before
        if wish.action == "reschedule" and not names_slot(wish):
            return self._other()
        return self._words_known() if wish.action == "none" else self._act_instead(wish, text)

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
        """Whether the wording is agreed to; what is told meanwhile is read once it is."""
        reply = read_reply(text, ranking, yes=_AGREE, no=_DISAGREE)
        told = self._telling(text)
        self.state = replace(self.state, **told)
        agrees = reply == "yes" or bool(told) and _agrees_first(text)
        listed = self.state.listed and not _SAYS_AGREE.search(text)
        if listed and (turn := self._hear_of_list(text, agrees=agrees)):
            return turn
        if agrees:
            return self._agree()
        if turn := self._hear_anywhere(text):
            return turn
        if told:
            named = asdict(read_unasked(text))
            what = "、".join(label for name, label in BOOKING_TOLD.items() if named[name])
            return FormTurn([Said("utter_booking_told", {"what": what}), *self._again()])
        said = read_offer_words(text)
        refuses = reply == "no" and not _NO_REFUSAL.fullmatch(text)
        if refuses or said == "stop" or len(text) < 10 and names_stop(text):
            return self._stop()
        if not self.state.individual and (turn := self._hear_offer(text, ranking)):
            return turn
        if asks(text) and _ABOUT_CONSENT.search(text):
            return self._ask_consent(self._own(self.state.booking))
        return self._aside(text, ranking, FormTurn(self._again()))


def _agrees_first(text: str) -> bool:
    """Whether the words begin with a yes that nothing after it restricts: 同意，我姓周."""
    said, *rest = re.split(r"[,，。;；!！\s]+", text.strip(), maxsplit=1)
    agrees = read_reply(said, yes=_AGREE, no=_DISAGREE) == "yes"
    return agrees and not asks(text) and not any(map(_RESTRICTS.search, rest))


def _told(turn: FormTurn) -> list[Said]:
    """What is said, without its choices: those of the question that waits count."""
    return [replace(said, choices=[]) for said in turn.said]
