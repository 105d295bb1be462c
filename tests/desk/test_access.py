"""Who gets in and who does not: cookies, sessions, cross-site posts, addresses to come back to."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import sqlalchemy as sa
from markupsafe import escape

from bot.services.record import Origin
from bot.services.staff.staff import reset_password, set_active
from bot.services.staff.staff_rows import list_accounts
from bot.storage.database import reading, utc_now
from bot.storage.desk_tables import staff, staff_sessions
from tests.desk.office import PASSWORD, PASSWORD_HASH, Colleague, Office

HEADERS = {
    "content-security-policy": "default-src 'self'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
}
BY = Origin("system", "system", utc_now())


def try_to_sign_in(office: Office, login: str, password: str, **more: str) -> httpx.Response:
    """At a browser of its own."""
    data = {"login": login, "password": password, **more}
    return office.client().post("/desk/sign-in", data=data)


def signed_in(colleague: Colleague) -> bool:
    """Whether their pages open."""
    return colleague.get("/account").status_code == 200


def test_nobody_gets_in_before_there_is_an_account(office: Office) -> None:
    for login, password in (("admin", "admin"), ("admin", "password"), ("admin", ""), ("", "")):
        answer = try_to_sign_in(office, login, password)
        assert answer.status_code == 422
        assert "set-cookie" not in answer.headers


def test_wrong_password_and_unknown_login_look_alike(office: Office) -> None:
    office.hire(login="zhang")
    pages = []
    for login in ("zhang", "nobody"):
        answer = try_to_sign_in(office, login, "wrong")
        assert answer.status_code == 422
        pages.append(answer.text.replace(login, "…"))
    assert pages[0] == pages[1]
    assert "登录名、密码或动态验证码不正确" in pages[0]


def test_throttled_person_is_told_how_long_to_wait(office: Office) -> None:
    office.hire(login="zhang")
    for _ in range(office.settings.sign_in_tries):
        assert try_to_sign_in(office, "zhang", "wrong").status_code == 422
    answer = try_to_sign_in(office, "zhang", PASSWORD)
    assert answer.status_code == 429
    assert "请在15分钟后再试" in answer.text
    assert 840 < int(answer.headers["retry-after"]) <= 900


def test_cookie_is_for_this_desk_and_no_script(office: Office) -> None:
    office.hire(login="zhang")
    cookie = try_to_sign_in(office, "zhang", PASSWORD).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/desk" in cookie
    assert "secure" not in cookie, "the test's address is no https"
    assert "expires" not in cookie, "gone with the browser"
    assert "max-age" not in cookie


def test_session_is_new_at_each_sign_in_and_the_old_one_is_over(office: Office) -> None:
    person = office.hire(login="zhang")
    http = office.client()
    http.cookies.set("desk_session", "planted-by-somebody", path="/desk")
    first = http.post("/desk/sign-in", data={"login": "zhang", "password": PASSWORD})
    token = first.cookies["desk_session"]
    assert token != "planted-by-somebody"
    stale = Colleague(office, person, office.client())
    stale.http.cookies.set("desk_session", token, path="/desk")
    assert signed_in(stale)
    http.cookies.clear()
    http.cookies.set("desk_session", token, path="/desk")
    http.post("/desk/sign-in", data={"login": "zhang", "password": PASSWORD})
    assert not signed_in(stale)


def test_sign_out_ends_the_session_itself(office: Office) -> None:
    colleague = office.colleague(login="zhang")
    token = colleague.http.cookies["desk_session"]
    answer = colleague.post("/sign-out")
    assert answer.headers["location"] == "/desk/sign-in"
    assert "您已退出登录" in colleague.get("/sign-in").text
    assert "您已退出登录" not in colleague.get("/sign-in").text, "said once"
    colleague.http.cookies.set("desk_session", token, path="/desk")
    assert not signed_in(colleague), "the kept cookie is worth nothing"


def test_unused_session_ends(office: Office) -> None:
    colleague = office.colleague(login="zhang")
    assert signed_in(colleague)
    with office.engine.begin() as db:
        before = utc_now() - timedelta(seconds=office.settings.desk_idle_seconds)
        db.execute(staff_sessions.update().values(seen_at=before))
    answer = colleague.get("/account")
    assert answer.status_code == 303
    assert parse_qs(urlsplit(answer.headers["location"]).query) == {"next": ["/account"]}


@pytest.mark.parametrize(
    ("path", "counts"),
    [("/news", False), ("/news?used=1", True), ("/chats", True), ("/alive", True)],
)
def test_page_left_open_is_no_use_of_the_desk(office: Office, path: str, counts: bool) -> None:
    colleague = office.colleague(login="zhang", station="station_gangqiao")
    idle = timedelta(seconds=office.settings.desk_idle_seconds)
    with office.engine.begin() as db:
        before = utc_now() - idle + timedelta(seconds=60)
        db.execute(staff_sessions.update().values(seen_at=before))
        db.execute(staff.update().values(seen_at=before))
    assert colleague.get(path).status_code in (200, 204)
    with reading(office.engine) as db:
        seen = list_accounts(db)[0].seen_at
        session = db.scalar(sa.select(staff_sessions.c.seen_at))
    assert (seen > before, session > before) == (counts, counts)
    assert signed_in(colleague), "nor does it end the session"


def test_who_is_deactivated_is_out_at_once(office: Office) -> None:
    colleague = office.colleague(login="zhang")
    with office.engine.begin() as db:
        set_active(db, colleague.staff.id, False, BY)
    assert not signed_in(colleague)
    assert try_to_sign_in(office, "zhang", PASSWORD).status_code == 422


def test_given_password_must_be_changed_before_anything_else(office: Office) -> None:
    person = office.hire("centre", "wu")
    with office.engine.begin() as db:
        reset_password(db, person.id, PASSWORD_HASH, BY)
    colleague = office.sign_in(person)
    for path in ("/", "/audit", "/account", "/account/totp"):
        assert colleague.get(path).headers["location"] == "/desk/account/password"
    token = colleague.csrf()
    refused = colleague.http.post("/desk/account/totp", data={"csrf": token})
    assert refused.headers["location"] == "/desk/account/password"
    short = colleague.post("/account/password", old=PASSWORD, new="short", again="short")
    assert short.status_code == 422
    assert "至少要 10 个字符" in short.text
    differ = colleague.post("/account/password", old=PASSWORD, new="a" * 12, again="b" * 12)
    assert "两次输入的新密码不一致" in differ.text
    word = "gute-neue-wort-9"
    done = colleague.post("/account/password", old=PASSWORD, new=word, again=word)
    assert done.headers["location"] == "/desk/"
    assert "密码已修改" in colleague.get("/").text
    assert try_to_sign_in(office, "wu", PASSWORD).status_code == 422
    assert try_to_sign_in(office, "wu", word).status_code == 303


@pytest.mark.parametrize("token", ["", "x", "ö", "a" * 43])
def test_post_without_the_sessions_token_does_nothing(office: Office, token: str) -> None:
    colleague = office.colleague(login="zhang")
    for data, headers in (
        ({"csrf": token, "available": "0"}, {}),
        ({"available": "0"}, {"X-CSRF-Token": token.encode()}),
    ):
        answer = colleague.http.post("/desk/availability", data=data, headers=headers)
        assert answer.status_code == 403
        assert "页面已过期" in answer.text
        with reading(office.engine) as db:
            assert list_accounts(db)[0].staff.available


def test_token_of_another_session_is_none(office: Office) -> None:
    one, two = office.colleague(login="one"), office.colleague(login="two")
    answer = one.http.post("/desk/availability", data={"csrf": two.csrf()})
    assert answer.status_code == 403
    assert one.post("/availability").status_code == 303, "one's own does"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_post_from_another_site_is_refused(office: Office, headers: dict[str, str]) -> None:
    colleague = office.colleague(login="zhang")
    data = {"csrf": colleague.csrf()}
    answer = colleague.http.post("/desk/availability", data=data, headers=headers)
    assert answer.status_code == 403
    assert "不是从工作台页面发出的" in answer.text
    entered = office.client().post(
        "/desk/sign-in", data={"login": "zhang", "password": PASSWORD}, headers=headers
    )
    assert entered.status_code == 403, "nobody is signed in as somebody else from outside"
    own = {"Origin": office.web, "Sec-Fetch-Site": "same-origin"}
    assert colleague.http.post("/desk/availability", data=data, headers=own).status_code == 303


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/x\r\nSet-Cookie: a=b",
        "@evil.example",
        ".evil.example",
        "/%0d%0aX: y\n",
        "/sign-out",
    ],
)
def test_nobody_is_led_to_another_site(office: Office, path: str) -> None:
    office.hire(login="zhang")
    asked = office.client().get("/desk/sign-in", params={"next": path})
    assert 'name="next" value="/"' in asked.text
    answer = try_to_sign_in(office, "zhang", PASSWORD, next=path)
    assert answer.headers["location"] == "/desk/"


def test_person_comes_back_to_the_page_they_wanted(office: Office) -> None:
    office.hire("admin", "admin")
    http = office.client()
    asked = http.get("/desk/audit?group=staff&first=2026-11-01")
    page = http.get(asked.headers["location"])
    (wanted,) = re.findall(r'name="next" value="([^"]+)"', page.text)
    data = {"login": "admin", "password": PASSWORD, "next": wanted.replace("&amp;", "&")}
    answer = http.post("/desk/sign-in", data=data)
    assert answer.headers["location"] == "/desk/audit?group=staff&first=2026-11-01"


@pytest.mark.parametrize(
    "headers",
    [
        {"HX-Request": "true", "HX-Current-URL": "http://x/desk/audit?group=staff"},
        {"X-Requested-With": "fetch", "Referer": "http://x/desk/audit?group=staff"},
        {"Accept": "text/event-stream", "Referer": "http://x/desk/audit?group=staff"},
        {"Sec-Fetch-Mode": "cors", "Referer": "http://x/desk/audit?group=staff"},
    ],
)
def test_script_is_told_to_sign_in_again(office: Office, headers: dict[str, str]) -> None:
    answer = office.client().get("/desk/alive", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == "/desk/sign-in?next=%2Faudit%3Fgroup%3Dstaff"
    assert "<" not in answer.text


def test_refusals_to_scripts_are_sentences(office: Office) -> None:
    colleague = office.colleague(login="zhang")
    headers = {"HX-Request": "true"}
    answer = colleague.get("/audit", headers=headers)
    assert (answer.status_code, answer.text[:6]) == (403, "您的账号不能")
    assert colleague.get("/nothing", headers=headers).text.startswith("这个页面")


def test_every_answer_has_the_security_headers(office: Office) -> None:
    colleague = office.colleague("admin", "admin")
    answers = [
        office.client().get("/desk/sign-in"),
        office.client().get("/desk/"),
        colleague.get("/"),
        colleague.get("/nothing"),
        colleague.get("/staff/999"),
        colleague.http.post("/desk/availability", data={"x": "1"}),
        colleague.http.put("/desk/"),
        colleague.http.post("/desk/sign-out", content=b"{}"),
        colleague.http.post("/desk/sign-in", data={"login": "x" * 300_000}),
        colleague.get("/alive", headers={"HX-Request": "true"}),
    ]
    assert [a.status_code for a in answers] == [200, 303, 200, 404, 404, 403, 405, 415, 413, 204]
    for answer in answers:
        for name, value in HEADERS.items():
            assert answer.headers[name].startswith(value), f"{answer.request.url}: {name}"
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "form-action 'self'" in policy
        assert "frame-ancestors 'none'" in policy


def test_pages_hold_no_inline_script_or_style(office: Office) -> None:
    colleague = office.colleague("admin", "admin")
    for path in ("/", "/staff", "/staff/new", "/audit", "/account", "/account/totp"):
        text = colleague.get(path).text
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", text), path


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", '"><img src=x onerror=a>', "{{7*7}}", "'-alert(1)-'"]
)
def test_script_in_a_name_is_shown_as_text(office: Office, words: str) -> None:
    boss = office.colleague("admin", "admin", name=words)
    person = office.hire(login="zhang", name=words)
    for path in ("/", "/staff", f"/staff/{person.id}", "/audit", "/account"):
        text = boss.get(path).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert str(escape(words)) in text


def test_secure_cookie_where_people_come_by_https(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(office.settings.__dict__, "public_url", "https://desk.example.gov.cn")
    office.hire(login="zhang")
    headers = {"Origin": "https://desk.example.gov.cn", "Sec-Fetch-Site": "same-origin"}
    answer = office.client().post(
        "/desk/sign-in", data={"login": "zhang", "password": PASSWORD}, headers=headers
    )
    assert answer.status_code == 303
    assert "secure" in answer.headers["set-cookie"].lower()


def test_switching_to_away_and_back_is_recorded_and_shown(office: Office) -> None:
    colleague = office.colleague(login="zhang")
    assert (
        "暂不分配新会话"
        in colleague.http.post(
            "/desk/availability",
            data={"csrf": colleague.csrf(), "available": "0"},
            follow_redirects=True,
        ).text
    )
    with reading(office.engine) as db:
        assert not list_accounts(db)[0].staff.available
    assert ">离开</button>" in colleague.get("/").text
    colleague.post("/availability", available="1")
    assert ">在岗</button>" in colleague.get("/").text
