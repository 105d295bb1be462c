"""Workbooks, bulletin, case file: what goes out is read back, what comes in is checked by row."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from docx import Document
from openpyxl import Workbook, load_workbook
from sqlalchemy.engine import Connection, Engine

from bot import resource_texts as columns
from bot import statistics_texts
from bot.model.demand_actor import Given, by_enterprise, by_link
from bot.model.demand_errors import SpreadsheetError
from bot.model.errors import ForbiddenError, NotFoundError
from bot.model.periods import Period
from bot.model.resource_errors import OrganisationError
from bot.model.rights import Staff
from bot.services.demand.case_file import case_file
from bot.services.demand.inquiries import add_inquiry
from bot.services.demand.steps import take_step
from bot.services.resources.organisations import (
    ORGANISATION_SHEET,
    ORGANISATIONS,
    OrganisationProfile,
    list_organisations,
)
from bot.services.resources.rows import add_resource, change_resource, seed_resources
from bot.services.resources.sheets import export_resources, import_resources
from bot.services.spreadsheet import Sheet, make_workbook, read_spreadsheet
from bot.services.statistics.figures import count_figures
from bot.services.statistics.files import (
    monthly_bulletin,
    show_change,
    show_figure,
    statistics_workbook,
)
from bot.services.statistics.groups import break_down
from bot.services.statistics.query import StatisticsQuery
from tests.services.conftest import NOW
from tests.services.demand_setup import (
    CENTRE,
    DESK,
    TWO_WANTS,
    analysed,
    completed,
    department,
    forwarded,
    rated,
    recorded,
    submitted,
)

BOSS = Staff(1, "li", "李工", "centre")
CLERK = Staff(2, "chen", "陈工", "clerk")
MARCH = StatisticsQuery(Period(date(2026, 3, 1), date(2026, 3, 31)))


def sheet_of(content: bytes, title: str | None = None) -> list[list[Any]]:
    book = load_workbook(io.BytesIO(content))
    sheet = book[title] if title else book.worksheets[0]
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def words_of(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for t in document.tables for row in t.rows for cell in row.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


def filled(*rows: dict[str, str], leave_out: str = "") -> bytes:
    """A workbook as somebody filled it in."""
    names = [name for name in columns.COLUMNS if name != leave_out]
    book = Workbook()
    assert book.active is not None
    book.active.append(names)
    for row in rows:
        book.active.append([row.get(name, "") for name in names])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def line(name: str, **values: str) -> dict[str, str]:
    return {columns.NAME: name, columns.KIND: "技术服务机构", **values}


def test_what_is_exported_is_imported_again_without_change(engine: Engine) -> None:
    with engine.begin() as db:
        seed_resources(db, ORGANISATIONS, NOW)
        before = list_organisations(db)
        exported = export_resources(db, ORGANISATION_SHEET, CLERK)
        made = import_resources(db, ORGANISATION_SHEET, exported, BOSS, DESK)
        assert (made.added, made.changed, made.same) == (0, 0, len(before))
        assert list_organisations(db) == before
        rows = sheet_of(exported)
        assert rows[0] == list(columns.COLUMNS)
        office = next(row for row in rows if row[0] == "市计量质检院第三分院")
        assert office[:4] == [
            "市计量质检院第三分院",
            "技术服务机构",
            "计量",
            "计量服务 第1行、计量服务 第2行",
        ]


def test_import_adds_and_changes_by_name(engine: Engine) -> None:
    with engine.begin() as db:
        department(db)
        content = filled(
            {columns.NAME: "区市场监管局", columns.KIND: "部门", columns.CATEGORIES: "计量，认证"},
            line("新机构", **{columns.CAPABILITIES: "碳足迹、碳核查", columns.SAMPLE: "是"}),
        )
        made = import_resources(db, ORGANISATION_SHEET, content, BOSS, DESK)
        assert (made.added, made.changed) == (1, 1)
        old, new = list_organisations(db)
        assert old.categories == ("metrology", "certification")
        assert (new.capabilities, new.sample, new.active) == (("碳足迹", "碳核查"), True, True)
        (event,) = recorded(db, "organisation_changed")
        assert event.data["old"]["categories"] == ["metrology", "ip"]


def test_rows_with_faults_are_named_and_nothing_is_changed(engine: Engine) -> None:
    with engine.begin() as db:
        content = filled(
            line("好的"),
            line("", **{columns.CONTACT: "王工"}),
            line("错类别", **{columns.CATEGORIES: "计量、法律"}),
            line("错电话", **{columns.TELEPHONE: "打给老王"}),
            line("好的"),
            line("错类型", **{columns.KIND: "公司"}),
            line("错示例", **{columns.SAMPLE: "也许"}),
        )
        made = import_resources(db, ORGANISATION_SHEET, content, BOSS, DESK)
        assert [(p.row, p.column, p.text) for p in made.problems] == [
            (3, "名称", "没有写名称"),
            (4, "服务类别", "没有“法律”这一项"),
            (5, "联系电话", "只能是数字和短横线"),
            (6, "名称", "这个名称在表里有两行"),
            (7, "类型", "要写“部门”或“技术服务机构”"),
            (8, "示例", "要写“是”或“否”"),
        ]
        assert list_organisations(db) == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"not a file", "unreadable"),
        (b"PK\x03\x04broken", "unreadable"),
        (filled(), "empty"),
        (filled(line("甲"), leave_out=columns.KIND), "columns"),
    ],
    ids=["text", "broken archive", "no rows", "a column missing"],
)
def test_file_that_is_none_is_refused(engine: Engine, content: bytes, code: str) -> None:
    with engine.begin() as db:
        with pytest.raises(SpreadsheetError) as refusal:
            import_resources(db, ORGANISATION_SHEET, content, BOSS, DESK)
        assert refusal.value.code == code
        assert code in columns.FILE_ERRORS


def test_only_the_centre_changes_organisations(engine: Engine) -> None:
    with engine.begin() as db:
        with pytest.raises(ForbiddenError):
            import_resources(db, ORGANISATION_SHEET, filled(line("甲")), CLERK, DESK)
        with pytest.raises(ForbiddenError):
            export_resources(
                db, ORGANISATION_SHEET, Staff(3, "o", "机构", "organisation", organisation_id=1)
            )


def test_second_change_of_an_organisation_is_told_of_the_first(engine: Engine) -> None:
    with engine.begin() as db:
        seen = department(db)
        change_resource(
            db, ORGANISATIONS, seen, OrganisationProfile("区市场监管局", "department"), DESK
        )
        with pytest.raises(OrganisationError) as stale:
            change_resource(
                db, ORGANISATIONS, seen, OrganisationProfile("改名", "department"), DESK
            )
        assert stale.value.code == "stale"
        with pytest.raises(OrganisationError) as taken:
            add_resource(db, ORGANISATIONS, OrganisationProfile("区市场监管局", "technical"), DESK)
        assert taken.value.code == "name_taken"


@pytest.mark.parametrize("text", ["=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_what_people_wrote_is_no_formula(text: str) -> None:
    content = make_workbook([Sheet("表", [("内容", 10)], [[text]])])
    cell = load_workbook(io.BytesIO(content)).worksheets[0]["A2"]
    assert cell.data_type == "s"
    assert cell.quotePrefix
    assert read_spreadsheet(content, ["内容"]) == [(2, {"内容": text.strip()})]


def served(db: Connection) -> None:
    demand = submitted(db, answers=TWO_WANTS, station="station_fenghuanghu")
    ours = department(db)
    first, _ = analysed(db, demand)
    first = take_step(db, "forward", first, CENTRE, NOW, Given(organisation_id=ours.id))
    rated(db, completed(db, first), 5, "=很好")
    submitted(db, "oOther")


def test_workbook_holds_every_figure_with_its_definition(engine: Engine) -> None:
    with engine.begin() as db:
        served(db)
        content = statistics_workbook(db, MARCH)
        figures = count_figures(db, MARCH)
        rows = sheet_of(content, statistics_texts.SHEET_FIGURES)
        shown = {row[0]: row for row in rows[1:]}
        for name, (label, _, definition) in statistics_texts.FIGURES.items():
            assert shown[label][1] == figures[name]
            assert shown[label][5] == definition
        by_category = sheet_of(content, "服务类别")
        groups = break_down(db, MARCH, "category")
        assert [row[0] for row in by_category[1:]] == [group.name for group in groups]
        assert set(load_workbook(io.BytesIO(content)).sheetnames) == {
            "指标", "服务站", "服务类别", "承办单位", "来源", "月份", "热点",
        }  # fmt: skip
        kind, unit, definition = statistics_texts.TOPICS["options"]
        hot = [row for row in sheet_of(content, "热点")[1:] if row[0] == kind]
        assert [kind, "商标申请受理咨询服务", 1, unit, definition] in [list(row) for row in hot]


def test_bulletin_says_the_figures_of_the_month(engine: Engine) -> None:
    with engine.begin() as db:
        served(db)
        words = words_of(monthly_bulletin(db, MARCH, date(2026, 4, 1)))
        assert "统计期：2026年3月1日至2026年3月31日" in words
        for expected in ("需求数（件）", "完成率", "33.3%", "凤凰湖产业促进中心", "区市场监管局"):
            assert expected in words
        said = {**statistics_texts.FIGURES, **statistics_texts.TOPICS}
        assert all(definition in words for _, _, definition in said.values())
        assert "需求热点：需求表选项" in words
        empty = monthly_bulletin(
            db, StatisticsQuery(Period(date(2020, 1, 1), date(2020, 1, 31))), date(2020, 2, 1)
        )
        assert statistics_texts.BULLETIN_NONE in words_of(empty)


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("demands", 12, "12"),
        ("completion_rate", 0.8333, "83.3%"),
        ("mean_score", 4.6, "4.6"),
        ("mean_score", None, "–"),
    ],
)
def test_figures_are_shown_as_people_read_them(name: str, value: Any, shown: str) -> None:
    assert show_figure(name, value) == shown


def test_changes_are_shown_with_their_sign() -> None:
    numbers = [(9, 8, "+12.5%"), (7, 8, "−12.5%"), (8, 8, "0%"), (1, 0, "–"), (None, 3, "–")]
    for now, then, shown in numbers:
        assert show_change("matters", now, then) == shown
    assert show_change("completion_rate", 0.9, 0.875) == "+2.5个百分点"
    assert show_change("completion_rate", 0.5, 0.0) == "+50.0个百分点"


def test_case_file_tells_the_whole_life(engine: Engine) -> None:
    with engine.begin() as db:
        served(db)
        demand = submitted(db, "oMine")
        ours = department(db, "区商务委")
        matter = forwarded(db, demand, ours)
        matter = take_step(db, "return", matter, by_link(ours.id), NOW, Given("不属本部门"))
        add_inquiry(db, demand.id, "question", "多久能好？", by_enterprise(demand.user_id), NOW)
        words = words_of(case_file(db, demand.id, CENTRE))
        for expected in (
            demand.number, "重庆永川计量检测有限公司", "退回", "不属本部门", "区商务委",
            "2026-03-02 09:00", "多久能好？",
        ):  # fmt: skip
            assert expected in words
        with pytest.raises(NotFoundError):
            case_file(db, demand.id, by_link(ours.id))


def test_organisation_does_not_read_what_the_enterprise_said_of_it(engine: Engine) -> None:
    with engine.begin() as db:
        demand, ours = submitted(db), department(db)
        forwarded(db, demand, ours)
        enterprise = by_enterprise(demand.user_id)
        add_inquiry(db, demand.id, "complaint", "承办单位态度不好", enterprise, NOW)
        theirs = words_of(case_file(db, demand.id, by_link(ours.id)))
        assert demand.number in theirs
        assert "态度不好" not in theirs
        assert "态度不好" in words_of(case_file(db, demand.id, CENTRE))
