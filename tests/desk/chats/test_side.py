"""Beside a chat: profile, answers to put in, the demand form filled in for the enterprise."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import sqlalchemy as sa

from bot.services.consents import record_consent
from bot.services.demand.demands import submit_draft
from bot.services.form.draft_rows import find_draft
from bot.services.form.drafts import open_draft, save_answers
from bot.storage.database import reading, utc_now
from bot.storage.desk_tables import handoffs
from bot.storage.tables import events
from tests.desk.chats.seen import words
from tests.desk.chats.talkers import Talker
from tests.desk.office import Colleague, Office
from tests.services.booking_setup import book, session, slots
from tests.services.conftest import ready_draft


def test_canned_answers_name_the_contact_the_specialist_and_the_station(
    office: Office, anna: Colleague, talker: Talker
) -> None:
    path = f"/chats/{talker.handoff}/insert"
    assert "您好！我是凤凰湖产业促进中心质量服务专员李娜" in anna.get(path).text
    give_draft(office, talker)
    assert "李静，您好！我是凤凰湖产业促进中心质量服务专员李娜" in anna.get(path).text


def test_service_item_is_put_in_with_department_telephone_and_source(
    anna: Colleague, talker: Talker
) -> None:
    found = anna.get(f"/chats/{talker.handoff}/insert", params={"q": "校准"}).text
    assert "计量器具强制检定/校准咨询服务" in found
    put = unescape(re.findall(r'data-put="(服务项目[^"]+)"', found)[0])
    assert put.splitlines()[1:] == [
        "承办部门：区市场监管局、市计量质检院第三分院",
        "联系电话：49473890",
        "依据：附件3 计量服务 第1行",
    ]
    nothing = anna.get(f"/chats/{talker.handoff}/insert", params={"q": "<b>火箭"}).text
    assert "没有找到“&lt;b&gt;火箭”" in nothing


def test_reading_a_profile_is_on_record(office: Office, anna: Colleague, talker: Talker) -> None:
    anna.get(f"/chats/{talker.handoff}/profile")
    query = sa.select(events.c.actor, events.c.data).where(events.c.kind == "personal_data_read")
    with reading(office.engine) as db:
        actor, data = db.execute(query).one()
    assert actor == anna.staff.actor
    assert data == {"what": "profile", "handoff": talker.handoff}


def give_draft(office: Office, talker: Talker) -> None:
    """The user has a draft with the basics."""
    now = utc_now()
    answers = {"company_name": "重庆市永川区鑫源铸造有限公司", "contact": "质量部 李静"}
    with office.engine.begin() as db:
        record_consent(db, talker.id, channel="wechat", now=now)
        draft = open_draft(db, talker.id, "wechat", now)
        save_answers(db, draft, answers, channel="wechat", actor="user", now=now)


def answers_of(office: Office, talker: Talker) -> dict[str, Any]:
    """The draft's answers as stored; none: no draft."""
    with reading(office.engine) as db:
        draft = find_draft(db, talker.id)
    return draft.answers if draft else {}


def seen_mark(html: str) -> str:
    """The mark of the value that an opened field holds."""
    return re.findall(r'name="seen" value="(\w+)"', html)[0]


def test_draft_is_filled_in_only_with_the_enterprises_agreement(
    office: Office, anna: Colleague, talker: Talker
) -> None:
    give_draft(office, talker)
    talker.taken_by(anna.staff)
    path = f"/chats/{talker.handoff}/draft"
    assert "鑫源铸造" in anna.get(path).text
    refused = anna.htmx(f"{path}/telephone", telephone="13983001234", seen="0")
    assert (refused.status_code, refused.text) == (409, "请先征得企业同意，再代为填写。")
    assert anna.htmx(f"{path}/agreement").status_code == 422
    assert anna.htmx(f"{path}/agreement", agreed="1").status_code == 200
    saved = anna.htmx(f"{path}/telephone", telephone="139 8300 1234", seen="0")
    assert "13983001234" in saved.text
    assert answers_of(office, talker)["telephone"] == "13983001234"
    with reading(office.engine) as db:
        kinds = sa.select(events.c.kind).where(events.c.actor == anna.staff.actor)
        done = list(db.scalars(kinds))
    assert done.count("draft_editing_agreed") == 1
    assert "draft_answers_changed" in done
    assert "企业同意由李娜代填需求表" in anna.get(f"/chats/{talker.handoff}/notes").text


