"""The assistant's answers on services: what stands at the desk, from the next question on."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk import Action
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.engine import Engine

import actions.database
from actions.between import answer_between
from actions.contacts import ActionShowContacts
from actions.services import ActionAnswerQuestion
from actions.unsure import ActionAskBack, ActionReject
from bot.services.resources.rows import save_resource
from bot.services.resources.service_items import ITEMS
from tests.services.demand_setup import DESK, technical
from tests.services.handoff_setup import add_talker
from tests.services.test_resource_files import BOSS
from tests.services.test_service_items import FOOTPRINT, change
from tests.unit.test_handoff_actions import run, tracker

ASKED = "电子秤检定找谁"


@pytest.fixture
def user(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> int:
    """A user; the action server is on the test's database."""
    monkeypatch.setattr(actions.database, "engine", lambda: engine)
    with engine.begin() as db:
        return add_talker(db)


def told(engine: Engine | None, user: int, action: Action, text: str, intent: str) -> str:
    """All that the assistant says to a message, with the names of its responses."""
    said = run(action, tracker(engine, user, text, intent))
    return "\n".join(str(value) for message in said for value in message.values())


def test_telephone_changed_at_the_desk_is_the_next_answers(engine: Engine, user: int) -> None:
    assert "49473890" in told(engine, user, ActionAnswerQuestion(), ASKED, "metrology")
    with engine.begin() as db:
        change(db, "metrology_verification", telephones=("49850000",))
    answer = told(engine, user, ActionAnswerQuestion(), ASKED, "metrology")
    assert "49850000" in answer
    assert "49473890" not in answer
    assert "49850000" in told(engine, user, ActionShowContacts(), "电话多少", "ask_contact")
    dispatcher = CollectingDispatcher()
    answer_between("metrology", dispatcher, tracker(engine, user, ASKED, "metrology"), {})
    assert dispatcher.messages[0]["telephones"] == "49850000"


def test_withdrawn_item_is_not_among_the_answers(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        change(db, "metrology_verification", active=False)
    answer = told(engine, user, ActionAnswerQuestion(), ASKED, "metrology")
    assert "强制检定/校准" not in answer
    chosen = tracker(engine, user, "", "service", service="metrology_verification")
    assert run(ActionAnswerQuestion(), chosen)[0]["response"] == "utter_ask_again"


@pytest.mark.parametrize(
    ("action", "intent"),
    [
        (ActionReject(), "out_of_scope"),
        (ActionAskBack(), "nlu_fallback"),
        (ActionAnswerQuestion(), "quality_management"),
    ],
)
def test_new_item_is_answered_whatever_the_classifier_takes_it_for(
    engine: Engine, user: int, action: Action, intent: str
) -> None:
    asked = "产品碳足迹怎么核算"
    assert "碳足迹核查" not in told(engine, user, action, asked, intent)
    with engine.begin() as db:
        save_resource(db, ITEMS, None, FOOTPRINT, BOSS, DESK)
    answer = told(engine, user, action, asked, intent)
    assert "产品碳足迹核查咨询服务" in answer
    assert "49853128" in answer


def test_who_else_can_serve_it_is_named_after_the_departments(engine: Engine, user: int) -> None:
    def said() -> list[dict[str, Any]]:
        return run(ActionAnswerQuestion(), tracker(engine, user, ASKED, "metrology"))

    assert "utter_service_organisations" not in [each.get("response") for each in said()]
    with engine.begin() as db:
        technical(db, "永川计量所", services=("metrology_verification",), telephone="49850000")
        technical(db, "无电话的所", services=("metrology_verification",))
    named = [each for each in said() if each.get("response") == "utter_service_organisations"]
    assert named[0]["lines"] == "永川计量所：49850000\n无电话的所"


def test_outside_the_product_the_knowledge_answers(user: int) -> None:
    assert "49473890" in told(None, user, ActionAnswerQuestion(), ASKED, "metrology")
