"""Administrators keep the accounts; everybody keeps their own password and two-step sign-in."""

from __future__ import annotations

import re
from datetime import timedelta, timezone
from html import unescape

import pyotp
import sqlalchemy as sa

from bot.model.demand import TRANSITIONS
from bot.services.record import record_read
from bot.services.staff.staff_rows import find_account, get_account
from bot.storage.database import reading, utc_now
from bot.storage.tables import events
from bot.web.desk.audit_kinds import KINDS
from tests.desk.office import PASSWORD, Colleague, Office
from tests.desk.test_access import try_to_sign_in
from tests.web.site import text_of

NEW = {"login": " Wang ", "name": "王芳", "role": "clerk", "station": "station_admin"}


def shown_password(html: str) -> str:
    """The password on the page that shows it once."""
    (password,) = re.findall(r'id="password">([^<]+)<', html)
    return str(password)


def test_new_colleague_gets_a_password_once_and_must_change_it(office: Office) -> None:
    boss = office.colleague("admin", "admin")
    made = boss.post("/staff/new", **NEW, skills=["metrology", "ip"])
    password = shown_password(made.text)
    with reading(office.engine) as db:
        account = find_account(db, "wang")
    person = account.staff
    assert (person.name, person.role, person.station) == ("王芳", "clerk", "station_admin")
    assert person.skills == ("metrology", "ip")
    assert password not in boss.get("/staff").text + boss.get(f"/staff/{person.id}").text
    colleague = office.sign_in(person, password)
    assert colleague.get("/").headers["location"] == "/desk/account/password"


def test_list_shows_everybody_in_words(office: Office) -> None:
    boss = office.colleague("admin", "admin", name="系统管理员")
    office.hire("clerk", "wang", name="王芳", station="station_admin", skills=("testing",))
    text = text_of(boss.get("/staff").text)
    assert "王芳 wang 窗口受理人员 区行政服务中心 检验检测 未开启 — 正常" in text


def test_account_that_cannot_be_is_shown_again_with_what_was_typed(office: Office) -> None:
    boss = office.colleague("admin", "admin")
    answer = boss.post("/staff/new", **{**NEW, "login": "王芳"})
    assert answer.status_code == 422
    assert "登录名用 2 至 32 个小写字母" in answer.text
    assert 'value="王芳"' in answer.text
    assert 'value="station_admin" selected' in answer.text
    boss.post("/staff/new", **NEW)
    assert "已有人使用" in boss.post("/staff/new", **NEW).text
    assert boss.post("/staff/new", **{**NEW, "role": "king"}).status_code == 422
    assert boss.post("/staff/new", **{**NEW, "station": "x"}).status_code == 422


def test_people_of_an_organisation_need_one(office: Office) -> None:
    boss = office.colleague("admin", "admin")
    other = office.hire("organisation", "lab")
    asked = {**NEW, "role": "organisation"}
    for organisation in ("", "99999", "x"):
        refused = boss.post("/staff/new", **asked, organisation=organisation)
        assert refused.status_code == 422
        assert "请选择所属的部门或技术机构" in refused.text
    made = boss.post("/staff/new", **asked, organisation=str(other.organisation_id))
    assert made.status_code == 200
    with reading(office.engine) as db:
        person = find_account(db, "wang").staff
    assert person.organisation_id == other.organisation_id
    boss.post(f"/staff/{person.id}", **NEW, organisation=str(other.organisation_id))
    with reading(office.engine) as db:
        assert get_account(db, person.id).staff.organisation_id is None, "a clerk has none"


def test_changed_role_holds_at_once(office: Office) -> None:
    boss, colleague = office.colleague("admin", "admin"), office.colleague("centre", "wu")
    assert colleague.get("/audit").status_code == 200
    where = f"/staff/{colleague.staff.id}"
    boss.post(where, name="吴刚", role="specialist", station="station_town")
    assert colleague.get("/audit").status_code == 403
    text = text_of(colleague.get("/account").text)
    assert "吴刚" in text
    assert "镇街公共服务中心" in text


