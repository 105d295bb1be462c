"""Booking messages by their words: action, moment, place, person, and what holds for any text."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.booking_talk.reading import BookingWish, read_booking_message
from bot.model.booking_talk.words import category_words, park_words
from knowledge import load_knowledge

TUESDAY = datetime(2026, 11, 24, 9, 30)


def read(text: str, now: datetime = TUESDAY, **said: Any) -> BookingWish:
    """What the words alone say."""
    return read_booking_message(text, now, [], **said)


def test_a_whole_wish() -> None:
    assert read("下周三下午两点半凤凰湖约一下搞商标的李老师") == BookingWish(
        "book",
        park="凤凰湖",
        category="ip",
        expert="李老师",
        first=date(2026, 12, 2),
        last=date(2026, 12, 2),
        period="afternoon",
        time="14:30",
    )


def test_a_moment_with_a_zone_is_read_in_china() -> None:
    evening_before = datetime.fromisoformat("2026-11-24T23:30:00+00:00")
    assert read("约明天上午", evening_before).first == date(2026, 11, 26)


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("约个专家", "book"),
        ("取消我的预约", "cancel"),
        ("不取消，改个时间", "reschedule"),
        ("不改期了，直接取消", "cancel"),
        ("取消成功没", "list"),
        ("改到周五改成没有", "list"),
        ("我约的是几点", "list"),
        ("再约一次", "book"),
        ("请帮我预约", "book"),
        ("请替我们公司预约", "book"),
        ("帮我看看我预约的是哪天", "list"),
        ("明天来不了", "cancel"),
        ("明天来不了，后天行不行", "reschedule"),
        ("专家上门看一下", "individual"),
        ("约计量科的人", "individual"),
        ("你好", "none"),
        ("", "none"),
    ],
)
def test_the_action_is_told_apart(text: str, action: str) -> None:
    assert read(text).action == action


def test_the_old_and_the_new_time_are_told_apart() -> None:
    wish = read("把周五下午的提前到周四上午")
    assert wish.from_first == date(2026, 11, 27)
    assert (wish.first, wish.period) == (date(2026, 11, 26), "morning")


@pytest.mark.parametrize(
    ("text", "first", "period", "time"),
    [
        ("周五的推迟两天", "11-29", "", ""),
        ("周五的改到下午", "11-27", "afternoon", ""),
        ("周五上午十点的晚一个小时", "11-27", "morning", "11:00"),
        ("原来约的周四 想改周五", "11-27", "", ""),
        ("不是周二，是周三，约错了", "11-25", "", ""),
        ("改到后天", "11-26", "", ""),
    ],
)
def test_where_a_booking_is_moved(text: str, first: str, period: str, time: str) -> None:
    wish = read(text)
    assert wish.action == "reschedule"
    assert (f"{wish.first:%m-%d}", wish.period, wish.time) == (first, period, time)


def test_a_shift_without_the_old_time_is_told_as_such() -> None:
    assert read("往后推一天").shift_days == 1
    assert read("提前两天").shift_days == -2
    assert read("晚半个小时").shift_minutes == 30
    assert read("提前到周四").shift_days == 0


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("周四没空，周五约一个", "11-27"),
        ("约下周三，不对，下周四", "12-03"),
        ("不要周四，约周五的", "11-27"),
        ("明天要开会，约后天", "11-26"),
        ("约明天，我们要检查设备", "11-25"),
    ],
)
def test_a_time_that_does_not_suit_is_not_wished_for(text: str, first: str) -> None:
    assert f"{read(text).first:%m-%d}" == first


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("周四上午专家在不在？在就帮我约一个", "11-26"),
        ("周四下午满了没，没满就替我预约", "11-26"),
        ("周四老师得不得空 得空帮我约", "11-26"),
        ("周四专家不在吧，不在就约周五", "11-27"),
        ("周四没空，有号就约周五", "11-27"),
    ],
)
def test_a_question_whether_a_time_suits_does_not_rule_it_out(text: str, first: str) -> None:
    wish = read(text)
    assert (wish.action, f"{wish.first:%m-%d}") == ("book", first)


def test_no_to_one_half_of_the_day_is_yes_to_the_other() -> None:
    assert read("下周约一个，不要上午的").period == "afternoon"
    assert read("周五 下午没空 约专家").period == "morning"
    assert read("约明天的，莫给我排上午，排下午").period == "afternoon"
    assert read("约明天的，别排上午").period == "afternoon"


@pytest.mark.parametrize(
    "text", ["周四上午没得空，下午三点可以不？约专家", "约周四，上午要开班子会，安排在下午三点"]
)
def test_the_day_stays_when_only_a_part_of_it_does_not_suit(text: str) -> None:
    wish = read(text)
    assert (wish.first, wish.period, wish.time) == (date(2026, 11, 26), "afternoon", "15:00")


def test_the_day_on_which_a_booking_was_made_is_not_its_day() -> None:
    assert read("取消昨天约的").first is None
    assert read("取消昨天的").first == date(2026, 11, 23)


def test_what_stays_is_not_cancelled() -> None:
    wish = read("计量那个取消，商标的留着")
    assert (wish.action, wish.category) == ("cancel", "metrology")
    assert read("下周三的不动，周五的取消").first == date(2026, 11, 27)


@pytest.mark.parametrize(
    ("text", "park"),
    [
        ("约下周三教的专家", "三教"),
        ("凤凰胡 约专家", "凤凰湖"),
        ("港乔有专家不", "港桥"),
        ("约政务大厅的", "区行政服务中心"),
        ("约 鳳凰湖", "凤凰湖"),
        ("yuyue fenghuanghu", "凤凰湖"),
        ("港桥太远了，约三教的", "三教"),
        ("不要港桥，约三教的", "三教"),
        ("约凤凰湖或者港桥", ""),
        ("约专家看三角阀", ""),
        ("去三角那边约专家", "三教"),
        ("后天去港侨 约专家", "港桥"),
        ("枫黄胡 约专家", "凤凰湖"),
        ("我们是港侨企业，约专家", ""),
        ("约专家看钢桥检测", ""),
    ],
)
def test_the_park_is_found_however_it_is_spelt(text: str, park: str) -> None:
    assert read(text).park == park


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("约计量的", "metrology"),
        ("约内审员培训的老师", "training"),
        ("约计量培训的老师", "training"),
        ("约专家问质量管理体系认证", "certification"),
        ("约专家问建立计量标准", "metrology"),
        ("约3C的专家", "certification"),
        ("约六西格玛老师", "quality_management"),
        ("约商票专家", "ip"),
        ("约专家", ""),
    ],
)
def test_the_longest_word_decides_the_category(text: str, category: str) -> None:
    assert read(text).category == category


def test_the_classifier_fills_in_a_category_that_no_word_names() -> None:
    text = "约个人看看我们仓库里那台东西称得准不准"
    ranking = [("book_expert", 0.6), ("metrology", 0.3), ("testing", 0.1)]
    assert read_booking_message(text, TUESDAY, ranking).category == "metrology"
    assert read_booking_message(text, TUESDAY, ranking[:1]).category == ""


@pytest.mark.parametrize(
    ("text", "expert"),
    [
        ("约李老师", "李老师"),
        ("指定周建国专家 后天", "周建国专家"),
        ("周武老师哪天来 约他", "周武老师"),
        ("还是约上回那个专家", "上回那个专家"),
        ("约标准老师", ""),
        ("约周五老师有空的时候", ""),
        ("随便哪个老师", ""),
    ],
)
def test_the_expert_is_named_as_said(text: str, expert: str) -> None:
    assert read(text).expert == expert


def test_names_of_the_directory_are_found_without_a_title() -> None:
    assert read("约陈静 明天", experts=["陈静"]).expert == "陈静"


@pytest.mark.parametrize("spelt", ["ZJYY-2026-0012", "zjyy20260012", "ｚｊｙｙ２０２６００１２"])
def test_the_booking_number_is_found(spelt: str) -> None:
    wish = read(f"预约{spelt}改到下周三上午")
    assert (wish.number, wish.first) == ("ZJYY-2026-0012", date(2026, 12, 2))


@pytest.mark.parametrize(
    "text", ["约专家 电话023-49859793", "约专家看 GB/T 19001-2016", "约专家 13983001234"]
)
def test_numbers_of_other_things_are_no_dates(text: str) -> None:
    wish = read(text)
    assert (wish.first, wish.time, wish.problem) == (None, "", "")


def test_parks_and_categories_can_be_those_of_another_district() -> None:
    wish = read("约江北的茶叶专家", parks={"江北园区": ["江北"]}, categories={"茶叶": "tea"})
    assert (wish.park, wish.category) == ("江北园区", "tea")


def test_the_words_name_known_stations_and_categories() -> None:
    knowledge = load_knowledge()
    assert set(category_words().values()) == set(knowledge.categories)
    assert {"凤凰湖", "港桥", "三教", "区行政服务中心"} <= set(park_words())


@given(st.text(max_size=60))
@settings(deadline=None)
def test_any_text_is_read(text: str) -> None:
    assert read(text).action in ("book", "cancel", "reschedule", "list", "individual", "none")


def test_a_long_text_is_read_to_its_end() -> None:
    """What grows with the square of the length runs into the tests' time limit."""
    assert read("周三下午，" * 2000 + "想约个专家").action == "book"
