"""Messages in the middle of the form: what is data, and what is a command, question, correction …

The rows of tests/nlu/midform_questions.jsonl: `field` is annex 4's label; `expect` is the stored
value, the command, the question's category (null: any), {"field", "value"} of a correction, or
the code of what is invalid.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.model.field_error import CODES
from bot.model.form import check_value
from bot.model.form_talk.reading import Reading
from bot.model.form_talk.turn import read_form_message
from knowledge.form import load_form
from nlu.classifier import rank, train_classifier
from tests.nlu.training_data import examples
from tests.unit.standing import find_label, standing_at

FORM = load_form()
TODAY = date(2026, 3, 10)
ROWS = Path(__file__).resolve().parents[1] / "nlu" / "midform_questions.jsonl"
ENOUGH = 0.97
"""Somewhat below what was reached; other training data moves a few rows."""
UNSURE = [("out_of_scope", 0.3), ("chitchat", 0.2)]
"""A classifier that knows nothing: what must hold by the words alone."""
LABELS = [f.label for f in FORM.fields if f.asked and f.kind != "rows"]
LABELS += [column.label for column in FORM.field("product_standards").columns]

Ranker = Callable[[str], Sequence[tuple[str, float]]]


@pytest.fixture(scope="session")
def ranker() -> Ranker:
    """The classifier, trained on the project's own examples."""
    rows = list(examples())
    pipeline = train_classifier([text for _, _, text in rows], [intent for _, intent, _ in rows])
    return lambda text: rank(pipeline, text)


def hear(label: str, text: str, ranking: Any = UNSURE, **stored: Any) -> Reading:
    """How `text` is read while the field of this label is asked."""
    path, answers = standing_at(FORM, label)
    return read_form_message(FORM, path, text, ranking, {**answers, **stored}, TODAY)


def told(reading: Reading, label: str) -> Any:
    """The value that the reading has for the field or column of this label."""
    field, column = find_label(FORM, label)
    value = reading.values.get(field.id)
    if column is not None:
        return value[-1].get(column.id) if value else value
    return value


def is_right(row: dict[str, Any], ranker: Ranker) -> tuple[bool, Reading]:
    """Whether a row is read as it says."""
    expect, stored = row["expect"], {}
    if isinstance(expect, dict) and "remove" in expect:
        field = find_label(FORM, row["field"])[0]
        stored = {field.id: list(field.options)}
        expect = [option for option in field.options if option not in expect["remove"]]
    reading = hear(row["field"], row["text"], ranker(row["text"]), **stored)
    if reading.kind != row["kind"]:
        return False, reading
    if row["kind"] == "correction":
        expect, got = expect["value"], told(reading, expect["field"])
    else:
        got = {
            "answer": told(reading, row["field"]),
            "command": reading.command,
            "question": reading.category if expect else None,
            "invalid": reading.reason if expect else None,
        }.get(row["kind"])
    return got == expect or str(got) == str(expect), reading


@pytest.mark.parametrize(
    "kind", ["answer", "command", "question", "correction", "invalid", "chitchat", "handoff"]
)
def test_messages_in_the_middle_of_the_form(kind: str, ranker: Ranker) -> None:
    rows = [json.loads(line) for line in ROWS.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row["kind"] == kind]
    read = [(row, *is_right(row, ranker)) for row in rows]
    wrong = [f"{row} read as {reading}" for row, right, reading in read if not right]
    assert len(rows) >= 20
    assert len(wrong) <= len(rows) * (1 - ENOUGH), "\n".join(wrong)


# Commands and hand-over work everywhere, whatever the classifier says


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("上一步", "back"),
        ("返回上一题", "back"),
        ("倒回去", "back"),
        ("跳过", "skip"),
        ("先空起", "skip"),
        ("这个不填", "skip"),
        ("下一个", "skip"),
        ("保存", "save"),
        ("晚点再填", "save"),
        ("查看", "summary"),
        ("填到哪步了", "summary"),
        ("还差几项没填", "summary"),
        ("不填了", "cancel"),
        ("退出", "cancel"),
        ("提交", "submit"),
        ("到网页上填", "page"),
    ],
)
def test_commands_work_at_every_field(label: str, text: str, command: str) -> None:
    reading = hear(label, text)
    assert (reading.kind, reading.command) == ("command", command)


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("text", ["转人工", "人工客服", "我要找个真人", "算了，喊个人来"])
def test_a_person_can_be_asked_for_at_every_field(label: str, text: str) -> None:
    assert hear(label, text).kind == "handoff"


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("text", ["😀😀", "🙄", "[微笑]", "。。。", "👍👍👍"])
def test_emoji_alone_is_small_talk_at_every_field(label: str, text: str) -> None:
    assert hear(label, text).kind == "chitchat"


