"""Who sees what: links that expire or are not theirs, headers, limits, nothing in logs."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from bot.services.form.drafts import set_state
from bot.services.links import make_link
from bot.services.page_links import document_address, export_address, form_address
from bot.settings import Settings
from bot.storage.database import utc_now
from tests.web.site import BASICS, Site, text_of

PRIVATE = ("13983001234", "李静", "鑫源铸造")


def get(site: Site, address: str) -> httpx.Response:
    """Open an address that was sent to somebody."""
    return site.http.get(address.removeprefix(site.settings.link_base), follow_redirects=True)


def test_expired_link_tells_how_to_get_another(site: Site) -> None:
    draft = site.draft(**BASICS)
    address = form_address(site.settings, draft.id, utc_now() - timedelta(days=8))
    answer = get(site, address)
    assert answer.status_code == 410
    assert "回复“继续填表”" in text_of(answer.text)
    assert not any(word in answer.text for word in PRIVATE)
    page = site.page(draft)
    page.address = address.removeprefix(site.settings.link_base)
    saved = page.save("telephone", "13983005678")
    assert saved.status_code == 410
    assert "回复“继续填表”" in saved.json()["message"]
    assert site.stored(draft) == BASICS


def test_link_of_another_installation_or_purpose_shows_nothing(site: Site) -> None:
    draft = site.draft(**BASICS)
    foreign = make_link("t" * 32, "draft", str(draft.id), 60, utc_now())
    other = document_address(site.settings, draft.id, utc_now()).split("/document/")[1]
    for token in (foreign, other, "abc", "a" * 3000):
        for path in ("", "/review", "/demand", "/change", "/withdraw"):
            answer = get(site, f"/h5/form/{token}{path}")
            assert answer.status_code == 403
            assert "回复“继续填表”" in text_of(answer.text)
            assert not any(word in answer.text for word in PRIVATE)
        assert site.http.post(f"/h5/form/{token}/submit", data={"x": ""}).status_code == 403


def test_link_shows_its_own_draft_only(site: Site) -> None:
    mine = site.page(site.draft("oMe", **BASICS))
    yours = site.draft("oYou", telephone="13983007777")
    assert mine.save("telephone", "13983008888").status_code == 200
    assert site.stored(yours) == {"telephone": "13983007777"}
    assert "13983007777" not in mine.load().text


def test_draft_that_was_given_up_is_told_so(site: Site) -> None:
    draft = site.draft(**BASICS)
    page = site.page(draft)
    with site.engine.begin() as db:
        set_state(db, draft, status="given_up")
    answer = page.load()
    assert answer.status_code == 410
    assert "放弃" in answer.text
    assert not any(word in answer.text for word in PRIVATE)


def test_links_to_document_and_data_expire_too(site: Site) -> None:
    draft = site.draft(**BASICS)
    page = site.page(draft)
    page.click("/submit", version=str(site.version(draft)))
    (demand,) = site.demands()
    long_ago = utc_now() - timedelta(days=30)
    for make, subject in ((document_address, demand.id), (export_address, draft.user_id)):
        assert get(site, make(site.settings, subject, utc_now())).status_code == 200
        assert get(site, make(site.settings, subject, long_ago)).status_code == 410
        assert get(site, make(site.settings, 999, utc_now())).status_code == 410
        wrong = form_address(site.settings, subject, utc_now()).split("/form/")[1]
        where = make(site.settings, subject, utc_now()).rsplit("/", 1)[0]
        assert get(site, f"{where}/{wrong}").status_code == 403


def test_export_shows_all_answers_in_words(site: Site) -> None:
    draft = site.draft(**BASICS, founded="2008-05")
    answer = get(site, export_address(site.settings, draft.user_id, utc_now()))
    text = text_of(answer.text)
    for word in ("oUser", "13983001234", "成立时间 2008年5月", "填写中"):
        assert word in text
    address = export_address(site.settings, draft.user_id, utc_now())
    file = get(site, f"{address}/file")
    assert file.json()["drafts"][0]["answers"]["企业名称"] == BASICS["company_name"]


def every_page(site: Site) -> list[httpx.Response]:
    """One answer of each kind of page."""
    new = site.page(site.draft("oNew", consent=False))
    draft = site.draft("oUser", **BASICS)
    page = site.page(draft)
    found = [new.load(), page.load(), page.get("/review"), page.save("industry", "业")]
    page.save("telephone", "1")
    version = str(site.version(draft))
    found += [page.click("/submit", version=version), page.get("/change"), page.get("/withdraw")]
    found += [get(site, "/h5/form/abc"), get(site, "/h5/nowhere")]
    found.append(get(site, export_address(site.settings, draft.user_id, utc_now())))
    found.append(site.http.post(f"{page.address}/submit", files={"a": b"b"}))
    return found


def test_every_page_keeps_scripts_frames_and_referrers_out(site: Site) -> None:
    for answer in every_page(site):
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert not re.search(r"<script(?! src=)|<style|\sstyle=|\son\w+=", answer.text)


def test_pages_load_only_what_is_installed_here(site: Site) -> None:
    html = site.page(site.draft()).load().text
    files = re.findall(r'(?:src|href)="([^"#]+\.(?:css|js))"', html)
    assert len(files) == 3
    for path in files:
        assert path.startswith("/h5/assets/")
        answer = site.http.get(path)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert not re.search(r"(?:https?:)?//[\w.-]+\.\w+/[^\s\"')]*\.(?:js|css|woff)", answer.text)
    old = re.sub(r"assets/\w+/", "assets/0000/", files[0])
    assert site.http.get(old).headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"files": {"telephone": ("a.docx", b"PK")}}, 415),
        ({"json": {"telephone": "13983001234"}}, 415),
        ({"content": b"telephone=13983001234"}, 415),
        ({"data": {"suggestions": "长" * 40_000}}, 413),
        ({"data": {f"a{n}": "" for n in range(3000)}}, 400),
        ({"data": {"suggestions": "一\0"}}, 400),
    ],
    ids=["file", "json", "untyped", "long", "many", "nul"],
)
def test_file_or_flood_is_no_answer(site: Site, body: dict[str, object], status: int) -> None:
    draft = site.draft()
    page = site.page(draft)
    for path in ("/fields/telephone", "/fields/suggestions", "/submit"):
        answer = site.http.post(page.address + path, **body)  # type: ignore[arg-type]
        assert answer.status_code == status
        assert "没有保存" in answer.text
    assert site.stored(draft) == {}


def test_nothing_personal_is_in_addresses_or_logs(
    site: Site, capfd: pytest.CaptureFixture[str]
) -> None:
    draft = site.draft("oPrivate", **BASICS)
    page = site.page(draft)
    every_page(site)
    with site.engine.begin() as db:
        db.exec_driver_sql("ALTER TABLE consents RENAME TO elsewhere")
    try:
        failed = get(site, export_address(site.settings, draft.user_id, utc_now()))
    finally:
        with site.engine.begin() as db:
            db.exec_driver_sql("ALTER TABLE elsewhere RENAME TO consents")
    assert failed.status_code >= 500
    assert failed.headers["Referrer-Policy"] == "no-referrer"
    assert "没有处理成功" in failed.text or "没有保存成功" in failed.text
    logged = "".join(capfd.readouterr())
    token = page.address.rsplit("/", 1)[1]
    for word in ("oPrivate", token, *PRIVATE):
        assert word not in logged
        assert word not in page.address or word == token


def test_gateway_serves_the_pages(make_settings: Callable[..., Settings]) -> None:
    from bot.bootstrap import build_gateway
    from tests.conftest import free_port, serving

    with serving(build_gateway(make_settings()), free_port()) as web:
        answer = httpx.get(f"{web}/h5/form/abc", trust_env=False)
    assert answer.status_code == 403
    assert "链接" in answer.text
