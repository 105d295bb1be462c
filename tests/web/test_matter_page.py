"""An organisation without sign-in serves a matter through its signed link, and only that one."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx
import sqlalchemy as sa

from bot.model.demand_actor import Given, by_link
from bot.services.demand.attachments import attach_file, files_of
from bot.services.demand.matter_rows import Matter, read_matter
from bot.services.demand.service_records import records_of
from bot.services.demand.steps import take_step
from bot.services.page_links import matter_address
from bot.storage.database import reading, utc_now
from bot.storage.tables import events, messages_out
from tests.services.demand_setup import (
    CENTRE,
    TWO_WANTS,
    analysed,
    completed,
    department,
    forwarded,
    submitted_now,
)
from tests.web.site import Site, text_of

DAY = {"day": f"{utc_now() + timedelta(days=3):%Y-%m-%d}", "time": "14:30", "location": "企业厂区"}


def passed(site: Site) -> tuple[Matter, str]:
    """A matter with a department, and its link's path."""
    with site.engine.begin() as db:
        matter = forwarded(db, submitted_now(db, "oUser", None, utc_now()), department(db))
    assert matter.organisation_id is not None
    address = matter_address(site.settings, matter.id, matter.organisation_id, utc_now())
    return matter, address.split("//", 1)[1].split("/", 1)[1].join(("/", ""))


def now_of(site: Site, matter: Matter) -> Matter:
    """The matter as it is."""
    with reading(site.engine) as db:
        return read_matter(db, matter.id)


def post(site: Site, path: str, step: str, **given: object) -> httpx.Response:
    """Press a step's button on the page as it is now."""
    version = re.search(r'name="version" value="(\d+)"', site.http.get(path).text)
    data = {"version": version[1] if version else "0", **given}
    return site.http.post(f"{path}/{step}", data=data)


def test_matter_is_served_to_its_end_through_the_link(site: Site) -> None:
    matter, path = passed(site)
    page = text_of(site.http.get(path).text)
    assert "已超过时限：3月3日" in page
    assert "重庆永川计量检测有限公司" in page
    for step, given, state in (
        ("accept", {}, "accepted"),
        ("schedule", DAY, "scheduled"),
        ("start", {}, "in_service"),
        ("record", {"record": "上门看过天平", "record_kind": "visit"}, "in_service"),
        ("complete", {"record": "已检定，出具证书"}, "completed"),
    ):
        assert post(site, path, step, **given).status_code == 303, step
        assert now_of(site, matter).state == state
    page = text_of(site.http.get(path).text)
    assert "上门看过天平" in page
    assert "现在没有需要您办理的" in page
    with reading(site.engine) as db:
        bodies = db.scalars(sa.select(messages_out.c.body)).all()
        reads = db.scalars(sa.select(events.c.actor).where(events.c.kind == "personal_data_read"))
        assert set(reads) == {f"organisation:{matter.organisation_id}"}
    assert sum("服务已完成" in body["text"] for body in bodies) == 1


def test_link_is_good_for_nothing_else(site: Site) -> None:
    matter, path = passed(site)
    for step in ("urge", "close", "withdraw", "forward"):
        assert post(site, path, step, reason="x").status_code == 403, step
    assert post(site, path, "explode").status_code == 404
    assert site.http.get(path[:-3] + "abc").status_code == 403
    assert now_of(site, matter) == matter


def test_what_is_missing_or_late_is_said(site: Site) -> None:
    matter, path = passed(site)
    refused = post(site, path, "return", reason=" ")
    assert refused.status_code == 422
    assert "请写明原因" in text_of(refused.text)
    with site.engine.begin() as db:
        assert matter.organisation_id is not None
        take_step(db, "accept", matter, by_link(matter.organisation_id), utc_now())
    late = site.http.post(f"{path}/return", data={"version": matter.version, "reason": "没空"})
    assert late.status_code == 409
    assert "刚才有人办理了这个事项" in text_of(late.text)
    assert "没空" in late.text, "what was typed is kept"
    past = post(site, path, "schedule", day="2021-03-01", time="09:00")
    assert "服务时间要在现在以后" in text_of(past.text)


def test_returned_matter_is_closed_to_who_returned_it(site: Site) -> None:
    matter, path = passed(site)
    answer = post(site, path, "return", reason="不属于本单位职责")
    assert answer.status_code == 303
    page = site.http.get(path)
    assert page.status_code == 410
    assert "不在您这里办理" in text_of(page.text)
    assert site.http.post(f"{path}/accept", data={"version": "9"}).status_code in (410, 422)
    assert now_of(site, matter).state == "returned"


PDF = b"%PDF-1.7 certificate"


def files_shown(site: Site, path: str) -> list[tuple[str, str]]:
    """(address, name) of the files on the page."""
    return re.findall(r'href="(/h5/matter/[^"]+/files/\d+)">([^<]+)<', site.http.get(path).text)


def upload(site: Site, path: str, step: str, content: bytes, **given: object) -> httpx.Response:
    """Press a button with a file chosen."""
    found = re.search(r'name="version" value="(\d+)"', site.http.get(path).text)
    assert found is not None
    data = {"version": found[1], **given}
    return site.http.post(f"{path}/{step}", data=data, files={"file": ("证书.pdf", content)})


