"""Orders in the middle of the form: emptied fields, another field, and submitting unseen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from bot.services.consents import record_consent
from bot.services.demand.demands import list_demands
from bot.services.form.chat import FormChat
from bot.services.form.draft_rows import Draft, find_draft
from bot.services.form.drafts import open_draft, save_answers, set_state
from bot.settings import Settings
from bot.storage.database import reading
from bot.storage.tables import conversations, users
from tests.services.conftest import NOW

GIVEN: dict[str, Any] = {
    "company_name": "重庆永川计量检测有限公司",
    "registered_address": "永川区双石镇工业园1号",
    "postal_address": "永川区中山路街道人民大道1号",
    "telephone": "13983001234",
    "contact": "质量部 李静",
    "wanted": ["计量服务"],
}


class Talk:
    """A user whose draft holds GIVEN and asks one field; no classifier is at work."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self.engine, self.settings, self.message = engine, settings, 0
        with engine.begin() as db:
            row = {"openid": "o1", "account": "gh", "subscribed": True, "created_at": NOW}
            self.user = db.execute(users.insert().values(**row)).inserted_primary_key[0]
            db.execute(conversations.insert().values(user_id=self.user))
            record_consent(db, self.user, channel="wechat", now=NOW)
            open_draft(db, self.user, "wechat", NOW)

    def stand_at(self, field: str, **answers: Any) -> None:
        """Ask `field`, with GIVEN and `answers` stored; None leaves one open."""
        with self.engine.begin() as db:
            draft = save_answers(
                db, self.draft, {**GIVEN, **answers}, channel="wechat", actor="user", now=NOW
            )
            set_state(db, draft, asking=field)

    def say(self, text: str) -> list[str]:
        """The names of the responses, in their order."""
        self.message += 1
        with self.engine.begin() as db:
            turn = FormChat(db, self.settings, self.user, self.message, NOW).hear(text, ())
        return [said.response for said in turn.said]

    @property
    def draft(self) -> Draft:
        with reading(self.engine) as db:
            found = find_draft(db, self.user)
        assert found is not None
        return found

    @property
    def demands(self) -> int:
        with reading(self.engine) as db:
            return len(list_demands(db, self.user))


@pytest.fixture
def talk(engine: Engine, tmp_path: Path) -> Talk:
    return Talk(engine, Settings(var=tmp_path, secret="s"))


def test_nothing_is_submitted_before_the_review_was_shown(talk: Talk) -> None:
    talk.stand_at("suggestions")
    assert talk.say("提交") == ["utter_form_review"]
    assert talk.demands == 0
    assert talk.say("提交") == ["utter_form_submitted"]
    assert talk.demands == 1


def test_submitting_too_early_says_what_is_missing_and_asks_it(talk: Talk) -> None:
    talk.stand_at("suggestions", telephone=None)
    assert talk.say("提交")[0] == "utter_form_incomplete"
    assert talk.draft.asking == "telephone"
    assert talk.demands == 0


@pytest.mark.parametrize("text", ["把电话删了", "清空电话", "电话那一栏清掉"])
def test_a_required_field_that_is_emptied_is_asked_again(talk: Talk, text: str) -> None:
    talk.stand_at("suggestions")
    assert talk.say(text)[0] == "utter_form_cleared"
    assert "telephone" not in talk.draft.answers
    assert talk.draft.asking == "telephone"


def test_an_optional_field_is_emptied_and_the_form_goes_on(talk: Talk) -> None:
    talk.stand_at("suggestions", industry="陶瓷制品制造业")
    assert talk.say("把行业那栏清空")[0] == "utter_form_cleared"
    assert "industry" not in talk.draft.answers
    assert talk.draft.asking == "suggestions"


def test_what_is_emptied_to_be_written_anew_is_asked_at_once(talk: Talk) -> None:
    talk.stand_at("suggestions", industry="陶瓷制品制造业")
    talk.say("行业删掉重填")
    assert "industry" not in talk.draft.answers
    assert talk.draft.asking == "industry"


@pytest.mark.parametrize("text", ["跳到电话", "直接跳到电话那里", "跳到联系电话"])
def test_skipping_to_a_field_asks_it(talk: Talk, text: str) -> None:
    talk.stand_at("suggestions")
    before = talk.draft.answers
    talk.say(text)
    assert talk.draft.asking == "telephone"
    assert talk.draft.answers == before


def test_a_wish_of_a_long_text_empties_nothing(talk: Talk) -> None:
    talk.stand_at("suggestions")
    before = talk.draft.answers
    talk.say("建议把表里的电话删了")
    assert talk.draft.answers == {**before, "suggestions": "建议把表里的电话删了"}
