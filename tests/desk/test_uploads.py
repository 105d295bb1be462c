"""Files sent to the desk: limits, kinds by content, names that do no harm."""

from __future__ import annotations

import asyncio
import io
import threading
import zipfile
from typing import Any

import httpx
import pytest
from openpyxl import Workbook
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from bot.web import uploads
from bot.web.uploads import LARGEST_DIRECTORY, clean_name, kind_of, read_upload

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100
PDF = b"%PDF-1.7\n" + b"0" * 100
LIMIT = 10_000


def xlsx() -> bytes:
    """A real workbook."""
    made = io.BytesIO()
    Workbook().save(made)
    return made.getvalue()


def zipped(*names: str) -> bytes:
    """An archive with these files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return made.getvalue()


async def receive(request: Request) -> Response:
    """What arrived."""
    posted, files = await read_upload(request, LIMIT, ("pdf", "png", "xlsx"))
    shown = {
        name: [(f.name, f.media_type, len(f.content)) for f in given]
        for name, given in files.items()
    }
    return JSONResponse({"posted": posted, "files": shown})


@pytest.fixture
def client() -> TestClient:
    """A page that takes PDF, PNG and XLSX."""
    return TestClient(Starlette(routes=[Route("/", receive, methods=["POST"])]))


def test_file_and_fields_arrive(client: TestClient) -> None:
    files: Any = [("paper", ("检定 证书.PDF", PDF)), ("paper", ("b.png", PNG)), ("none", ("", b""))]
    answer = client.post("/", data={"csrf": "t", "note": ["一", "二"]}, files=files)
    assert answer.json() == {
        "posted": {"csrf": ["t"], "note": ["一", "二"], "none": [""]},
        "files": {
            "paper": [["检定 证书.pdf", "application/pdf", len(PDF)], ["b.png", "image/png", 108]]
        },
    }


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("a.pdf", PDF + b"0" * LIMIT, 413),
        ("a.pdf", PDF + b"0" * 1_000_000, 413),
        ("a.pdf", b"<script>alert(1)</script>", 415),
        ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415),
        ("a.exe", b"MZ\x90\x00", 415),
        ("a.pdf", b"", 415),
        ("a.xlsx", b"PK\x03\x04 broken", 415),
        ("a.xlsx", zipped("anything"), 415),
        ("a.xlsx", zipped("xl/workbook.xml", "xl/vbaProject.bin"), 415),
        ("a.docx", zipped("word/document.xml"), 415),
    ],
    ids=[
        "just too large",
        "much too large",
        "script as pdf",
        "svg as png",
        "program",
        "empty",
        "broken archive",
        "another archive",
        "workbook with macros",
        "document without its types",
    ],
)
def test_too_large_or_of_another_kind_is_refused(
    client: TestClient, name: str, content: bytes, status: int
) -> None:
    assert client.post("/", files={"paper": (name, content)}).status_code == status


def test_form_without_files_or_unreadable_is_refused(client: TestClient) -> None:
    assert client.post("/", data={"a": "b"}).status_code == 415
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    assert client.post("/", content=b"--y\r\nnonsense", headers=headers).status_code == 400
    headers = {"Content-Type": "multipart/form-data"}
    assert client.post("/", content=b"x", headers=headers).status_code == 400


def test_too_many_files_are_refused(client: TestClient) -> None:
    files: Any = [("paper", (f"{n}.png", PNG)) for n in range(11)]
    assert client.post("/", files=files).status_code == 400


def test_kind_comes_from_the_content() -> None:
    assert kind_of(xlsx()) == "xlsx"
    assert kind_of(zipped("word/document.xml")) == "docx"
    assert kind_of(b"\xff\xd8\xff\xe0") == "jpg"
    assert kind_of(b"GIF89a") == ""


def long_list() -> bytes:
    """A workbook by its name, with a list of files that takes long to read."""
    return zipped("xl/workbook.xml", *(f"{n:0200d}" for n in range(LARGEST_DIRECTORY // 240)))


def long_list_64(monkeypatch: pytest.MonkeyPatch) -> bytes:
    """The same, with the length told in the 64-bit record only."""
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 1)
    made = long_list()
    return made[:-10] + (100).to_bytes(4, "little") + made[-6:]


def test_archive_with_a_long_list_of_files_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    made = long_list()
    assert kind_of(made) == ""
    assert kind_of(made[:-2] + b"\x03\x00end") == "", "with a comment"
    assert kind_of(long_list_64(monkeypatch)) == ""
    assert kind_of(zipped("xl/workbook.xml", "a", "b")) == "xlsx", "a short one of 64 bits"
    monkeypatch.setattr(uploads, "LARGEST_DIRECTORY", 2 * LARGEST_DIRECTORY)
    assert kind_of(made) == kind_of(long_list_64(monkeypatch)) == "xlsx", "but for its length"


async def both_answers(app: Starlette) -> list[httpx.Response]:
    """A file is looked at until a second request comes."""
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://desk") as http:
        sent = http.post("/", files={"paper": ("a.pdf", PDF)})
        return list(await asyncio.gather(sent, http.get("/other")))


def test_others_are_answered_while_a_file_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    came = threading.Event()

    def slow(content: bytes) -> str:
        return "pdf" if came.wait(5) else ""

    async def other(request: Request) -> Response:
        came.set()
        return JSONResponse({})

    monkeypatch.setattr(uploads, "kind_of", slow)
    routes = [Route("/", receive, methods=["POST"]), Route("/other", other)]
    assert [a.status_code for a in asyncio.run(both_answers(Starlette(routes=routes)))] == [200] * 2


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\li\\证书.pdf", "证书.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie x.pdf"),
        ("report.pdf.exe", "report.pdf.pdf"),
        ("..", "file.pdf"),
        ("\u202efdp.exe", "fdp.pdf"),
        ("长" * 300 + ".pdf", "长" * 120 + ".pdf"),
    ],
)
def test_names_do_no_harm(name: str, kept: str) -> None:
    assert clean_name(name, "pdf") == kept


def test_nul_character_in_a_field_is_refused(client: TestClient) -> None:
    files: Any = [("paper", ("a.pdf", PDF))]
    assert client.post("/", data={"note": "一\0"}, files=files).status_code == 400
    assert client.post("/", data={"note": "一"}, files=files).status_code == 200
