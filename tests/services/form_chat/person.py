"""Someone who fills the demand form in chat."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy.engine import Engine

from bot.services.form.chat import FormChat
from bot.services.form.draft_rows import Draft, find_draft
from bot.services.form.says import FormTurn
from bot.settings import Settings
from bot.storage.database import reading, utc_now
from knowledge.form import DemandForm, load_form
from nlu.classifier import rank


@dataclass
class Person:
    """Someone who talks to the form."""

    engine: Engine
    settings: Settings
    model: Any
    user_id: int
    form: DemandForm = field(default_factory=load_form)
    message: int = 0
    days: int = 0
    turn: FormTurn = field(default_factory=lambda: FormTurn([]))

    def do(self, how: str, *args: Any, again: bool = False) -> set[str]:
        """One message; the names of the responses that were said."""
        self.message += 0 if again else 1
        with self.engine.begin() as db:
            now = utc_now() + timedelta(days=self.days)
            chat = FormChat(db, self.settings, self.user_id, self.message, now, self.form)
            self.turn = getattr(chat, how)(*args)
        return {said.response for said in self.turn.said}

    def say(self, text: str, again: bool = False) -> set[str]:
        """Words."""
        return self.do("hear", text, rank(self.model, text), again=again)

    def fill(self, *texts: str) -> None:
        """Several messages, one after the other."""
        for text in texts:
            self.say(text)

    @property
    def draft(self) -> Draft:
        """The open draft."""
        with reading(self.engine) as db:
            found = find_draft(db, self.user_id)
        assert found is not None
        return found

    def give_up(self) -> None:
        """Leave the form and have it deleted."""
        self.say("不填了")
        assert self.do("choose", "give_up") == {"utter_form_given_up"}

    def begin(self) -> None:
        """Open the form and agree."""
        self.do("start")
        self.do("choose", "agree")


BASICS = (
    "重庆永川计量检测有限公司",
    "爨世荣",
    "专利代理、商标代理、版权登记",
    "专业技术服务业",
    "永川区双石镇工业园1号",
    "一样",
    "零八年",
    "连老板带烧饭的一共七个",
    "质量部 李静",
    "13983001234",
    "SPC和六西格码",
)


def ranked(model: Any, text: str) -> list[dict[str, Any]]:
    """The ranking as the channel returns it."""
    return [{"name": name, "confidence": chance} for name, chance in rank(model, text)]
