"""The assistant's side of a hand-off: what is said, and what is asked of the services."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.engine import Engine

import actions.database
from actions.between import answer_between
from actions.demand_progress import ActionDemandProgress
from actions.handoff import ActionCallPerson, ActionComplain
from actions.unsure import ActionAskBack, ActionReject
from bot.gateway.owned import origin
from bot.handoff_texts import NO_MESSAGE
from bot.model.calendar import Calendar
from bot.services.handoff.chat import Heard, hear_user
from bot.services.handoff.handoffs import close_handoff
from bot.services.handoff.rows import Handoff, open_handoff, words_of
from bot.settings import read_settings
from bot.storage.database import utc_now
from knowledge.centre import centre_facts
from knowledge.handoff import needs_person
from tests.services.handoff_setup import add_staff, add_talker, desk, in_chat, said, say

Told = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def user(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> int:
    """A user on the test's database, in office hours."""
    monkeypatch.setattr(actions.database, "engine", lambda: engine)
    monkeypatch.setattr(Calendar, "is_open", lambda self, moment: True)
    with engine.begin() as db:
        return add_talker(db)


def tracker(
    engine: Engine | None,
    user: int,
    text: str,
    intent: str,
    slots: dict[str, Any] | None = None,
    **entities: str,
) -> Tracker:
    """A conversation whose latest message this is; before it metrology was spoken of."""
    metadata: dict[str, Any] = {}
    if engine is not None:
        with engine.begin() as db:
            metadata = {"user_id": str(user), "message_id": say(db, user, text)}
    latest = {
        "text": text,
        "intent": {"name": intent},
        "intent_ranking": [],
        "entities": [{"entity": name, "value": value} for name, value in entities.items()],
        "metadata": metadata,
    }
    before = {"event": "user", "parse_data": {"intent": {"name": "metrology"}, "entities": []}}
    return Tracker("u1", slots or {}, latest, [before], False, None, {}, None)


def run(action: Action, seen: Tracker) -> list[dict[str, Any]]:
    """What the action says."""
    dispatcher = CollectingDispatcher()
    action.run(dispatcher, seen, {})
    return list(dispatcher.messages)


def handoff_of(engine: Engine, user: int) -> Handoff | None:
    """The user's open hand-off."""
    with engine.begin() as db:
        return open_handoff(db, user)


def test_a_person_asked_for_gets_the_category_spoken_of(engine: Engine, user: int) -> None:
    run(ActionCallPerson(), tracker(engine, user, "转人工", "handoff_human"))
    found = handoff_of(engine, user)
    assert found is not None
    assert (found.reason, found.category, found.urgency) == ("asked", "metrology", 0)
    with engine.begin() as db:
        assert "您排在第1位" in said(db, user)[0]


@pytest.mark.parametrize(
    ("reason", "kept", "urgency"),
    [("anger", "anger", 1), ("misses", "misses", 0), ("x", "asked", 0)],
)
def test_an_offered_choice_tells_why(
    engine: Engine, user: int, reason: str, kept: str, urgency: int
) -> None:
    run(ActionCallPerson(), tracker(engine, user, "/x", "handoff_human", reason=reason))
    found = handoff_of(engine, user)
    assert found is not None
    assert (found.reason, found.urgency) == (kept, urgency)


def test_outside_wechat_the_telephones_are_said(user: int) -> None:
    (message,) = run(ActionCallPerson(), tracker(None, user, "转人工", "handoff_human"))
    assert message["response"] == "utter_person_by_telephone"


def test_anger_is_offered_a_person(engine: Engine, user: int) -> None:
    (message,) = run(ActionComplain(), tracker(engine, user, "太慢了", "complain"))
    assert message["response"] == "utter_complain"
    assert message["buttons"] == [
        {"title": "转人工", "payload": '/handoff_human{"reason": "anger"}'}
    ]
    assert handoff_of(engine, user) is None


def test_a_complaint_about_staff_is_passed_on_by_rule(engine: Engine, user: int) -> None:
    run(ActionComplain(), tracker(engine, user, "窗口的人爱理不理", "complain"))
    found = handoff_of(engine, user)
    assert found is not None
    assert (found.reason, found.urgency) == ("rule", 1)


def test_a_telephone_that_nobody_answers_is_no_list_of_telephones(
    engine: Engine, user: int
) -> None:
    (message,) = run(ActionComplain(), tracker(engine, user, "电话打不通", "complain"))
    assert message["response"] == "utter_telephone_unanswered"
    assert message["buttons"][0]["title"] == "转人工"


def test_a_message_left_is_told_of_and_taken_back(
    engine: Engine, user: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Calendar, "is_open", lambda self, moment: False)

    def told(text: str) -> dict[str, Any]:
        seen = tracker(engine, user, text, "check_demand_status")
        return run(ActionDemandProgress(), seen)[0]

    assert told("我的投诉受理没")["text"] == NO_MESSAGE.format(**centre_facts())
    run(ActionComplain(), tracker(engine, user, "专家收我红包", "complain"))
    found = handoff_of(engine, user)
    assert found is not None
    with engine.begin() as db:
        again = say(db, user, "就是昨天")
        hear_user(db, read_settings(demo=True), user, Heard(again, "就是昨天"), origin())
        done = say(db, user, "结束留言")
        hear_user(db, read_settings(demo=True), user, Heard(done, "结束留言"), origin())
    assert "已经收到，还没有处理完" in told("我的投诉受理没")["text"]
    assert "已撤回" in told("我想撤回投诉")["text"]
    assert handoff_of(engine, user) is None
    assert told("我的留言呢")["text"] == NO_MESSAGE.format(**centre_facts())