def test_reset_password_ends_sessions_and_is_shown_once(office: Office) -> None:
    boss, colleague = office.colleague("admin", "admin"), office.colleague(login="zhang")
    answer = boss.post(f"/staff/{colleague.staff.id}/password")
    password = shown_password(answer.text)
    assert colleague.get("/").status_code == 303
    assert try_to_sign_in(office, "zhang", PASSWORD).status_code == 422
    assert try_to_sign_in(office, "zhang", password).status_code == 303


def test_deactivated_and_back(office: Office) -> None:
    boss, colleague = office.colleague("admin", "admin"), office.colleague(login="zhang")
    where = f"/staff/{colleague.staff.id}/active"
    boss.post(where, active="0")
    assert colleague.get("/").status_code == 303
    assert "已停用" in boss.get("/staff").text
    boss.post(where, active="1")
    assert try_to_sign_in(office, "zhang", PASSWORD).status_code == 303
    alone = boss.post(f"/staff/{boss.staff.id}/active", active="0")
    assert alone.status_code == 422
    assert "不能停用自己的账号" in alone.text


def test_account_that_is_not_there_is_not_found(office: Office) -> None:
    boss = office.colleague("admin", "admin")
    for path in ("", "/password", "/totp", "/active"):
        assert boss.post(f"/staff/99999{path}").status_code == 404
    assert boss.get("/staff/99999").status_code == 404
    assert boss.get("/staff/x").status_code == 404


def enrol(colleague: Colleague) -> str:
    """Two-step sign-in put into a telephone; its secret."""
    page = colleague.get("/account/totp").text
    (secret,) = re.findall(r'class="secret">([A-Z2-7 ]+)<', page)
    (enrolment,) = re.findall(r'name="enrolment" value="([^"]+)"', page)
    assert 'src="data:image/svg+xml' in page
    secret = secret.replace(" ", "")
    now = pyotp.TOTP(secret).at(utc_now().replace(tzinfo=timezone.utc))
    wrong = colleague.post("/account/totp", enrolment=enrolment, code="1", old=PASSWORD)
    assert "动态验证码不正确" in wrong.text
    stolen = colleague.post("/account/totp", enrolment=enrolment, code=now, old="guess")
    assert "当前密码不正确" in stolen.text
    done = colleague.post("/account/totp", enrolment=enrolment, code=now, old=PASSWORD)
    assert done.headers["location"] == "/desk/account"
    return secret


def test_two_step_sign_in_is_turned_on_and_off_by_oneself(office: Office) -> None:
    colleague = office.colleague(login="zhang")
    secret = enrol(colleague)
    assert "两步验证已开启" in colleague.get("/account").text
    assert try_to_sign_in(office, "zhang", PASSWORD).status_code == 422
    later = pyotp.TOTP(secret).at(utc_now().replace(tzinfo=timezone.utc) + timedelta(seconds=30))
    assert try_to_sign_in(office, "zhang", PASSWORD, code=later).status_code == 303
    assert try_to_sign_in(office, "zhang", PASSWORD, code=later).status_code == 422
    refused = colleague.post("/account/totp/off", old="guess")
    assert (refused.status_code, "当前密码不正确" in refused.text) == (422, True)
    colleague.post("/account/totp/off", old=PASSWORD)
    assert try_to_sign_in(office, "zhang", PASSWORD).status_code == 303


def test_administrator_turns_it_off_for_who_lost_the_telephone(office: Office) -> None:
    boss, colleague = office.colleague("admin", "admin"), office.colleague(login="zhang")
    enrol(colleague)
    boss.post(f"/staff/{colleague.staff.id}/totp")
    assert try_to_sign_in(office, "zhang", PASSWORD).status_code == 303


def test_enrolment_of_somebody_else_is_not_taken(office: Office) -> None:
    one, two = office.colleague(login="one"), office.colleague(login="two")
    (enrolment,) = re.findall(r'name="enrolment" value="([^"]+)"', one.get("/account/totp").text)
    for given in (enrolment, "x"):
        answer = two.post("/account/totp", enrolment=given, code="123456", old=PASSWORD)
        assert answer.headers["location"] == "/desk/account/totp"
    with reading(office.engine) as db:
        assert not get_account(db, two.staff.id).totp


