"""One message about booking: handled once, its state kept, free time slots found and said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.engine import Connection

from bot.model.booking import TENTATIVE, FreeSlot
from bot.model.booking_talk.reading import BookingWish
from bot.services.booking import says
from bot.services.booking.bookings import my_bookings
from bot.services.booking.lacking import find_slots, lack_text, nearest_to
from bot.services.booking.rows import Booking
from bot.services.booking.search import (
    expert_id,
    is_anew,
    merged_wish,
    problem_of,
    slot_wish,
    station_id,
)
from bot.services.booking.state import (
    CONFIRM,
    CONSENT,
    OFFER,
    BookingState,
    SlotWish,
    read_reply,
    read_state,
    write_reply,
    write_state,
)
from bot.services.booking.told import read_told, read_unasked
from bot.services.consents import has_consent
from bot.services.form.says import FormTurn, Said
from bot.services.page_links import booking_address
from bot.services.resources.experts import list_experts
from bot.settings import Settings
from bot.texts import BOOKING_ANY
from knowledge.form import DemandForm, load_form
from nlu.offer_words import read_offer_words

SHOWN = 5
"""Free time slots said at a time."""
PATIENCE = timedelta(minutes=10)
"""So long words are taken for the answer to a question, or narrow what is offered."""
GRACE = timedelta(minutes=30)
"""So long after a seat was held its answer is still waited for: then the person is told so."""
Ranking = Sequence[tuple[str, float]]


@dataclass
class BookingTurn:
    """One message of a user: everything a turn needs. `now`: UTC without zone."""

    db: Connection
    settings: Settings
    user_id: int
    message_id: int
    now: datetime
    form: DemandForm = field(default_factory=load_form)
    state: BookingState = field(default_factory=BookingState)

    # -- once and kept -----------------------------------------------------------------------

    def _once(self, turn: Callable[[], FormTurn]) -> FormTurn:
        self.state = read_state(self.db, self.user_id, self.now)
        said = read_reply(self.db, self.user_id, self.message_id)
        if said is not None:
            return FormTurn.from_json(said)
        made = turn()
        write_reply(self.db, self.user_id, self.message_id, made.to_json(), self.now)
        return made

    def _keep(self, until: datetime | None = None, **changes: Any) -> None:
        """Change the state; words are waited for until `until`."""
        self.state = replace(self.state, **{"asking": "", "listed": False, **changes})
        write_state(self.db, self.user_id, self.state, until, self.now)

    def _patient(self, booking: Booking | None) -> datetime:
        """Until when an answer is waited for."""
        held = booking.hold_until if booking else None
        return held + GRACE if held else self.now + PATIENCE

    def _take_words(self, words: dict[str, str]) -> None:
        """Who books and what about, where the person has not said it."""
        said = self.state
        if said.company and said.company != words["company"]:
            return  # what is known is known of another enterprise
        self.state = replace(
            said,
            company=said.company or words["company"],
            topic=said.topic or words["topic"],
            contact=said.contact or words["contact"],
            telephone=said.telephone or words["telephone"],
        )

    def _telling(self, text: str) -> dict[str, Any]:
        """Changes of the state by what `text` tells of who comes and what about, unasked.

        Before consent only that the message tells of it.
        """
        told = {name: value for name, value in asdict(read_unasked(text)).items() if value}
        if not told or read_offer_words(text):
            return {}
        if has_consent(self.db, self.user_id):
            return told
        return {"told": (*self.state.told, self.message_id)}

    def _take_told(self) -> None:
        """What was told before consent, now that it is given."""
        state = self.state
        for details in read_told(self.db, self.user_id, state.told, state.topic_since):
            told = {name: value for name, value in asdict(details).items() if value}
            self.state = replace(self.state, **told)
        self.state = replace(self.state, told=(), topic_since=0)

    def _forget_words(self) -> None:
        """Who comes and what about is no longer of what is talked about."""
        said = replace(self.state, told=(), topic_since=0)
        self.state = replace(said, company="", topic="", contact="", telephone="")

    def _forget_others(self, category: str, *, anew: bool) -> None:
        """Before another search: what was said long ago, or as a topic on another subject."""
        old = self.state
        if not (old.recent or old.asking):
            self._forget_words()
        elif anew or category not in ("", old.wish.category):
            self.state = replace(old, topic="", topic_since=self.message_id)

    def _page(self) -> str:
        """Address of the user's calendar page."""
        return booking_address(self.settings, self.user_id, self.now)

    def _mine(self) -> list[Booking]:
        return my_bookings(self.db, self.user_id, self.now)

    def _own(self, booking_id: int | None) -> Booking | None:
        """A booking of this user's that is still to come; ids in choices prove nothing."""
        return next((b for b in self._mine() if b.id == booking_id), None)

    # -- free time slots ---------------------------------------------------------------------

    def _look(self, wish: BookingWish, text: str = "") -> FormTurn:
        """Look for what was read in a message, with what was said before it."""
        station, visited = station_id(wish.park)
        expert = expert_id(self.db, wish.expert, self.user_id) if wish.expert else ""
        said = []
        if wish.park and not visited:
            said.append(Said("utter_booking_no_visits"))
            station = ""
        if wish.expert and not expert:
            said.append(Said("utter_booking_no_expert"))
        old, found = self.state, slot_wish(wish, station, expert)
        anew = is_anew(old.wish, found, text)
        goes_on = old.recent and not old.individual and not anew
        before = old.wish if goes_on and text else SlotWish()
        subjects = {e.id: e.categories for e in list_experts(self.db, active_only=True)}
        found = merged_wish(before, found, wish, text, subjects)
        moving = old.moving if goes_on and self._own(old.moving) else None
        self._forget_others(found.category, anew=anew)
        going_on = {"offset": 0, "moving": moving, "individual": False, **self._telling(text)}
        code, data = problem_of(wish, self.now)
        if code:
            self._keep(wish=replace(found, first=before.first, last=before.last), **going_on)
            return self._offered([*said, self._refused_time(code, data)])
        self._keep(wish=found, **going_on)
        return FormTurn([*said, *self._slots()])

    def _refused_time(self, code: str, data: dict[str, int]) -> Said:
        return replace(says.refused(code, **data), choices=[says.SOONEST])

    def _offered(self, said: list[Said]) -> FormTurn:
        """`said` offers time slots, or leads to some: words may narrow them for a while.

        What is held meanwhile can still be taken, until another is chosen or it runs out; a yes
        is on what was said last, so that it takes none of it.
        """
        held = self._own(self.state.booking)
        if held is not None and held.status in TENTATIVE:
            agreed = self.state.moving or has_consent(self.db, self.user_id)
            asking = CONFIRM if agreed else CONSENT
            self._keep(self._patient(held), asking=asking, listed=True)
            last = said[-1]
            said = [*said[:-1], replace(last, choices=[*last.choices, says.still(held)])]
        else:
            self._keep(self.now + PATIENCE, asking=OFFER)
        return FormTurn(said)

    def _slots(self) -> list[Said]:
        """The free slots of the wish, from the offset on; without any, what comes nearest."""
        return self._offered(self._slots_said()).said

    def _slots_said(self) -> list[Said]:
        wish, moved = self.state.wish, self._own(self.state.moving)
        found = find_slots(self.db, wish, self.now, SHOWN + 2, self.state.offset)
        free = [s for s in found if moved is None or s.time_slot_id != moved.time_slot_id]
        values = {"wish": says.wish_text(self.db, wish) or BOOKING_ANY, "page": self._page()}
        if not free and not self.state.offset:
            values["lacks"] = lack_text(self.db, wish, self.now)
            return self._instead("utter_booking_none", nearest_to(self.db, wish, self.now), values)
        if not free:
            return [Said("utter_booking_no_more", values, [says.SOONEST, says.WAIT_FOR])]
        more = [says.MORE][: len(free) - SHOWN] if len(free) > SHOWN else []
        values["place"] = says.common_place(free[:SHOWN])
        return [Said("utter_booking_slots", values, [*says.slot_choices(free[:SHOWN]), *more])]

    def _instead(self, response: str, near: list[FreeSlot], values: dict[str, str]) -> list[Said]:
        """`near` as choices, and the waiting list."""
        choices = [*says.slot_choices(near), says.WAIT]
        values = {**values, "place": says.common_place(near)}
        if not near:
            lacks = values.get("lacks") or lack_text(self.db, self.state.wish, self.now)
            nothing = {**values, "lacks": lacks, "page": self._page()}
            return [Said("utter_booking_nothing", nothing, choices)]
        return [Said(response, values, choices)]
