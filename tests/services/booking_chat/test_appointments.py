"""Individual appointments with an organisation are asked for in chat."""

from __future__ import annotations

from datetime import date

from bot.services.booking.individual import my_requests
from bot.services.consents import withdraw_consent
from bot.storage.database import reading
from bot.storage.resource_tables import organisations
from knowledge import load_knowledge
from tests.services.booking_chat.person import Person
from tests.services.conftest import NOW
from tests.services.demand_setup import technical


def test_individual_appointment_is_a_request(person: Person) -> None:
    person.say("想约标准化科的人谈企业标准")
    if person.turn.said[0].response == "utter_booking_which_organisation":
        person.tap(person.titles[0])
    person.say("永川某某陶瓷有限公司，企业标准备案")
    assert person.turn.said[0].response == "utter_booking_request_check"
    assert person.tap("提交") == {"utter_booking_requested"}
    with reading(person.engine) as db:
        (request,) = my_requests(db, person.user_id)
    assert request.number == person.values["number"]
    assert (request.company, request.topic) == ("永川某某陶瓷有限公司", "企业标准备案")


def test_tapped_organisation_is_the_one_that_was_shown_though_the_list_changed(
    person: Person,
) -> None:
    item = next(i.id for i in load_knowledge().services if "metrology" in i.categories)
    with person.engine.begin() as db:
        gone = technical(db, "示例检测“甲”院", services=(item,))
        technical(db, "示例检测乙院", services=(item,))
    person.say("想约区里的单位上门谈计量")
    person.do("choose", "category:metrology")
    assert person.titles[-2:] == ["示例检测“甲”院", "示例检测乙院"]
    shown = person.turn
    with person.engine.begin() as db:
        db.execute(organisations.update().where(organisations.c.id == gone.id).values(active=False))
    person.tap("示例检测乙院")
    person.say("永川某某陶瓷有限公司，计量检定")
    assert person.values["organisation"] == "示例检测乙院"
    person.turn = shown
    assert person.tap("示例检测“甲”院") == {
        "utter_booking_refused",
        "utter_booking_which_organisation",
    }
    assert "这个单位现在不接受预约了" in person.heard
    assert "示例检测乙院" in person.titles
    assert "示例检测“甲”院" not in person.titles


def test_day_and_telephone_of_an_individual_appointment(person: Person) -> None:
    person.say("想约标准化科的人谈企业标准")
    assert person.say("下周三下午") == {"utter_booking_ask_words"}, "no topic"
    person.say("永川某某陶瓷有限公司，企业标准备案")
    assert person.values["when"] == "3月11日（周三）下午"
    assert person.say("13900001111") == {"utter_booking_request_check"}
    assert "13900001111" in person.heard
    person.say("上午")
    assert person.values["when"] == "3月11日（周三）上午"
    assert person.say("昨天") == {"utter_booking_refused", "utter_booking_request_check"}
    person.tap("提交")
    with reading(person.engine) as db:
        (request,) = my_requests(db, person.user_id)
    assert (request.first, request.period) == (date(2026, 3, 11), "morning")
    assert request.telephone == "13900001111"


def test_refused_time_does_not_stop_an_individual_appointment(person: Person) -> None:
    said = person.say("想约标准化科的人谈企业标准，昨天，重庆一句茶叶有限公司")
    assert "utter_booking_refused" in said
    assert person.turn.said[-1].response != "utter_booking_refused", "it goes on"
    person.say("企业标准备案")
    assert person.values["company"] == "重庆一句茶叶有限公司"
    assert person.values["when"] == "由质量服务中心商定"


def test_day_said_before_consent_is_kept(person: Person) -> None:
    with person.engine.begin() as db:
        withdraw_consent(db, person.user_id, channel="wechat", actor="user", now=NOW)
    person.say("想约标准化科的人谈企业标准")
    assert person.say("下周三下午") == {"utter_booking_told", "utter_booking_consent_again"}
    assert person.heard.startswith("您说的时间")
    assert person.say("昨天") == {"utter_booking_refused", "utter_booking_consent_again"}
    person.tap("同意")
    person.say("永川某某陶瓷有限公司，企业标准备案")
    assert person.values["when"] == "3月11日（周三）下午"


def test_sending_twice_is_one_request_and_the_next_begins_with_nothing(person: Person) -> None:
    person.say("想约标准化科的人谈企业标准")
    person.say("永川某某陶瓷有限公司，企业标准备案，电话13900001111")
    shown = person.turn
    person.tap("提交")
    person.turn = shown
    assert person.tap("提交") == {"utter_my_bookings"}
    with reading(person.engine) as db:
        assert len(my_requests(db, person.user_id)) == 1
    person.say("想约标准化科的人谈企业标准，重庆一句茶叶有限公司")
    assert person.say("企业标准备案") == {"utter_booking_request_check"}
    assert "13900001111" not in person.heard


def test_individual_appointment_needs_consent_too(person: Person) -> None:
    with person.engine.begin() as db:
        by_user = {"channel": "wechat", "actor": "user", "now": NOW}
        withdraw_consent(db, person.user_id, **by_user)  # type: ignore[arg-type]
    person.say("想约标准化科的人谈企业标准")
    assert person.turn.said[-1].response == "utter_booking_consent"
    assert person.tap("同意") == {"utter_booking_ask_words"}
