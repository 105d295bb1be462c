"""统计 at the desk: figures with their definitions, down to the cases, for each role its own."""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta
from html import unescape
from typing import Any

import docx
import openpyxl
import pytest

from bot import statistics_texts as texts
from bot.services.statistics.figures import COUNTED
from bot.storage.database import utc_now
from tests.desk.demands import FENGHUANGHU, said, serving_organisations, submitted_demand
from tests.desk.office import Colleague, Office
from tests.services.demand_setup import TWO_WANTS, completed, forwarded, rated

GANGQIAO = "station_gangqiao"
FIGURE = re.compile(
    r'id="figure-(\w+)">\s*<h2[^>]*>([^<]+)</h2>\s*<p class="figure__value">(?:<a href="([^"]+)"'
    r"[^>]*>)?([^<]+)"
)


def figures(page: str) -> dict[str, tuple[str, str]]:
    """{figure: (value shown, address of its cases)}."""
    return {name: (value.strip(), unescape(href)) for name, _, href, value in FIGURE.findall(page)}


def lives(office: Office) -> None:
    """Four demands at two stations: two served, one of them liked, and one not, two waiting."""
    department, *_ = serving_organisations(office)
    stations = (FENGHUANGHU, GANGQIAO)
    served = [submitted_demand(office, f"oServed{at}", station=at) for at in stations]
    submitted_demand(office, "oTwo", TWO_WANTS, FENGHUANGHU)
    submitted_demand(office, "oWaits", station=GANGQIAO)
    with office.engine.begin() as db:
        for demand, score in zip(served, (5, 2), strict=True):
            rated(db, completed(db, forwarded(db, demand, department)), score)


@pytest.fixture
def centre(office: Office) -> Colleague:
    """The centre, with something to count."""
    lives(office)
    return office.colleague("centre")


def test_each_figure_stands_beside_its_definition(centre: Colleague) -> None:
    page = centre.get("/statistics").text
    shown = figures(page)
    assert {name: value for name, (value, _) in shown.items() if name not in ("handoffs",)} == {
        "demands": "4",
        "online_rate": "100.0%",
        "matters": "5",
        "completed": "2",
        "completion_rate": "40.0%",
        "on_time_rate": "100.0%",
        "returns": "0",
        "ratings": "2",
        "rating_rate": "100.0%",
        "satisfaction": "50.0%",
        "mean_score": "3.5",
        "consultations": "0",
        "assistant_rate": "–",
    }
    text = said(centre.get("/statistics"))
    for _, _, definition in texts.FIGURES.values():
        assert definition in text
    assert text.count("环比") >= len(texts.FIGURES)
    for kind in ("services", "options"):
        assert texts.TOPICS[kind][2] in text
    assert "商标申请受理咨询服务 1 项" in text


def test_list_behind_a_figure_is_as_long_as_the_figure_says(centre: Colleague) -> None:
    for name, (value, address) in figures(centre.get("/statistics").text).items():
        if name not in COUNTED or not address:
            continue
        page = said(centre.get(address.removeprefix("/desk")))
        counted = re.search(r"本页 (\d+) 个事项，属于 (\d+) 个需求", page)
        assert counted is not None, name
        matters, of = map(int, counted.groups())
        expected = {
            "demands": (5, 4),
            "matters": (5, 4),
            "online_rate": (5, 4),
            "satisfaction": (1, 1),
        }.get(name, (2, 2))
        assert (matters, of) == expected, name
        if name in ("matters", "completed", "ratings"):
            assert str(matters) == value
        if name == "demands":
            assert str(of) == value


@pytest.mark.parametrize(
    ("query", "matters"),
    [
        ("station=station_gangqiao", "2"),
        ("category=ip", "1"),
        ("source=window", "0"),
        ("organisation=999", "0"),
        ("first=2020-01&last=2020-12", "0"),
        ("first=2026-13&last=x", "5"),
        ("organisation=x&by=weather", "5"),
    ],
)
def test_filters_narrow_every_figure(centre: Colleague, query: str, matters: str) -> None:
    page = centre.get(f"/statistics?{query}").text
    assert figures(page)["matters"][0] == matters


@pytest.mark.parametrize("by", list(texts.DIMENSIONS))
def test_groups_sum_up_to_the_whole(centre: Colleague, by: str) -> None:
    page = centre.get(f"/statistics?by={by}").text
    block = re.search(r'id="charts">(.*?)</script>', page, re.DOTALL)
    assert block is not None
    data: dict[str, Any] = json.loads(block[1])
    assert sum(data["groups"]["completed"]) == 2
    assert sum(data["groups"]["open"]) == 3
    assert sum(data["months"]["matters"]) == 5


def test_people_of_a_station_see_their_station(office: Office, centre: Colleague) -> None:
    clerk = office.colleague("clerk", station=GANGQIAO)
    assert figures(clerk.get("/statistics").text)["matters"][0] == "2"
    assert clerk.get(f"/statistics?station={FENGHUANGHU}").status_code == 403
    for path in ("cases/matters", "workbook", "bulletin"):
        assert clerk.get(f"/statistics/{path}?station={FENGHUANGHU}").status_code == 403


def test_workbook_and_bulletin_hold_what_the_page_shows(centre: Colleague) -> None:
    book = openpyxl.load_workbook(io.BytesIO(centre.get("/statistics/workbook").content))
    rows = {row[0]: row[1] for row in book.worksheets[0].iter_rows(values_only=True)}
    assert rows[texts.FIGURES["matters"][0]] == 5
    assert rows[texts.FIGURES["satisfaction"][0]] == 0.5
    word = docx.Document(io.BytesIO(centre.get("/statistics/bulletin").content))
    text = "\n".join(cell.text for t in word.tables for row in t.rows for cell in row.cells)
    assert "40.0%" in text
    assert "统计" in said(centre.get("/audit?group=reads"))


def test_later_month_is_another_period(office: Office, centre: Colleague) -> None:
    later = utc_now() + timedelta(days=40)
    page = centre.get(f"/statistics?first={later:%Y-%m}&last={later:%Y-%m}").text
    assert figures(page)["matters"][0] == "0"
    assert "这段时间没有需求" in page
