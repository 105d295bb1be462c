"""Words while time slots are offered: what narrows them, and what stays a question of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import measure_booking
from nlu.classifier import rank
from nlu.components import FILL_BOOKING, first_of
from nlu.decide import Decision, decide
from nlu.evaluate import MODEL, QUESTIONS, read_questions
from nlu.model_file import load_classifier
from nlu.offer_words import narrows_offer, read_offer_words

BOOKING = ("book_expert", "reschedule_booking", "cancel_booking", "my_bookings")
MESSAGES = Path(__file__).parent / "booking_questions.jsonl"
SERVICE = Decision("answer", "metrology", ("metrology",))


@pytest.mark.parametrize(
    "text",
    [
        *("知识产权", "标准化", "认证", "计量", "换成计量", "认证呢", "标准方面的", "商标的有没得"),
        *("港桥园区的", "凤凰湖", "那三教呢", "港桥太远了", "除了三教", "哪个园区都行"),
        *("后天呢", "昨天有没得", "12月", "下个礼拜随便哪天下午", "上午也行", "改到下下周"),
        *("下午2:30", "12月9号14:00", "周五以后", "明天可以吗", "我周三没空", "随便哪天都行"),
        *("14:30", "不是商标，是专利", "其实是专利的事情"),
        *("三教有没得商标专家", "周明老师有空没", "有没有懂商标的专家", "越快越好"),
    ],
)
def test_narrowing_words_go_to_the_booking_while_slots_are_offered(text: str) -> None:
    assert first_of(SERVICE, text, "", offered=True) == FILL_BOOKING
    assert first_of(SERVICE, text, "") == SERVICE.intent, "with nothing offered it is a question"


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("不对，我想改成别的时间", "other_time"),
        ("换个专家", "other_expert"),
        ("换个园区", "other_place"),
        ("还有别的吗", "more"),
        ("都不合适", "more"),
        ("换一批", "more"),
        ("没得合适的，帮我排个候补", "wait"),
        ("有空位通知我", "wait"),
        ("查候补", "waiting"),
        ("我的候补排到第几了", "waiting"),
        ("算了不约了", "stop"),
        ("刚才的时间再发一下", "again"),
        ("好，就这个", "agrees"),
        ("可以晚一点不", "other_time"),
        ("你帮我定一个", "soonest"),
        ("有没有早点的", "soonest"),
    ],
)
def test_other_words_on_an_offer(text: str, meaning: str) -> None:
    assert read_offer_words(text) == meaning


@pytest.mark.parametrize(
    "text",
    [
        *(
            "电子秤检定找谁",
            "计量电话多少",
            "标准在哪里查",
            "商标怎么注册",
            "有没有培训",
            "想做检测",
        ),
        *("凤凰湖在哪里", "三教怎么走", "周末上班不", "上午几点上班", "认证要多久", "计量服务"),
        *("早上好", "老师下午好", "多谢老师", "谢谢"),
        *("收费吗", "要带什么", "转人工", "我要填需求表", "取消预约", "我的预约", "退出候补"),
        *("永川某某陶瓷厂", "13912345678", "确认", "好的", "1", "周三有会", "培训什么时候有"),
    ],
)
def test_a_question_of_its_own_is_answered_though_slots_are_offered(text: str) -> None:
    assert read_offer_words(text) == ""
    assert first_of(SERVICE, text, "", offered=True) == first_of(SERVICE, text, "")


@pytest.mark.parametrize(
    ("text", "narrows"),
    [
        ("港桥远了点，就凤凰湖吧", True),
        ("我们在三教，就近安排嘛", True),
        ("凤凰湖怎么走，方便不", False),
        ("今天天气真好", False),
        ("周三几点上班，方便来不", False),
    ],
)
def test_sentence_that_chooses_a_place_or_a_day_goes_to_the_booking(
    text: str, narrows: bool
) -> None:
    unsure = Decision("answer", "ask_contact", ())
    assert first_of(unsure, text, "", offered=True) == (FILL_BOOKING if narrows else unsure.intent)
    assert first_of(SERVICE, text, "", offered=True) == SERVICE.intent, "what is sure is answered"
    assert first_of(unsure, text, "") == unsure.intent


def test_reason_for_a_place_is_no_question_of_its_own() -> None:
    unsure = Decision("answer", "ask_contact", ())
    text = "港桥那边停车方便点，就港桥吧"
    assert first_of(unsure, text, "", offered=True) == FILL_BOOKING


def test_hardly_any_question_of_the_project_is_taken_for_words_on_an_offer() -> None:
    """They were written with no offer in mind: whatever is taken is taken from the answer."""
    model = load_classifier(MODEL)
    others = [q for q in read_questions(QUESTIONS) if q["label"] not in BOOKING]
    taken = [q["text"] for q in others if narrows_offer(q["text"], decide(rank(model, q["text"])))]
    assert len(others) > 1_000
    assert len(taken) <= 3, taken


def test_most_booking_messages_reach_the_booking_while_slots_are_offered() -> None:
    model = load_classifier(MODEL)
    texts = [row["text"] for row in measure_booking.read_rows(MESSAGES)]
    reached = [
        text
        for text in texts
        if first_of(decide(rank(model, text)), text, "", offered=True) in (*BOOKING, FILL_BOOKING)
    ]
    assert len(reached) / len(texts) >= 0.95


@pytest.mark.parametrize("word", ["有没有", "行不行要得不", "空位", "看一下", "可不可以"])
def test_a_word_repeated_narrows_nothing(word: str) -> None:
    """The wordings would try every way to cut it up."""
    assert read_offer_words((word * 20)[:20]) == ""


def test_waiting_list_in_words_is_about_booking_at_any_time() -> None:
    lost = Decision("reject", "out_of_scope", ())
    assert first_of(lost, "查候补", "") == "my_bookings"
    assert first_of(lost, "排候补", "") == "book_expert"


@pytest.mark.parametrize("text", ["排队吗", "要排队不", "可以排队吗", "可以候补吗", "排队"])
def test_a_question_on_queues_puts_nobody_on_the_waiting_list(text: str) -> None:
    process = Decision("answer", "ask_process", ())
    assert first_of(process, text, "") == "ask_process"


@pytest.mark.parametrize("text", ["要排队吗", "要排队不", "可以排队吗"])
def test_a_question_on_queues_is_none_on_the_slots_that_are_offered(text: str) -> None:
    assert first_of(Decision("answer", "ask_process", ()), text, "", offered=True) == "ask_process"


def test_where_a_named_service_is_done_is_a_question_on_the_service() -> None:
    metrology = Decision("answer", "metrology", ("metrology",))
    assert first_of(metrology, "哪里可以现场检定", "") == "metrology"
    unsure = Decision("ask_back", "metrology", ("metrology",))
    assert first_of(unsure, "哪里可以当面问", "") == "ask_stations"


def test_what_is_asked_comes_before_what_is_offered() -> None:
    assert first_of(SERVICE, "下午的", "demand", offered=True) == "fill_demand"
    assert first_of(SERVICE, "下午的", "company_name", offered=True) == FILL_BOOKING
    assert first_of(SERVICE, "永川某某陶瓷厂", "company_name", offered=True) == "fill_form"
