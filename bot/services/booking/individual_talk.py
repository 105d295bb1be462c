"""Individual appointments in chat: which department or organisation, then a request is sent."""

from __future__ import annotations

from dataclasses import replace

from bot import texts
from bot.model.booking_talk.reading import BookingWish
from bot.model.errors import BookingRuleError
from bot.services.booking import says
from bot.services.booking.company import known_words
from bot.services.booking.consent import ConsentingBookings
from bot.services.booking.individual import organisations_for, request_individual
from bot.services.booking.search import problem_of, slot_wish
from bot.services.booking.state import CONFIRM, WORDS
from bot.services.booking.turn import PATIENCE
from bot.services.form.says import FormTurn, Said
from knowledge import load_knowledge
from knowledge.centre import centre_facts

_TIME = {"what": texts.BOOKING_TOLD_TIME}


class IndividualBookings(ConsentingBookings):
    """Requests that the centre confirms."""

    def _individual(self, wish: BookingWish, text: str = "") -> FormTurn:
        """The department is asked for at once, with no time if what was said is refused."""
        said, asked = slot_wish(wish, "", ""), []
        code, data = problem_of(wish, self.now)
        if code:
            said, asked = said.without_time(), [replace(says.refused(code, **data), choices=[])]
        self._forget_others(wish.category, anew=False)
        self._keep(
            wish=said,
            individual=True,
            organisation="",
            moving=None,
            **self._telling(text),
        )
        return FormTurn([*asked, *self._ask_category(wish.category).said])

    def _ask_category(self, category: str) -> FormTurn:
        if category:
            return self._choose_category(category)
        categories = load_knowledge().categories.values()
        choices = [says.pick(c.name, f"category:{c.id}") for c in categories]
        return FormTurn([Said("utter_booking_which_category", {}, choices)])

    def _choose_category(self, category: str) -> FormTurn:
        organisations = organisations_for(self.db, category)
        self._keep(wish=replace(self.state.wish, category=category), individual=True)
        if len(organisations) == 1:
            return self._choose_organisation(organisations[0])
        choices = [says.pick(o, f"organisation:{o}") for o in organisations]
        return FormTurn([Said("utter_booking_which_organisation", {}, choices)])

    def _choose_organisation(self, name: str) -> FormTurn:
        """`name`: not a place in the list, which the desk may have changed since it was shown."""
        category = self.state.wish.category
        if not category:
            return self._individual(BookingWish("individual"))
        if name not in organisations_for(self.db, category):
            refused = replace(says.refused("unknown_organisation"), choices=[])
            return FormTurn([refused, *self._choose_category(category).said])
        self.state = replace(self.state, organisation=name)
        return self._take_request()

    def _take_request(self) -> FormTurn:
        """Who asks and what about: consent first, then what is not known, then all proposed."""
        if not self._consented():
            return self._ask_consent(None)
        self._take_told()
        self._take_words(known_words(self.db, self.user_id, self.state.wish.category, self.form))
        return self._propose_request()

    def _propose_request(self) -> FormTurn:
        """Ask for what is not known, then whether to send the request."""
        until = self.now + PATIENCE
        if not (self.state.company and self.state.topic):
            self._keep(until, asking=WORDS)
            return FormTurn([self._ask_words({"until": ""})])
        self._keep(until, asking=CONFIRM)
        when = replace(self.state.wish, category="", station="", expert="")
        values = {
            **self._who(),
            "organisation": self.state.organisation,
            "when": says.wish_text(self.db, when) or texts.BOOKING_ANY_TIME,
        }
        choices = [says.REQUEST, says.EDIT, says.STOP]
        return FormTurn([Said("utter_booking_request_check", values, choices)])

    def _request_when(self, wish: BookingWish) -> FormTurn:
        """Another day or part of the day for what is requested, or is to be agreed to."""
        code, data = problem_of(wish, self.now)
        noted = [] if self._consented() else [Said("utter_booking_told", _TIME)]
        if code:
            noted = [replace(says.refused(code, **data), choices=[])]
        else:
            said, old = slot_wish(wish, "", ""), self.state.wish
            days = {"first": said.first, "last": said.last} if wish.first or wish.last else {}
            hours = {"period": said.period or old.period}
            self.state = replace(self.state, wish=replace(old, **days, **hours))
        agreed = self._consented()
        waits = self._propose_request() if agreed else self._ask_consent(None, again=True)
        return FormTurn([*noted, *waits.said])

    def _who(self) -> dict[str, str]:
        """Who comes and what about, to be checked."""
        who = texts.BOOKING_CONTACT.format(contact=self.state.contact)
        return {
            "company": self.state.company,
            "topic": self.state.topic,
            "telephone": self.state.telephone or texts.BOOKING_NO_TELEPHONE,
            "contact": who if self.state.contact else "",
        }

    def _request(self) -> FormTurn:
        state = self.state
        if not (state.company and state.topic):  # a second tap, or words are to be put right
            return self._propose_request() if state.asking else self._list()
        first, last = state.wish.days
        try:
            made = request_individual(
                self.db,
                self.user_id,
                category=state.wish.category,
                organisation=state.organisation,
                topic=state.topic,
                company=state.company,
                contact=state.contact,
                telephone=state.telephone,
                now=self.now,
                first=first,
                last=last,
                period=state.wish.period,
            )
        except BookingRuleError as error:
            return FormTurn([says.refused(error.code, **error.data)])
        self._forget_words()
        self._keep()
        values = {"number": made.number, "organisation": made.organisation}
        return FormTurn([Said("utter_booking_requested", values, [says.MINE])])

    def _ask_words(self, values: dict[str, str]) -> Said:
        """One question for whatever is missing of enterprise and topic."""
        stop = says.TAP_STOP
        held = "" if self.state.individual else "_held"
        if self.state.company:
            return Said(
                f"utter_booking_ask_topic{held}", {**values, "company": self.state.company}, [stop]
            )
        if self.state.topic:
            return Said(
                f"utter_booking_ask_company{held}", {**values, "topic": self.state.topic}, [stop]
            )
        needed = texts.BOOKING_NEEDED["words" if self.state.telephone else "all"]
        values = {**values, "needed": needed.format(**centre_facts())}
        return Said(f"utter_booking_ask_words{held}", values, [stop])