def test_draft_is_begun_at_the_desk(office: Office, anna: Colleague, talker: Talker) -> None:
    talker.taken_by(anna.staff)
    path = f"/chats/{talker.handoff}/draft"
    assert "还没有开始填" in anna.get(path).text
    anna.htmx(f"{path}/agreement", agreed="1")
    opened = anna.get(f"{path}/company_name?edit=1").text
    anna.htmx(f"{path}/company_name", company_name="永川区计量检测有限公司", seen=seen_mark(opened))
    assert answers_of(office, talker)["company_name"] == "永川区计量检测有限公司"


def test_what_the_user_changed_meanwhile_is_not_overwritten(
    office: Office, anna: Colleague, talker: Talker
) -> None:
    give_draft(office, talker)
    talker.taken_by(anna.staff)
    path = f"/chats/{talker.handoff}/draft"
    anna.htmx(f"{path}/agreement", agreed="1")
    seen = seen_mark(anna.get(f"{path}/contact?edit=1").text)
    with office.engine.begin() as db:
        draft = find_draft(db, talker.id)
        assert draft is not None
        by = {"channel": "h5", "actor": "user", "now": utc_now()}
        save_answers(db, draft, {"contact": "质量部 王芳"}, **by)
    told = anna.htmx(f"{path}/contact", contact="质量部 李敏", seen=seen).text
    assert "这一项刚在别处改成了" in told
    assert "质量部 王芳" in told
    assert 'value="质量部 李敏"' in told
    assert answers_of(office, talker)["contact"] == "质量部 王芳"
    anna.htmx(f"{path}/contact", contact="质量部 李敏", seen=seen_mark(told))
    assert answers_of(office, talker)["contact"] == "质量部 李敏"


def test_wrong_value_is_refused_with_the_reason(
    office: Office, anna: Colleague, talker: Talker
) -> None:
    give_draft(office, talker)
    talker.taken_by(anna.staff)
    path = f"/chats/{talker.handoff}/draft"
    anna.htmx(f"{path}/agreement", agreed="1")
    told = anna.htmx(f"{path}/telephone", telephone="139830", seen="0").text
    assert "手机号不够 11 位" in told
    assert 'value="139830"' in told
    assert "telephone" not in answers_of(office, talker)


def test_colleague_reads_the_draft_but_cannot_fill_it_in(
    office: Office, anna: Colleague, bert: Colleague, talker: Talker
) -> None:
    give_draft(office, talker)
    talker.taken_by(anna.staff)
    path = f"/chats/{talker.handoff}/draft"
    anna.htmx(f"{path}/agreement", agreed="1")
    assert "鑫源铸造" in bert.get(path).text
    refused = bert.htmx(f"{path}/telephone", telephone="13983001234", seen="0")
    assert (refused.status_code, refused.text) == (409, "李娜已经接了这个会话。")
    assert "telephone" not in answers_of(office, talker)


def test_profile_shows_what_the_user_had_to_do_with_us_before(
    office: Office, anna: Colleague, talker: Talker
) -> None:
    talker.taken_by(anna.staff)
    talker.told_by(anna.staff, "已为您登记")
    anna.htmx(f"/chats/{talker.handoff}/close", outcome="demand", note="登记了计量需求")
    now = utc_now()
    with office.engine.begin() as db:
        draft = ready_draft(db, talker.id)
        demand = submit_draft(db, draft, channel="wechat", actor="user", now=now)
        booking = book(db, talker.id, slots(db, session(db))[0], now)
    talker.call()
    page = words(anna.get(f"/chats/{talker.handoff}/profile").text)
    assert "重庆永川计量检测有限公司" in page
    assert f"{demand.number} 已提交，待受理" in page
    assert f"{booking.number} 已确认 2026-03-11 14:00 商标续展" in page
    assert "已登记服务需求 李娜 登记了计量需求" in page


def test_a_chat_that_ended_long_ago_opens_neither_profile_nor_draft(
    office: Office, anna: Colleague, talker: Talker
) -> None:
    talker.taken_by(anna.staff)
    talker.told_by(anna.staff, "已为您登记")
    anna.htmx(f"/chats/{talker.handoff}/close", outcome="demand", note="登记了计量需求")
    give_draft(office, talker)
    long_ago = utc_now() - timedelta(hours=13)
    with office.engine.begin() as db:
        mine = handoffs.c.id == talker.handoff
        db.execute(handoffs.update().where(mine).values(closed_at=long_ago))
    page = anna.get(f"/chats/{talker.handoff}")
    assert page.status_code == 200
    assert "不再显示用户资料" in page.text
    assert "李静" not in page.text
    draft = anna.get(f"/chats/{talker.handoff}/draft")
    assert draft.status_code == 200
    assert "会话已结束较久，不再显示需求表" in draft.text
    assert "李静" not in draft.text
    for pane in ("draft/telephone", "insert"):
        assert anna.get(f"/chats/{talker.handoff}/{pane}").status_code == 404
