"""What the form asks when, how far it is, what the review shows, and which values it takes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.model.form import (
    FieldError,
    asked_fields,
    check_value,
    display,
    field_at,
    first_open,
    next_field,
    next_place,
    place_of,
    previous_field,
    progress,
    skip_values,
    summary,
)
from knowledge.form import load_form

FORM = load_form()
TODAY = date(2026, 3, 10)
BASICS = [f.id for f in FORM.fields if f.section == "basics" and f.asked]


def asked(answers: dict[str, Any]) -> list[str]:
    """Ids of the fields asked."""
    return [field.id for field in asked_fields(FORM, answers)]


def test_basics_come_first_then_what_is_wanted() -> None:
    assert asked({}) == [*BASICS, "suggestions"]
    assert BASICS[0] == "company_name"
    assert BASICS[-1] == "wanted"


def test_only_the_sections_wanted_are_asked() -> None:
    wanted = {"wanted": ["标准化服务", "知识产权服务"]}
    chosen = ["product_standards", "standardization_wants", "ip_wants"]
    assert asked(wanted) == [*BASICS, *chosen, "suggestions"]


def test_projects_are_asked_only_when_wanted() -> None:
    assert "next_projects" not in asked({"wanted": ["计量服务"]})
    assert "next_projects" in asked({"wanted": ["下一步计划开展的专项质量提升项目"]})


def test_extras_are_never_asked_but_shown_when_given() -> None:
    assert "credit_code" not in asked({"wanted": list(FORM.field("wanted").options)})
    given = {"credit_code": "91500118MA5U0A0X0B"}
    assert summary(FORM, given)[-1].text == "91500118MA5U0A0X0B"


def test_fields_follow_each_other_both_ways() -> None:
    wanted = {"wanted": ["计量服务"]}
    ids = asked(wanted)
    for here, there in zip(ids, ids[1:], strict=False):
        following, before = next_field(FORM, here, wanted), previous_field(FORM, there, wanted)
        assert following is not None
        assert before is not None
        assert (following.id, before.id) == (there, here)
    assert previous_field(FORM, ids[0], wanted) is None
    assert next_field(FORM, ids[-1], wanted) is None


def test_a_section_given_up_leads_on_to_the_next_asked_one() -> None:
    following = next_field(FORM, "metrology_wants", {"wanted": ["知识产权服务"]})
    before = previous_field(FORM, "metrology_wants", {"wanted": ["知识产权服务"]})
    assert following is not None
    assert before is not None
    assert (following.id, before.id) == ("ip_wants", "wanted")


def test_a_draft_goes_on_at_the_first_field_without_an_answer() -> None:
    first = first_open(FORM, {})
    later = first_open(FORM, {"company_name": "x", "legal_representative": "y", "industry": "z"})
    assert first is not None
    assert later is not None
    assert (first.id, later.id) == ("company_name", "business_scope")
    everything = dict.fromkeys(asked({}), "x") | {"wanted": []}
    assert first_open(FORM, everything) is None


def test_progress_counts_what_is_asked() -> None:
    here = progress(FORM, "business_scope", {"company_name": "x", "wanted": ["计量服务"]})
    assert (here.number, here.total, here.answered) == (3, len(BASICS) + 2, 2)


def test_numbers_of_the_summary_lead_to_the_fields() -> None:
    for line in summary(FORM, {"wanted": ["计量服务"]}):
        field = field_at(FORM, line.number, {"wanted": ["计量服务"]})
        assert field is not None
        assert field.id == line.field.id
    assert field_at(FORM, 0, {}) is None
    assert field_at(FORM, 99, {}) is None


# Products


def test_rows_ask_cell_by_cell_then_for_another_product() -> None:
    wanted: dict[str, Any] = {"wanted": ["标准化服务"]}
    row: dict[str, str] = {}
    for column in FORM.field("product_standards").columns:
        place = place_of(FORM, "product_standards", {**wanted, "product_standards": [row]})
        assert place.path == f"product_standards.1.{column.id}"
        assert place.asked is column
        row[column.id] = ""
    full = {**wanted, "product_standards": [row]}
    assert place_of(FORM, "product_standards", full).path == "product_standards.2.product"
    assert next_place(FORM, "product_standards", full) == "product_standards"
    assert next_place(FORM, "product_standards", full, leave=True) == "standardization_wants"


def test_no_product_leads_on() -> None:
    none = {"wanted": ["标准化服务"], "product_standards": []}
    assert next_place(FORM, "product_standards", none) == "standardization_wants"


def test_skipping_a_cell_leaves_it_empty_and_a_new_row_moves_on() -> None:
    answers = {"product_standards": [{"product": "坐便器"}]}
    skipped = skip_values(FORM, "product_standards", answers)
    assert skipped == {"product_standards": [{"product": "坐便器", "standard_name": ""}]}
    assert skip_values(FORM, "product_standards", {}) == {}
    assert skip_values(FORM, "telephone", {}) == {}


# What the review shows


@pytest.mark.parametrize(
    ("field_id", "value", "text"),
    [
        ("founded", "2008", "2008年"),
        ("founded", "2008-05", "2008年5月"),
        ("founded", "2019-06-12", "2019年6月12日"),
        ("telephone", "13983001234", "13983001234"),
        ("telephone", "02349859793", "023-49859793"),
        ("telephone", "057187654321", "0571-87654321"),
        ("telephone", "02349859793-801", "023-49859793转801"),
        ("employees", 86, "86"),
        ("methods", ["SPC", "其他：阿米巴"], "SPC；其他：阿米巴"),
        ("methods", [], "无"),
        ("product_standards", [], "无"),
        ("company_name", None, ""),
        (
            "product_standards",
            [{"product": "坐便器", "standard_number": "GB 6952-2015", "published": "否"}],
            "坐便器，GB 6952-2015，是否公示：否",
        ),
    ],
)
def test_stored_values_as_people_read_them(field_id: str, value: Any, text: str) -> None:
    assert display(FORM.field(field_id), value) == text


# Values, whoever gives them


@pytest.mark.parametrize(
    ("field_id", "value", "stored"),
    [
        ("company_name", "  重庆鑫源铸造\n有限公司 ", "重庆鑫源铸造 有限公司"),
        ("company_name", "", None),
        ("company_name", "   ", None),
        ("telephone", "139 8300 1234", "13983001234"),
        ("telephone", "02349859793-801", "02349859793-801"),
        ("telephone", "49859793", "02349859793"),
        ("employees", "200来人", 200),
        ("employees", 86, 86),
        ("founded", "2008-5", "2008-05"),
        ("founded", "2008年5月", "2008-05"),
        ("founded", "2019.6.2", "2019-06-02"),
        ("email", "A@B.com", "a@b.com"),
        ("methods", ["SPC", "5S/6S"], ["5S/6S", "SPC"]),
        ("methods", ["SPC", "SPC"], ["SPC"]),
        ("methods", ["其他：阿米巴", "SPC"], ["SPC", "其他：阿米巴"]),
        ("methods", ["其他：", "SPC"], ["SPC"]),
        ("methods", [], []),
        ("suggestions", "=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
        (
            "product_standards",
            [
                {"product": "坐便器", "standard_number": "gb6952", "published": "是"},
                {"product": ""},
            ],
            [{"product": "坐便器", "standard_number": "GB 6952", "published": "是"}],
        ),
    ],
)
def test_values_are_stored_in_one_spelling(field_id: str, value: Any, stored: Any) -> None:
    assert check_value(FORM.field(field_id), value, TODAY) == stored


@pytest.mark.parametrize(
    ("field_id", "value", "code"),
    [
        ("company_name", "好" * 3000, "too_long"),
        ("company_name", "{{ 7*7 }}有限公司", "odd_characters"),
        ("company_name", "1", "full_name"),
        ("company_name", 7, "wrong_type"),
        ("legal_representative", "王总", "person_name"),
        ("telephone", "1398300123", "mobile_too_short"),
        ("telephone", 13983001234, "wrong_type"),
        ("employees", -5, "number_too_small"),
        ("employees", "-5", "number_too_small"),
        ("employees", 10**9, "number_too_large"),
        ("employees", 86.5, "not_whole"),
        ("employees", True, "wrong_type"),
        ("founded", "2019-02-30", "impossible_date"),
        ("founded", "2019-13", "impossible_date"),
        ("founded", "2030", "future_date"),
        ("founded", "gestern", "no_year"),
        ("email", "a@b", "email_wrong"),
        ("credit_code", "91500118MA5U0A0X0C", "credit_code_wrong"),
        ("methods", ["绩效"], "no_option"),
        ("methods", "SPC", "wrong_type"),
        ("methods", [1], "wrong_type"),
        ("wanted", ["其他：随便"], "no_option"),
        ("methods", ["其他：" + "长" * 300], "too_long"),
        ("product_standards", [{"colour": "red"}], "unknown_column"),
        ("product_standards", [{"product": "x"}] * 21, "too_many_rows"),
        ("product_standards", "坐便器", "wrong_type"),
        ("product_standards", [{"published": "也许"}], "yes_or_no"),
        ("suggestions", "好" * 2001, "too_long"),
    ],
)
def test_bad_values_are_refused_with_a_code(field_id: str, value: Any, code: str) -> None:
    with pytest.raises(FieldError) as refused:
        check_value(FORM.field(field_id), value, TODAY)
    assert refused.value.code == code
