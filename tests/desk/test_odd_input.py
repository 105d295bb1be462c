"""What no page of the desk sends, typed into addresses or forms: refused or passed over."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.storage.database import reading
from bot.storage.desk_tables import staff as accounts
from bot.web.step_form import given_of
from tests.desk.office import Office

BEYOND_64_BITS = "9" * 20
ENDLESS = "9" * 5_000
NEVER = ("0001-01-01", "9999-12-31", "2026-02-30")


def test_number_beyond_64_bits_leads_to_no_page(office: Office) -> None:
    centre, admin = office.colleague("centre"), office.colleague("admin")
    for path in ("/demands", "/rota/sessions", "/transcripts", "/chats"):
        assert centre.get(f"{path}/{BEYOND_64_BITS}").status_code == 404, path
    assert admin.get(f"/staff/{BEYOND_64_BITS}").status_code == 404
    assert centre.post(f"/rota/individual/{BEYOND_64_BITS}/decline", answer="x").status_code == 404


@pytest.mark.parametrize("day", NEVER)
def test_day_that_nobody_means_is_not_filtered_by(office: Office, day: str) -> None:
    centre = office.colleague("centre")
    for path in (
        f"/demands?first={day}&last={day}",
        f"/transcripts?since={day}&until={day}",
        f"/rota?date={day}",
        f"/audit?first={day}&last={day}",
    ):
        assert centre.get(path).status_code == 200, path


def test_nul_character_is_refused_wherever_it_stands(office: Office) -> None:
    admin = office.colleague("admin")
    words = {"login": "new1", "role": "specialist", "station": "scene"}
    assert admin.post("/staff/new", **words, name="示\0例").status_code == 400
    assert admin.post("/staff/new", **words, **{"na\0me": "示例"}).status_code == 400
    assert admin.get("/audit?actor=%00").status_code == 400
    assert admin.get("/audit?actor%00=1").status_code == 400
    with reading(office.engine) as db:
        assert [row.login for row in db.execute(accounts.select())] == ["admin1"]


def test_endless_number_is_none(office: Office) -> None:
    admin, centre = office.colleague("admin"), office.colleague("centre")
    for number in (ENDLESS, BEYOND_64_BITS):
        words = {"login": "new1", "name": "示例", "role": "organisation"}
        answer = admin.post("/staff/new", **words, organisation=number)
        assert answer.status_code == 422
        assert centre.get(f"/chats/lists?open={number}").status_code == 200
        done = centre.post("/demands/quality-matters/submit", entry=number)
        assert done.status_code == 404


def test_step_takes_days_and_times_of_its_form_only() -> None:
    now = datetime(2026, 3, 2, 1, 0)

    def starts(day: str, time: str) -> datetime | None:
        return given_of("schedule", {"day": [day], "time": [time]}, now).starts_at

    assert starts("2026-03-11", "10:00+08:00") == datetime(2026, 3, 11, 2, 0)
    assert starts("2026-03-11", "24:00") is None
    assert [starts(day, "10:00") for day in NEVER] == [None] * 3
    assert given_of("match", {"organisation": [BEYOND_64_BITS]}, now).organisation_id is None