def test_the_rule_looks_at_complaints_only() -> None:
    assert needs_person("complain", "你们收费太乱")
    assert not needs_person("metrology", "检定要收费吗")
    assert not needs_person("complain", "太慢了")


@pytest.mark.parametrize(
    ("action", "intent"), [(ActionAskBack(), "nlu_fallback"), (ActionReject(), "out_of_scope")]
)
def test_two_misses_in_a_row_offer_a_person(
    engine: Engine, user: int, action: Action, intent: str
) -> None:
    (first,) = run(action, tracker(engine, user, "嗯那个", intent))
    assert all(b["title"] != "转人工" for b in first["buttons"])
    (second,) = run(action, tracker(engine, user, "嗯那个", intent, {"misses": 1}))
    assert second["buttons"][0]["payload"] == '/handoff_human{"reason": "misses"}'


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("重庆永川红河机械有限公司", True),
        ("永川区双石镇秀英豆腐坊", True),
        ("139 8300 1234", True),
        ("023-49812345", True),
        ("永川哪里有检测公司", False),
        ("重庆工商大学的学历认证找哪个公司", False),
        ("打13983001234这个电话没人接", False),
        ("今天天气咋样", False),
    ],
)
def test_name_where_nothing_was_asked_is_no_miss(
    engine: Engine, user: int, text: str, alone: bool
) -> None:
    for action in (ActionReject(), ActionAskBack()):
        (said,) = run(action, tracker(engine, user, text, "out_of_scope"))
        assert (said["response"] == "utter_name_alone") == alone


def test_progress_tells_what_a_person_settled(engine: Engine, user: int) -> None:
    seen = tracker(engine, user, "查进度", "check_demand_status")
    assert run(ActionDemandProgress(), seen)[0]["response"] == "utter_no_demands"
    with engine.begin() as db:
        staff = add_staff(db, "李敏")
        made = in_chat(db, user, staff, utc_now())
        origin = desk(staff, utc_now())
        close_handoff(db, made.id, staff, origin, outcome="referred", note="已转计量科。")
    (settled, _) = run(ActionDemandProgress(), seen)
    assert settled["text"].endswith("：已转有关部门。\n专员说明：已转计量科。")


def test_in_the_middle_of_a_form_a_person_is_called_as_well(engine: Engine, user: int) -> None:
    dispatcher = CollectingDispatcher()
    seen = tracker(engine, user, "转人工", "handoff_human")
    answer_between("handoff_human", dispatcher, seen, {})
    assert handoff_of(engine, user) is not None


def complaining(engine: Engine, user: int, text: str, times: int) -> Tracker:
    """A message of somebody who complained so often before in this case, this one counted."""
    seen = tracker(engine, user, text, "complain")
    seen.events += [{"event": "user", "parse_data": {"intent": {"name": "complain"}}}] * times
    return seen


def test_who_complains_again_does_not_hear_the_same_again(engine: Engine, user: int) -> None:
    told = [
        run(ActionComplain(), complaining(engine, user, "你们太差了", times))[0]
        for times in (1, 2, 3)
    ]
    assert [each["response"] for each in told] == [
        "utter_complain",
        "utter_complain_more",
        "utter_complain_again",
    ]
    assert all(each["buttons"][0]["title"] == "转人工" for each in told)


@pytest.mark.parametrize("text", ["那我找谁投诉", "怎么投诉你们", "投诉电话多少"])
def test_where_to_complain_is_told(engine: Engine, user: int, text: str) -> None:
    (told,) = run(ActionComplain(), complaining(engine, user, text, 3))
    assert told["response"] == "utter_complain_where"


def test_a_complaint_only_said_has_no_result(engine: Engine, user: int) -> None:
    (told,) = run(ActionDemandProgress(), complaining(engine, user, "投诉有结果没得", 1))
    assert told["response"] != "utter_complaint_only_said", "negative control: another intent"
    seen = complaining(engine, user, "投诉有结果没得", 1)
    seen.latest_message["intent"] = {"name": "check_demand_status"}
    (told,) = run(ActionDemandProgress(), seen)
    assert told["response"] == "utter_complaint_only_said"


@pytest.mark.parametrize("text", ["留个言可以不", "回到留言", "留言"])
def test_who_wants_to_leave_a_message_leaves_one_though_somebody_is_there(
    engine: Engine, user: int, text: str
) -> None:
    run(ActionCallPerson(), tracker(engine, user, text, "handoff_human"))
    found = handoff_of(engine, user)
    assert found is not None
    assert found.status == "message"
    with engine.begin() as db:
        assert said(db, user)[-1].startswith("好的，请直接留言")


def test_what_is_added_goes_to_the_message_that_was_left(engine: Engine, user: int) -> None:
    text = "还要补一句，最好上午打"
    (nothing,) = run(ActionDemandProgress(), tracker(engine, user, text, "check_demand_status"))
    assert nothing["response"] == "utter_no_demands", "negative control: no message was left"
    run(ActionCallPerson(), tracker(engine, user, "留个言", "handoff_human"))
    with engine.begin() as db:
        for words in ("秤坏了", "结束留言"):
            hear_user(db, read_settings({}), user, Heard(say(db, user, words), words), origin())
    (told,) = run(ActionDemandProgress(), tracker(engine, user, text, "check_demand_status"))
    assert "已补充" in told["text"]
    left = handoff_of(engine, user)
    assert left is not None
    with engine.begin() as db:
        assert len(words_of(db, left)) == 2
