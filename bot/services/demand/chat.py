"""A submitted demand in chat: how far it is, and what the enterprise adds, asks or takes back.

A message that is handled twice gets what was said the first time.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from bot.model.demand import COMPLETED, demand_number
from bot.model.demand_actor import DemandActor, by_enterprise
from bot.model.errors import ServiceError
from bot.model.handoff_words import read_word
from bot.model.wording import asks, requests
from bot.services.demand import asked, says
from bot.services.demand.chat_state import (
    DemandChatState,
    read_reply,
    read_state,
    write_reply,
    write_state,
)
from bot.services.demand.demands import withdraw_demand
from bot.services.demand.inquiries import ENDED, KINDS, add_inquiry
from bot.services.demand.matter_rows import Matter, matters_of, read_matter
from bot.services.demand.orders import HANDLER, PROGRESS, URGE, WITHDRAW, may_be, read_score
from bot.services.demand.rating import add_rating_words, rate_matter
from bot.services.demand.rows import Demand, find_demand, get_demand, list_demands
from bot.services.form.draft_rows import find_draft
from bot.services.form.says import FormTurn, Said
from bot.settings import Settings
from knowledge import load_knowledge
from nlu.plainly import demand_order

PATIENCE = timedelta(minutes=10)
"""So long the next message is taken for the words that were asked for."""
SHOWN = 5
SCORE, WORDS = "score", "words"
NUMBER = re.compile(r"(?:ZLXQ)?[-—－\s]*(20\d\d)[-—－\s]*(\d{1,6})(?!\d)")
STOPS = {"不写了", "不写", "算了", "返回", "退出", "取消", "没有了", "没有", "不用了", "不说了"}
PERSON = "handoff_human"
SHORT = 8
"""Characters of a message that asks for a person and says nothing else."""
QUESTION = 0.6
"""From this likelihood on, words beside a rating are another question."""
Ranking = Sequence[tuple[str, float]]


@dataclass
class DemandChat:
    """One message of a user. `now`: UTC without zone."""

    db: Connection
    settings: Settings
    user_id: int
    message_id: int
    now: datetime

    def hear(self, text: str, ranking: Ranking = (), intent: str = "") -> FormTurn:
        """Words were said, or none with an intent (check_demand_status, rate_service)."""
        return self._once(lambda: self._hear(text, ranking, intent))

    def choose(self, choice: str) -> FormTurn:
        """A choice was tapped (see demand_says)."""
        return self._once(lambda: self._choose(choice))

    def change(self) -> FormTurn:
        """A correction where no form asks: of what was submitted; else nothing is said."""
        return self._once(self._change)

    @property
    def _who(self) -> DemandActor:
        return by_enterprise(self.user_id)

    def _once(self, turn: Callable[[], FormTurn]) -> FormTurn:
        said = read_reply(self.db, self.user_id, self.message_id)
        if said is not None:
            return FormTurn.from_json(said)
        try:
            with self.db.begin_nested():
                made = turn()
        except ServiceError as error:
            self._ask(DemandChatState())
            made = FormTurn([says.refusal(error)])
        write_reply(self.db, self.user_id, self.message_id, made.to_json(), self.now)
        return made

    def _hear(self, text: str, ranking: Ranking, intent: str) -> FormTurn:
        state = read_state(self.db, self.user_id, self.now)
        if state.asking:
            return self._hear_words(state, text, ranking)
        if found := NUMBER.search(unicodedata.normalize("NFKC", text).upper()):
            number = demand_number(int(found[1]), int(found[2]))
            demand = find_demand(self.db, number, self.user_id)
            # A foreign number and one that there is not are answered alike.
            return self._show(demand) if demand else FormTurn([says.unknown(number)])
        if intent == "rate_service":
            return self._rate(text)
        order, words = demand_order(text)
        return self._obey(order, words, text) if order else self._list()

    def _change(self) -> FormTurn:
        mine = list_demands(self.db, self.user_id)[:SHOWN]
        if not mine or find_draft(self.db, self.user_id):
            return FormTurn([])
        return FormTurn([asked.to_be_changed(self.settings, mine, self.now)])

    def _obey(self, order: str, words: str, text: str) -> FormTurn:
        """撤回, 补充 in words: of the one demand that may be so treated; which, of several."""
        if order == PROGRESS:
            return self._list()
        if order == HANDLER:
            every = list_demands(self.db, self.user_id)[:SHOWN]
            return FormTurn([asked.handlers(self.db, every) if every else says.none()])
        mine = [d for d in list_demands(self.db, self.user_id) if may_be(order, d)][:SHOWN]
        if len(mine) > 1:
            return FormTurn([says.listed(mine, order)])
        if not mine:
            return self._list()
        if order == URGE:
            return FormTurn([asked.urge(self.db, mine[0], text, self._who, self.now)])
        if not words:
            return self._choose(f"{order}:{mine[0].id}")
        add_inquiry(self.db, mine[0].id, order, words, self._who, self.now)
        return FormTurn([Said(f"utter_demand_{order}_kept", {"number": mine[0].number})])

    def _list(self) -> FormTurn:
        mine = list_demands(self.db, self.user_id)[:SHOWN]
        if len(mine) == 1:
            return self._show(mine[0])
        return FormTurn([says.listed(mine) if mine else says.none()])

    def _show(self, demand: Demand) -> FormTurn:
        self._ask(DemandChatState())
        unrated = [m for m in self._waiting() if m.demand_id == demand.id]
        may = [kind for kind in (*KINDS, WITHDRAW) if may_be(kind, demand)]
        return FormTurn([says.shown(self.db, self.settings, demand, unrated, may, self.now)])

    def _choose(self, choice: str) -> FormTurn:
        kind, _, rest = choice.partition(":")
        if kind == "stop":
            self._ask(DemandChatState())
            return FormTurn([Said("utter_demand_stopped")])
        if kind == "not_text":
            return FormTurn([Said("utter_demand_words_only", choices=[says.STOP])])
        ids = [int(part) for part in rest.split(":") if part.isdecimal()]
        if kind == "rate" and len(ids) == 2:
            return self._score(read_matter(self.db, ids[0]), ids[1])
        demand = self._own(ids[0]) if len(ids) == 1 else None
        if demand is None:
            return FormTurn([says.unknown("")])
        if kind == "show":
            return self._show(demand)
        if kind == URGE:
            return FormTurn([asked.urge(self.db, demand, "", self._who, self.now)])
        if kind not in (*KINDS, WITHDRAW):
            return self._list()
        self._ask(DemandChatState(kind, demand.id))
        number = {"number": demand.number}
        return FormTurn([Said(f"utter_demand_{kind}", number, [says.STOP])])

    def _hear_words(self, state: DemandChatState, text: str, ranking: Ranking) -> FormTurn:
        """What was asked for, whatever words it holds."""
        if read_word(text, STOPS):
            self._ask(DemandChatState())
            return FormTurn([Said("utter_demand_stopped")])
        if state.asking == SCORE:
            return self._hear_score(state, text, ranking)
        if state.asking == WORDS:
            return self._rating_words(state, text, ranking)
        self._ask(DemandChatState())
        if self._wants_person(text, ranking):
            return FormTurn([], question=PERSON)
        order, words = demand_order(text)
        if order in (*KINDS, WITHDRAW, PROGRESS) and order != state.asking:
            return self._obey(order, words, text)
        demand = self._own(state.demand)
        if demand is None:
            return FormTurn([says.unknown("")])
        if state.asking == WITHDRAW and not re.search(r"[^\W\d_]{2}", text):
            return self._choose(f"{WITHDRAW}:{demand.id}")  # a number is no reason
        if state.asking == WITHDRAW:
            by = {"channel": "wechat", "actor": "user"}
            withdraw_demand(self.db, demand, text, now=self.now, **by)
            return FormTurn([Said("utter_demand_withdrawn", {"number": demand.number})])
        add_inquiry(self.db, demand.id, state.asking, text, self._who, self.now)
        return FormTurn([Said(f"utter_demand_{state.asking}_kept", {"number": demand.number})])

    def _wants_person(self, text: str, ranking: Ranking) -> bool:
        """转人工 by itself; longer words are what was asked for."""
        return len(text) <= SHORT and any(
            n == PERSON and chance >= QUESTION for n, chance in ranking[:1]
        )

    def _rate(self, text: str) -> FormTurn:
        """A rating in words counts at once where there is one thing that it can mean."""
        waiting = self._waiting()
        stars = read_score(text)
        if not waiting:
            said = not text.isdecimal() and (stars is not None or len(text) >= SHORT)
            return FormTurn([Said("utter_rate_service" if said else "utter_rate_nothing")])
        if len(waiting) == 1 and stars is not None:
            return self._score(waiting[0], stars[0], stars[1])
        numbers = {m.id: get_demand(self.db, m.demand_id).number for m in waiting}
        if len(waiting) == 1:
            return self._ask_score(waiting[0], numbers[waiting[0].id])
        return FormTurn([says.ask_which(waiting, numbers)])

    def _ask_score(self, matter: Matter, number: str) -> FormTurn:
        if matter.score is None and matter.state == COMPLETED:
            self._ask(DemandChatState(SCORE, matter.demand_id, matter.id))
        return FormTurn([says.ask_score(matter, number)])

    def _hear_score(self, state: DemandChatState, text: str, ranking: Ranking) -> FormTurn:
        """A score in words or figures; anything else is answered instead."""
        self._ask(DemandChatState())
        stars = read_score(text)
        if stars is not None:
            return self._score(read_matter(self.db, state.matter), *stars)
        intent = ranking[0][0] if ranking else ""
        if intent in ("", "check_demand_status", "rate_service"):
            return self._list()
        return FormTurn([], question=intent)

    def _score(self, matter: Matter, score: int, words: str = "") -> FormTurn:
        demand = self._own(matter.demand_id)
        if demand is None:
            return FormTurn([says.unknown("")])
        if not score:  # which of several was chosen
            return self._ask_score(matter, demand.number)
        rate_matter(self.db, matter, score, words, self._who, self.now)
        bad = read_matter(self.db, matter.id).state == "revisiting"
        said = Said("utter_demand_rated_badly" if bad else "utter_demand_rated")
        if words:
            return FormTurn([said])
        self._ask(DemandChatState(WORDS, matter.demand_id, matter.id))
        return FormTurn([said, Said("utter_demand_rating_words", choices=[says.STOP])])

    def _rating_words(self, state: DemandChatState, text: str, ranking: Ranking) -> FormTurn:
        """Words are welcome, not needed: a plain question or request is answered instead."""
        self._ask(DemandChatState())
        intent, chance = ranking[0] if ranking else ("", 0.0)
        wants = asks(text) or requests(text) or intent not in load_knowledge().categories
        if chance >= QUESTION and intent not in says.NO_QUESTION and wants:
            return FormTurn([], question=intent)
        add_rating_words(self.db, state.matter, text, self._who, self.now)
        return FormTurn([Said("utter_demand_words_kept")])

    def _waiting(self) -> list[Matter]:
        """The user's matters that are served and not rated, the oldest demand first."""
        mine = [d for d in list_demands(self.db, self.user_id) if d.status not in ENDED]
        parts = [m for demand in reversed(mine) for m in matters_of(self.db, demand.id)]
        return [m for m in parts if m.state == "completed" and m.score is None]

    def _own(self, demand_id: int) -> Demand | None:
        """Ids in choices prove nothing."""
        mine = list_demands(self.db, self.user_id)
        return next((demand for demand in mine if demand.id == demand_id), None)

    def _ask(self, state: DemandChatState) -> None:
        until = self.now + PATIENCE if state.asking else None
        write_state(self.db, self.user_id, state, until, self.now)
