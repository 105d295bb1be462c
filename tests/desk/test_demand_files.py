"""Files of demands at the desk: of the demand, of a matter, of a record; wrong ones refused."""

from __future__ import annotations

import io
from typing import Any

import docx
import httpx

from bot.services.demand.matter_rows import Matter
from bot.services.demand.rows import Demand
from bot.services.demand.steps import take_step
from bot.storage.database import utc_now
from tests.desk.demands import (
    first_matter,
    people_of,
    said,
    serving_organisations,
    submitted_demand,
    taken,
)
from tests.desk.office import Colleague, Office
from tests.services.demand_setup import CENTRE, TWO_WANTS, completed, forwarded

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 50
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"


def test_file_of_a_wrong_kind_is_refused_in_clear_words(office: Office) -> None:
    demand, clerk = submitted_demand(office), office.colleague("clerk")
    path = f"/demands/{demand.id}/files"
    for name, content in (
        ("报告.pdf", b"MZ\x90\x00 not a pdf"),
        ("说明.html", b"<script>1</script>"),
    ):
        answer = clerk.upload(path, {"file": (name, content)}, matter="")
        assert answer.status_code == 422
        assert "不能上传这种文件" in said(answer)
    assert "请选择文件" in said(clerk.upload(path, {"file": ("", b"")}, matter=""))
    kept = clerk.upload(path, {"file": ("检测报告.pdf", PDF)}, matter="")
    assert kept.status_code == 303
    page = clerk.get(f"/demands/{demand.id}")
    assert "检测报告.pdf" in said(page)
    address = page.text.split(f"/demands/{demand.id}/files/")[1].split('"')[0]
    got = clerk.get(f"/demands/{demand.id}/files/{address}")
    assert got.content == PDF
    assert got.headers["content-disposition"].startswith("attachment")
    stranger = office.colleague("organisation", "stranger")
    assert stranger.get(f"/demands/{demand.id}/files/{address}").status_code == 404
    assert office.reads("file") == [clerk.staff.actor], "who saved it is on record"


def accepted(office: Office) -> tuple[Demand, Matter, Colleague]:
    """A demand whose matter a department took on, and somebody of the department."""
    demand, (ours, *_) = submitted_demand(office), serving_organisations(office)
    with office.engine.begin() as db:
        matter = forwarded(db, demand, ours)
    theirs = people_of(office, ours, "scjg")
    return demand, taken(office, theirs, matter, "accept"), theirs


def upload_step(
    who: Colleague, matter: Matter, step: str, files: Any, **given: Any
) -> httpx.Response:
    """Press a step's button with files chosen."""
    path = f"/demands/{matter.demand_id}/matters/{matter.id}/{step}"
    return who.upload(path, files, version=matter.version, **given)


def test_files_of_a_record_stand_with_the_record_and_in_the_case_file(office: Office) -> None:
    demand, matter, theirs = accepted(office)
    both: Any = [("file", ("现场照片.pdf", PDF)), ("file", ("天平.png", PNG))]
    done = upload_step(theirs, matter, "record", both, record="看过天平", record_kind="visit")
    assert done.status_code == 303
    other = theirs.upload(
        f"/demands/{demand.id}/files", {"file": ("资质.pdf", PDF + b"2")}, matter=matter.id
    )
    assert other.status_code == 303
    page = said(theirs.get(f"/demands/{demand.id}"))
    record, others = page.split("看过天平")[1].split("附件")[:2]
    assert "现场照片.pdf" in record
    assert "天平.png" in record
    assert "资质.pdf" not in record
    assert "资质.pdf" in others
    assert "现场照片.pdf" not in others
    word = docx.Document(io.BytesIO(theirs.get(f"/demands/{demand.id}/case").content))
    cells = [[cell.text for cell in row.cells] for row in word.tables[0].rows]
    (visit,) = [row[-1] for row in cells if row[0] == "上门"]
    assert visit.endswith("看过天平\n附件：现场照片.pdf\n天平.png")
    assert [row[-1] for row in cells if row[0] == "附件"] == ["资质.pdf"]


def test_record_with_a_wrong_file_is_not_kept_and_what_was_typed_is(office: Office) -> None:
    demand, matter, theirs = accepted(office)
    wrong = {"file": ("照片.pdf", b"MZ not a pdf")}
    refused = upload_step(theirs, matter, "record", wrong, record="看过天平，需要换砝码")
    assert refused.status_code == 422
    assert "不能上传这种文件" in said(refused)
    assert "文字都在，文件请重新选择" in said(refused)
    assert ">看过天平，需要换砝码</textarea>" in refused.text
    assert first_matter(office, demand) == matter
    assert "服务记录" not in said(theirs.get(f"/demands/{demand.id}")).split("办理过程")[1]


def test_ended_matter_takes_no_file_while_another_goes_on(office: Office) -> None:
    demand, (ours, *_) = submitted_demand(office, answers=TWO_WANTS), serving_organisations(office)
    with office.engine.begin() as db:
        matter = completed(db, forwarded(db, demand, ours), utc_now())
    theirs, path = people_of(office, ours, "scjg"), f"/demands/{demand.id}"
    offer = f'name="matter" value="{matter.id}"'
    assert offer in theirs.get(path).text
    with office.engine.begin() as db:
        take_step(db, "close", matter, CENTRE, utc_now())
    assert offer not in theirs.get(path).text
    refused = theirs.upload(f"{path}/files", {"file": ("资质.pdf", PDF)}, matter=matter.id)
    assert refused.status_code == 422
    assert "办理已经结束" in said(refused)
