"""Deleting one's own data by words, whatever is asked at the time."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.engine import Engine

import actions.database
from actions.between import answer_between
from actions.own_data import ActionMyData
from bot.gateway.read_message import choose
from bot.services.form.draft_rows import find_draft
from tests.services.conftest import ready_draft
from tests.services.handoff_setup import add_talker
from tests.unit.test_handoff_actions import run, tracker

SMALLTALK = Path(__file__).parents[2] / "domain" / "responses" / "smalltalk.yml"


@pytest.fixture
def user(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> int:
    """A user with a form that is not submitted."""
    monkeypatch.setattr(actions.database, "engine", lambda: engine)
    with engine.begin() as db:
        user = add_talker(db)
        ready_draft(db, user)
    return user


@pytest.mark.parametrize("word", ["确认", "是", "确定", "确定删除", "确认删除", "好", "1"])
def test_yes_in_any_words_deletes(engine: Engine, user: int, word: str) -> None:
    (asked,) = run(ActionMyData(), tracker(engine, user, "删除我的信息", "privacy_question"))
    assert asked["response"] == "utter_data_delete"
    assert choose(asked["buttons"], word) == '/my_data{"choice": "delete_sure"}'
    sure = tracker(engine, user, "/my_data", "my_data", choice="delete_sure")
    assert run(ActionMyData(), sure)[0]["response"] == "utter_data_deleted"
    with engine.begin() as db:
        assert find_draft(db, user) is None


@pytest.mark.parametrize("word", ["不删了", "不", "算了", "取消", "2"])
def test_no_in_any_words_deletes_nothing(engine: Engine, user: int, word: str) -> None:
    (asked,) = run(ActionMyData(), tracker(engine, user, "删除我的信息", "privacy_question"))
    assert choose(asked["buttons"], word) == '/my_data{"choice": "keep"}'
    keep = tracker(engine, user, "/my_data", "my_data", choice="keep")
    assert run(ActionMyData(), keep)[0]["response"] == "utter_data_not_deleted"
    with engine.begin() as db:
        assert find_draft(db, user) is not None


def test_other_words_are_neither(engine: Engine, user: int) -> None:
    (asked,) = run(ActionMyData(), tracker(engine, user, "删除我的信息", "privacy_question"))
    for word in ("会删掉哪些", "好像不对", "3"):
        assert choose(asked["buttons"], word) is None


@pytest.mark.parametrize("question", ["privacy_question", "ask_capabilities"])
def test_an_answer_in_between_leads_to_no_choices(engine: Engine, user: int, question: str) -> None:
    dispatcher = CollectingDispatcher()
    seen = tracker(engine, user, "你们拿这些信息干嘛", "fill_form")
    answer_between(question, dispatcher, seen, {})
    (said,) = dispatcher.messages
    assert said["buttons"] == []


@pytest.mark.parametrize(
    ("text", "response"),
    [
        ("我的电话会给别人吗", "utter_data_share"),
        ("把我电话删了", "utter_data_delete_part"),
        ("我要看隐私政策", "utter_data_policy"),
        ("我不想你们存我的信息", "utter_data_no_keep"),
        ("我的电话13800138002", "utter_name_alone"),
        ("你们可靠吗", "utter_privacy_question"),
    ],
)
def test_each_question_has_an_answer_of_its_own(
    engine: Engine, user: int, text: str, response: str
) -> None:
    told = run(ActionMyData(), tracker(engine, user, text, "privacy_question"))
    assert told[0]["response"] == response


def test_what_is_kept_of_a_chat_is_not_denied() -> None:
    """Messages stand in the inbox and the transcripts, and wordings are learned from."""
    responses = yaml.safe_load(SMALLTALK.read_text("utf-8"))["responses"]
    kept, shared, told = (
        responses[name][0]["text"]
        for name in ("utter_data_no_keep", "utter_data_share", "utter_privacy_question")
    )
    assert "对话和留言都会保存" in kept
    assert "删除我的信息" in kept
    for text in (kept, shared, told):
        assert not re.search("不会保存|只用来答复|只用于答复|不作他用", text)
    for text in (shared, told):
        assert "改进智能助手" in text


def test_the_notice_is_told_whole(engine: Engine, user: int) -> None:
    told = run(ActionMyData(), tracker(engine, user, "隐私政策", "privacy_question"))
    assert "不作他用" in told[0]["lines"]


def test_consent_taken_back_is_a_deletion_that_is_asked_for_once_more(
    engine: Engine, user: int
) -> None:
    (asked,) = run(ActionMyData(), tracker(engine, user, "撤回同意", "privacy_question"))
    assert asked["response"] == "utter_data_withdraw"
    assert choose(asked["buttons"], "确认") == '/my_data{"choice": "delete_sure"}'
    run(ActionMyData(), tracker(engine, user, "/my_data", "my_data", choice="delete_sure"))
    (nothing,) = run(ActionMyData(), tracker(engine, user, "撤回同意", "privacy_question"))
    assert nothing["response"] == "utter_data_no_consent"
    assert not nothing["buttons"]