@pytest.mark.parametrize("label", LABELS)
def test_a_question_mark_alone_asks_about_the_field(label: str) -> None:
    reading = hear(label, "？？")
    assert (reading.kind, reading.field) == ("question", standing_at(FORM, label)[0])


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("改第3项", "business_scope"),
        ("第一项改一下", "company_name"),
        ("修改电话", "telephone"),
        ("重新填法人", "legal_representative"),
        ("改一下注册地址", "registered_address"),
        ("改下标准编号", "product_standards.1.standard_number"),
        ("人数填错了", "employees"),
        ("电华错了", "telephone"),
        ("回到培训那部分", "training_wants"),
    ],
)
def test_a_field_is_reached_by_name_and_number(text: str, field: str) -> None:
    reading = hear("知识产权服务", text)
    assert (reading.kind, reading.command, reading.field) == ("command", "goto", field)


def test_going_to_a_section_that_was_not_wanted_makes_it_wanted() -> None:
    reading = hear("意见和建议", "回到计量那部分", wanted=["知识产权服务"])
    assert reading.field == "metrology_wants"
    assert reading.values == {"wanted": ["计量服务", "知识产权服务"]}


def test_a_correction_without_a_field_asks_which() -> None:
    reading = hear("职工总数", "我要修改信息", [("correct_field", 0.9)])
    assert (reading.kind, reading.command, reading.field) == ("command", "goto", "")


# Free text is data


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("企业名称", "重庆永川计量检测有限公司"),
        ("企业名称", "重庆转人工智能科技有限公司"),
        ("企业名称", "重庆不填坑建筑工程有限公司"),
        ("企业名称", "永川区提交通讯器材经营部"),
        ("企业名称", "重庆什么值得买电子商务有限公司"),
        ("企业法定代表人", "爨世荣"),
        ("企业法定代表人", "范辉"),
        ("企业法定代表人", "高标准"),
        ("业务范围", "专利检索、商标查询"),
        ("业务范围", "人工智能软件开发"),
        ("业务范围", "客服外包、呼叫中心"),
        ("业务范围", "保存食品用的冷库租赁"),
        ("所属行业", "计量检测行业"),
        ("注册地址", "检测中心旁边那栋楼"),
        ("质量管理机构/负责人", "标准化办公室"),
        ("产品名称", "电子秤"),
        ("其他服务", "想请专家来厂里看看压铸件为啥老是有气孔"),
        ("意见和建议", "建议人工服务多安排几个人"),
        ("意见和建议", "希望跳过那些不必要的环节"),
        ("意见和建议", "检定能不能上门？我们秤多搬不动"),
        ("意见和建议", "=cmd|' /C calc'!A0 {{ 7*7 }} <b>"),
    ],
)
@pytest.mark.parametrize(
    "ranking",
    [UNSURE, [("metrology", 0.99)], [("handoff_human", 0.85)], [("skip_field", 0.75)]],
    ids=["unsure", "metrology", "person", "skip"],
)
def test_text_that_belongs_in_the_field_is_data(label: str, text: str, ranking: Any) -> None:
    reading = hear(label, text, ranking)
    assert (reading.kind, told(reading, label)) == ("answer", text)


@pytest.mark.parametrize("text", ["1", "12", "一", "三", "８"])
def test_a_bare_number_is_never_a_company(text: str) -> None:
    reading = hear("企业名称", text, [("goodbye", 0.9)])
    assert (reading.kind, reading.reason) == ("invalid", "full_name")


def test_same_address_is_the_registered_one() -> None:
    reading = hear("通讯地址", "跟注册地址一样")
    assert told(reading, "通讯地址") == "重庆市永川区凤凰湖工业园凤龙大道88号"


def test_same_address_without_a_registered_one_is_invalid() -> None:
    reading = hear("通讯地址", "一样", registered_address=None)
    assert (reading.kind, reading.reason) == ("invalid", "nothing_stored")


# Several answers in one message


