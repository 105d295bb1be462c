"""The demand form in chat: one message in, what is stored and said out.

The draft is the only truth. A message that is handled twice finds its number on the draft and
gets what was said the first time: nothing is stored twice, no field is passed over.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from sqlalchemy.engine import Connection

from bot.services.form.choosing import choose
from bot.services.form.draft_rows import read_reply, write_reply
from bot.services.form.hearing import hear
from bot.services.form.opening import open_form
from bot.services.form.says import FormTurn
from bot.services.form.talk import FormTalk
from bot.services.form.told_before import Ranking, Told
from bot.settings import Settings
from knowledge.form import DemandForm, load_form


@dataclass(frozen=True)
class FormChat:
    """One message of a user: everything a turn needs. `now`: UTC without zone."""

    db: Connection
    settings: Settings
    user_id: int
    message_id: int
    now: datetime
    form: DemandForm = field(default_factory=load_form)

    @cached_property
    def talk(self) -> FormTalk:
        """The same user, to be asked and obeyed."""
        return FormTalk(self.db, self.settings, self.user_id, self.message_id, self.now, self.form)

    def start(self, text: str = "", ranking: Ranking = ()) -> FormTurn:
        """Open the form, or go on where it was; `text` may hold answers besides the wish."""
        return self._once(lambda: open_form(self.talk, [Told(text, ranking)] if text else []))

    def choose(self, choice: str) -> FormTurn:
        """A choice was tapped, by the name that its payload gives it (says.py)."""
        return self._once(lambda: choose(self.talk, choice))

    def hear(self, text: str, ranking: Ranking) -> FormTurn:
        """Words were said. `ranking`: the intents, the likeliest first."""
        return self._once(lambda: hear(self.talk, Told(text, ranking)))

    def _once(self, turn: Callable[[], FormTurn]) -> FormTurn:
        said = read_reply(self.db, self.user_id, self.message_id)
        if said is not None:
            return FormTurn.from_json(said)
        made = turn()
        write_reply(self.db, self.user_id, self.message_id, made.to_json())
        return made