def test_record_says_who_did_what_and_keeps_users_words_to_itself(office: Office) -> None:
    boss = office.colleague("admin", "admin", name="系统管理员")
    person = office.hire("centre", "wu", name="吴刚")
    boss.post(f"/staff/{person.id}", name="吴刚", role="clerk", station="station_town")
    try_to_sign_in(office, "wu", "wrong")
    with office.engine.begin() as db:
        record_read(db, person, "transcript", 12, utc_now(), messages=3)
        changed = {"old": {"contact": "李静"}, "new": {"contact": "王五", "telephone": "1398300"}}
        row = {"user_id": 12, "actor": "user", "channel": "wechat", "at": utc_now()}
        db.execute(events.insert().values(kind="draft_answers_changed", data=changed, **row))
        db.execute(events.insert().values(kind="something_new", data={}, **row))
    text = text_of(boss.get("/audit").text)
    assert "系统管理员 工作台 修改账号 账号：吴刚；角色：质量服务中心 → 窗口受理人员" in text
    assert "站点：全部站点 → 镇街公共服务中心" in text
    assert "未登录 工作台 登录失败 账号：吴刚；来自 127.0.0.1" in text
    assert "吴刚 工作台 查看个人信息 用户 #12；会话记录" in text
    assert "企业用户 微信 填写需求表 用户 #12；涉及：质量管理机构/负责人、电话/手机" in text
    assert "其他操作（something_new）" in text
    for word in ("李静", "王五", "1398300"):
        assert word not in text


def test_every_step_of_a_demand_has_its_words_in_the_record() -> None:
    assert {f"matter_{name}" for name in TRANSITIONS} - {*KINDS} == set()
    labels = list(KINDS.values())
    assert len({*labels}) == len(labels), "two kinds that look the same"


def test_record_is_searched_by_who_what_when_and_about_whom(office: Office) -> None:
    boss = office.colleague("admin", "admin", name="系统管理员")
    other = office.colleague(login="zhang", name="张老师")
    with office.engine.begin() as db:
        record_read(db, other.staff, "demand", 12, utc_now())
        old = {"user_id": 13, "actor": "user", "channel": "h5", "data": {}}
        # 2025-03-02 00:30 in China
        at = utc_now().replace(year=2025, month=3, day=1, hour=16, minute=30)
        db.execute(events.insert().values(kind="consent_given", at=at, **old))

    def lines(**asked: str) -> list[str]:
        body = boss.get("/audit", params=asked).text.partition("<tbody>")[2].partition("</tbody>")
        return [text_of(row) for row in body[0].split("</tr>") if "<td" in row]

    assert len(lines(actor=other.staff.actor)) == 2
    assert all("张老师" in line for line in lines(actor=other.staff.actor))
    assert [("同意" in line) for line in lines(actor="user")] == [True]
    assert len(lines(group="reads")) == 2
    assert len(lines(group="reads", user="12")) == 1
    assert len(lines(first="2025-03-02", last="2025-03-02")) == 1
    assert lines(first="2025-03-01", last="2025-03-01") == []
    assert len(lines(first="x", user="x", before="y", group="z")) == len(lines())
    assert "没有符合条件的记录" in boss.get("/audit?last=2020-01-01").text


def test_record_is_turned_page_by_page_without_a_gap(office: Office) -> None:
    boss = office.colleague("admin", "admin")
    with office.engine.begin() as db:
        row = {"actor": "user", "channel": "h5", "at": utc_now(), "data": {}}
        for number in range(1, 121):
            db.execute(events.insert().values(kind="consent_given", user_id=number, **row))
    path, seen = "/audit?actor=user", []
    while path:
        page = boss.get(path).text
        seen += re.findall(r"用户 #(\d+)", page)
        found = re.findall(r'href="/desk(/audit\?[^"]*before=\d+)"', page)
        path = unescape(found[0]) if found else ""
    assert seen == [str(number) for number in range(120, 0, -1)]
    with reading(office.engine) as db:
        assert db.scalar(sa.select(sa.func.count()).select_from(events)) > 120