def test_one_message_answers_several_fields() -> None:
    text = "重庆理文造纸有限公司，法人李文俊，电话023-49812233，2006年成立的，一共860人"
    assert hear("企业名称", text).values == {
        "company_name": "重庆理文造纸有限公司",
        "legal_representative": "李文俊",
        "telephone": "02349812233",
        "founded": "2006",
        "employees": 860,
    }


def test_a_telephone_behind_another_answer_is_taken_too() -> None:
    assert hear("质量管理机构/负责人", "技术部李工 18996221005").values == {
        "contact": "技术部 李工",
        "telephone": "18996221005",
    }


def test_a_labelled_answer_to_another_field_is_not_lost() -> None:
    assert hear("企业名称", "电话：18996221005").values == {"telephone": "18996221005"}


def test_words_of_a_label_within_a_text_are_no_label() -> None:
    assert hear("业务范围", "电话机维修、手机配件").values == {
        "business_scope": "电话机维修、手机配件"
    }


# Corrections


@pytest.mark.parametrize(
    ("label", "text", "field", "value"),
    [
        ("需要的服务", "电话不是这个 是18996221005", "电话/手机", "18996221005"),
        ("业务范围", "法人姓覃不姓周", "企业法定代表人", "覃明德"),
        ("业务范围", "法人那个“德”要改成“得”", "企业法定代表人", "周明得"),
        ("业务范围", "把法人改成李桂芳", "企业法定代表人", "李桂芳"),
        (
            "成立时间",
            "地址门牌号错了 是86号不是88号",
            "注册地址",
            "重庆市永川区凤凰湖工业园凤龙大道86号",
        ),
        ("注册地址", "业务范围再加一个机加工", "业务范围", "摩托车零部件制造、销售、机加工"),
        ("注册地址", "业务范围里把销售去掉", "业务范围", "摩托车零部件制造"),
        ("需要的服务", "说错了 是120人", "职工总数", 120),
        ("知识产权服务", "不对哦 是两千零九年", "成立时间", "2009"),
        ("职工总数", "不对 应该是2016年", "成立时间", "2016"),
        ("意见和建议", "上面那个公示应该是否", "是否公示", "否"),
        ("意见和建议", "标准编号打错了，是GB 6952-2005", "执行标准编号", "GB 6952-2005"),
        (
            "知识产权服务",
            "管理方法里把QC小组去掉",
            "目前运用的主要质量管理方法",
            ["5S/6S"],
        ),
        (
            "知识产权服务",
            "培训那块再加个计量管理培训",
            "质量教育和培训服务",
            ["标准培训", "计量管理培训"],
        ),
        ("知识产权服务", "质量诊断不用了，换成5S现场管理咨询", "质量管理服务", ["5S现场管理咨询"]),
    ],
)
def test_corrections_of_what_was_said_before(label: str, text: str, field: str, value: Any) -> None:
    chosen = {"training_wants": ["标准培训"], "quality_wants": ["质量诊断"]}
    reading = hear(label, text, **chosen)
    assert (reading.kind, told(reading, field)) == ("correction", value)


def test_a_product_is_taken_out_by_its_number() -> None:
    rows = [{"product": "坐便器"}, {"product": "瓷砖"}]
    reading = hear("意见和建议", "删掉第二个产品", product_standards=rows)
    assert reading.values == {"product_standards": [{"product": "坐便器"}]}


def test_a_correction_of_the_open_question_answers_it() -> None:
    reading = hear("职工总数", "人数改成85")
    assert (reading.kind, reading.values) == ("answer", {"employees": 85})


def test_a_question_that_names_a_field_corrects_nothing() -> None:
    reading = hear("职工总数", "换了法人，条码要跟着改不", [("standardization", 0.9)])
    assert (reading.kind, reading.category) == ("question", "standardization")


# Choices keep what was chosen before


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("再加个4", ["QC小组", "统计方法"]),
        ("SPC", ["QC小组", "SPC"]),
        ("第二个不要了", []),
        ("只要SPC", ["SPC"]),
        ("把QC小组换成精益", ["精益生产"]),
        ("都没有", []),
    ],
)
def test_choices_are_merged_with_those_stored(text: str, value: list[str]) -> None:
    reading = hear("目前运用的主要质量管理方法", text, methods=["QC小组"])
    assert (reading.kind, reading.values) == ("answer", {"methods": value})