def test_organisation_without_sign_in_adds_files(site: Site) -> None:
    matter, path = passed(site)
    assert upload(site, path, "files", PDF).status_code == 303
    assert post(site, path, "accept").status_code == 303
    assert upload(site, path, "record", PDF + b"2", record="上门看过").status_code == 303
    with reading(site.engine) as db:
        kept = files_of(db, matter.demand_id)
        assert [(f.matter_id, f.record_id is None) for f in kept] == [
            (matter.id, True),
            (matter.id, False),
        ]
        assert {f.actor for f in kept} == {f"organisation:{matter.organisation_id}"}
    (of_record, own) = files_shown(site, path)
    assert site.http.get(of_record[0]).content == PDF + b"2"
    got = site.http.get(own[0])
    assert got.content == PDF
    assert got.headers["content-disposition"].startswith("attachment")


def test_wrong_file_is_refused_with_what_was_typed_kept(site: Site) -> None:
    matter, path = passed(site)
    post(site, path, "accept")
    refused = upload(site, path, "record", b"<script>", record="上门看过天平")
    assert refused.status_code == 422
    assert "不能上传这种文件" in text_of(refused.text)
    assert "上门看过天平</textarea>" in refused.text
    assert "请选择文件" in text_of(site.http.post(f"{path}/files", data={"x": ""}).text)
    assert upload(site, path, "files", b"MZ").status_code == 422
    too_large = upload(site, path, "files", PDF + b"0" * site.settings.upload_limit * 2)
    assert too_large.status_code == 413
    with reading(site.engine) as db:
        assert files_of(db, matter.demand_id) == []
        assert records_of(db, matter.id) == []


def test_nothing_is_read_for_who_has_no_link(site: Site) -> None:
    too_large = {"file": ("证书.pdf", PDF + b"0" * site.settings.upload_limit * 2)}
    for step in ("files", "record"):
        assert site.http.post(f"/h5/matter/x/{step}", files=too_large).status_code == 403, step


def test_link_of_one_matter_opens_no_file_of_another(site: Site) -> None:
    with site.engine.begin() as db:
        ours = department(db)
        demand = submitted_now(db, "oUser", TWO_WANTS, utc_now())
        one, two = analysed(db, demand)
        to_us = Given(organisation_id=ours.id)
        for matter in (one, two):
            take_step(db, "forward", matter, CENTRE, utc_now(), to_us)
        other = submitted_now(db, "oOther", None, utc_now())
        var, now = site.settings.var, utc_now()
        pdf = ("名单.pdf", "application/pdf", PDF, CENTRE, now)
        foreign = attach_file(db, var, other.id, *pdf)
        of_two = attach_file(db, var, demand.id, *pdf, matter_id=two.id)
        whole = attach_file(db, var, demand.id, *pdf)
    address = matter_address(site.settings, one.id, ours.id, utc_now())
    path = address.split("//", 1)[1].split("/", 1)[1].join(("/", ""))
    assert [name for _, name in files_shown(site, path)] == ["名单.pdf"]
    assert site.http.get(f"{path}/files/{whole.id}").status_code == 200
    assert site.http.get(f"{path}/files/{of_two.id}").status_code == 404
    assert site.http.get(f"{path}/files/{foreign.id}").status_code == 410
    assert site.http.get(f"{path}/files/999999").status_code == 410


def test_link_of_an_ended_matter_offers_and_takes_no_file(site: Site) -> None:
    with site.engine.begin() as db:
        demand = submitted_now(db, "oUser", TWO_WANTS, utc_now())
        matter = completed(db, forwarded(db, demand, department(db)), utc_now())
    assert matter.organisation_id is not None
    address = matter_address(site.settings, matter.id, matter.organisation_id, utc_now())
    path = address.split("//", 1)[1].split("/", 1)[1].join(("/", ""))
    assert "添加附件" in text_of(site.http.get(path).text)
    with site.engine.begin() as db:
        take_step(db, "close", matter, CENTRE, utc_now())
    assert "添加附件" not in text_of(site.http.get(path).text)
    refused = site.http.post(f"{path}/files", files={"file": ("证书.pdf", PDF)})
    assert refused.status_code == 422
    assert "办理已经结束" in text_of(refused.text)
    assert files_shown(site, path) == []


def test_link_of_a_returned_matter_takes_no_file(site: Site) -> None:
    matter, path = passed(site)
    assert post(site, path, "return", reason="不属于本单位职责").status_code == 303
    refused = site.http.post(f"{path}/files", files={"file": ("证书.pdf", PDF)})
    assert refused.status_code == 410
    with reading(site.engine) as db:
        assert files_of(db, matter.demand_id) == []


def test_usual_step_is_the_one_unfolded(site: Site) -> None:
    _, path = passed(site)
    for step, given in (("accept", {}), ("schedule", DAY), ("start", {})):
        opened = re.findall(
            r'<details class="section" open>.*?<form[^>]+/(\w+)"', one_line(site, path)
        )
        assert opened == [step]
        assert post(site, path, step, **given).status_code == 303


def one_line(site: Site, path: str) -> str:
    """The page without line ends."""
    return site.http.get(path).text.replace("\n", " ")