def test_free_text_among_the_choices_stays() -> None:
    reading = hear("目前运用的主要质量管理方法", "1", methods=["其他：阿米巴"])
    assert reading.values == {"methods": ["5S/6S", "其他：阿米巴"]}


def test_a_topic_tells_which_services_are_wanted() -> None:
    ranking = [("standardization", 0.9)]
    assert hear("需要的服务", "想写企标", ranking).values == {"wanted": ["标准化服务"]}
    assert hear("需要的服务", "想把条码办下来", ranking).values == {"wanted": ["标准化服务"]}


# Products, row by row


def products(*texts: str) -> list[dict[str, str]]:
    """The rows after these messages, each read where the form then stands."""
    answers = {**standing_at(FORM, "产品名称")[1], "product_standards": []}
    for text in texts:
        reading = read_form_message(FORM, "product_standards", text, UNSURE, answers, TODAY)
        assert reading.kind == "answer", (text, reading)
        answers.update(reading.values)
    return list(answers["product_standards"])


FULL = {
    "product": "卫生陶瓷",
    "standard_name": "卫生陶瓷",
    "standard_number": "GB 6952-2015",
    "adopted": "未采标",
    "published": "是",
}


def test_a_product_is_told_in_five_messages() -> None:
    assert products("卫生陶瓷", "《卫生陶瓷》", "GB6952-2015", "没采标", "公示了的") == [FULL]


def test_a_product_is_told_in_one_message() -> None:
    assert products("卫生陶瓷，执行《卫生陶瓷》GB 6952-2015，未采标，已公示") == [FULL]


def test_a_second_product_follows_the_first() -> None:
    rows = products(
        "坐便器 GB 6952-2015",
        "没有",
        "没采标",
        "公示了",
        "第二个是瓷砖 GB/T 4100-2015",
        "第二个没公示",
    )
    assert rows[0]["standard_name"] == ""
    assert rows[1] == {"product": "瓷砖", "standard_number": "GB/T 4100-2015", "published": "否"}


def test_numbered_products_are_rows() -> None:
    assert products("1. 坐便器 GB 6952-2015 2. 瓷砖 GB/T 4100-2015", "都没采标") == [
        {"product": "坐便器", "standard_number": "GB 6952-2015", "adopted": "未采标"},
        {"product": "瓷砖", "standard_number": "GB/T 4100-2015", "adopted": "未采标"},
    ]


def test_counted_products_are_rows_and_a_list_is_one_name() -> None:
    assert [row["product"] for row in products("坐便器、面盆、浴缸三样")] == [
        "坐便器",
        "面盆",
        "浴缸",
    ]
    assert [row["product"] for row in products("坐便器、面盆")] == ["坐便器、面盆"]


@pytest.mark.parametrize("text", ["没有了", "就这一个", "没别的了", "完了", "第二个不填了"])
def test_no_more_products_moves_on(text: str) -> None:
    path = "product_standards"
    answers = {**standing_at(FORM, "产品名称")[1], path: [dict(FULL)]}
    reading = read_form_message(FORM, path, text, UNSURE, answers, TODAY)
    assert (reading.kind, reading.command) == ("command", "skip")


def test_no_product_at_all_is_an_answer() -> None:
    assert products("没有") == []


# Any text


@pytest.mark.parametrize("label", LABELS)
def test_three_thousand_characters_are_read_in_no_time(label: str) -> None:
    begun = time.monotonic()
    for text in ("那就" * 1500, "啥都没得" * 750, "改一下" * 1000, "1、" * 1500, "是" * 3000):
        reading = hear(label, text)
        assert reading.kind in ("invalid", "answer")
    assert time.monotonic() - begun < 2


@settings(max_examples=500, deadline=20_000, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(LABELS),
    st.one_of(
        st.text(max_size=40),
        st.lists(st.sampled_from([t for _, _, t in examples()][::40]), max_size=3).map(" ".join),
    ),
    st.sampled_from(["out_of_scope", "metrology", "correct_field", "skip_field", "handoff_human"]),
    st.floats(0.2, 1.0),
)
def test_any_message_is_read_and_its_values_fit(
    label: str, text: str, intent: str, chance: float
) -> None:
    reading = hear(label, text, [(intent, chance)])
    for field_id, value in reading.values.items():
        assert check_value(FORM.field(field_id), value, TODAY) is not None or value in ("", [])
    assert (reading.kind == "invalid") == (reading.reason in CODES)
