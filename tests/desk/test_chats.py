"""The workplace of chats over HTTP: who may see, write, pass on and end; the event stream."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine

from bot.services.consents import record_consent
from bot.services.draft_rows import find_draft
from bot.services.drafts import open_draft, save_answers
from bot.services.staff_sessions import end_sessions
from bot.storage.database import reading, utc_now
from bot.storage.desk_tables import staff as staff_table
from bot.storage.tables import conversations, events
from tests.desk.chats import Talker, at, follow
from tests.desk.office import Colleague, Office

HERE, THERE = "station_fenghuanghu", "station_gangqiao"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
ATTACK = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"


@pytest.fixture(autouse=True)
def office_hours() -> Iterator[None]:
    """Somebody is there: whoever asks for a person stands in the queue."""
    with time_machine.travel(at(10), tick=True):
        yield


@pytest.fixture
def anna(office: Office) -> Colleague:
    """A specialist of a station."""
    return office.colleague("specialist", "anna", name="李娜", station=HERE)


@pytest.fixture
def bert(office: Office) -> Colleague:
    """Another of the same station."""
    return office.colleague("specialist", "bert", name="王明", station=HERE)


@pytest.fixture
def talker(office: Office) -> Talker:
    """A user of that station who waits for a person."""
    made = follow(office, "oOne", station=HERE)
    made.say("压力表在哪里检定", ago=60)
    made.hear("服务项目：计量器具强制检定/校准咨询服务。", ago=59)
    return made.call(ago=50)


def read_stream(
    colleague: Colleague, after: int, enough: int | str
) -> list[tuple[int, str, dict[str, Any]]]:
    """The first changes of the event stream: number, kind, data; so many, or up to these words."""
    found: list[tuple[int, str, dict[str, Any]]] = []
    fields: dict[str, str] = {}
    end = time.monotonic() + 20
    with colleague.http.stream("GET", f"/desk/live?after={after}", timeout=20) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        for line in answer.iter_lines():
            if line:
                name, _, value = line.partition(": ")
                fields[name] = value
                continue
            if fields.get("event", "beat") != "beat":
                found.append((int(fields["id"]), fields["event"], json.loads(fields["data"])))
            fields = {}
            if len(found) == enough or (found and str(enough) in found[-1][2].get("html", "")):
                break
            assert time.monotonic() < end, f"only {len(found)} changes came"
    return found


def words(html: str) -> str:
    """What a person reads."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def owner(office: Office, talker: Talker) -> tuple[str, int | None]:
    """Who owns the conversation."""
    query = sa.select(conversations).where(conversations.c.user_id == talker.id)
    with reading(office.engine) as db:
        row = db.execute(query).one()
    return row.owner_kind, row.owner_id


def test_queue_shows_who_waits_with_their_last_words(anna: Colleague, talker: Talker) -> None:
    page = words(anna.get("/chats").text)
    assert "排队 1" in page
    assert "压力表在哪里检定" in page
    assert "凤凰湖产业促进中心" in page


def test_chat_shows_what_was_said_to_the_assistant(anna: Colleague, talker: Talker) -> None:
    page = words(anna.get(f"/chats/{talker.handoff}").text)
    assert "压力表在哪里检定" in page
    assert "智能助手" in page
    assert "计量器具强制检定/校准咨询服务" in page


def test_another_stations_chat_is_refused(office: Office, talker: Talker) -> None:
    other = office.colleague("specialist", "carl", name="周强", station=THERE)
    assert "压力表" not in other.get("/chats").text
    for path in ("", "/head", "/foot", "/profile", "/draft", "/notes", "/insert"):
        assert other.get(f"/chats/{talker.handoff}{path}").status_code == 404, path
    before = f"/chats/{talker.handoff}/earlier?before=20300101000000000000"
    assert other.get(before).status_code == 404
    for action in ("claim", "send", "transfer", "return", "close", "notes", "seen"):
        data = {"text": "x", "reason": "x", "to": "station:", "outcome": "solved"}
        answer = other.htmx(f"/chats/{talker.handoff}/{action}", **data)
        assert answer.status_code == 404, action
    assert owner(office, talker)[0] == "queue"
    assert talker.told() == []


def test_forged_numbers_are_refused(anna: Colleague, talker: Talker) -> None:
    for path in ("/chats/999999", "/chats/-1", "/chats/x", "/chats/999999/profile"):
        assert anna.get(path).status_code == 404, path
    assert anna.get(f"/chats/{talker.handoff}/draft/no_such_field").status_code == 404
    assert anna.get(f"/chats/{talker.handoff}/earlier?before=1%27").status_code == 404
    for action in ("claim", "send", "close", "take"):
        answer = anna.htmx("/chats/999999/" + action, text="x", outcome="solved")
        assert answer.status_code in (403, 404), action
    assert anna.htmx(f"/chats/{talker.handoff}/transfer", to="person:99", reason="x").text == (
        "请选择转给谁。"
    )


def test_second_to_claim_hears_who_was_faster(
    anna: Colleague, bert: Colleague, talker: Talker
) -> None:
    first = anna.htmx(f"/chats/{talker.handoff}/claim")
    assert first.headers["HX-Redirect"] == f"/desk/chats/{talker.handoff}"
    second = bert.htmx(f"/chats/{talker.handoff}/claim")
    assert (second.status_code, second.text) == (409, "您慢了一步：李娜刚刚接了这个会话。")
    assert "李娜正在接待" in bert.get(f"/chats/{talker.handoff}").text


def test_only_the_owner_can_write(anna: Colleague, bert: Colleague, talker: Talker) -> None:
    assert anna.htmx(f"/chats/{talker.handoff}/send", text="还没接入").status_code == 409
    talker.taken_by(anna.staff)
    assert anna.htmx(f"/chats/{talker.handoff}/send", text="您好").status_code == 200
    refused = bert.htmx(f"/chats/{talker.handoff}/send", text="我也在")
    assert (refused.status_code, refused.text) == (409, "李娜已经接了这个会话。")
    assert talker.told() == ["您好"]


def test_what_cannot_be_written_is_said_in_words(anna: Colleague, talker: Talker) -> None:
    talker.taken_by(anna.staff)
    path = f"/chats/{talker.handoff}/send"
    assert anna.htmx(path, text="  ").text == "还没有写内容。"
    assert anna.htmx(path, text="长" * 2001).text == "内容太长了，请不超过2000个字。"
    assert talker.told() == []


def test_transferred_chat_waits_for_the_colleague_with_the_reason(
    office: Office, anna: Colleague, bert: Colleague, talker: Talker
) -> None:
    talker.taken_by(anna.staff)
    path = f"/chats/{talker.handoff}/transfer"
    assert anna.htmx(path, to=f"person:{bert.staff.id}", reason="").text.startswith("请写明原因")
    done = anna.htmx(path, to=f"person:{bert.staff.id}", reason="他管计量")
    assert done.headers["HX-Redirect"] == "/desk/chats"
    assert "转给了王明" in anna.get(f"/chats/{talker.handoff}").text
    assert anna.htmx(f"/chats/{talker.handoff}/claim").text == (
        "这个会话是转给王明的，请先等他处理。"
    )
    assert "他管计量" in bert.get(f"/chats/{talker.handoff}/notes").text
    assert bert.htmx(f"/chats/{talker.handoff}/claim").status_code == 204
    assert owner(office, talker) == ("specialist", bert.staff.id)


def test_chat_given_back_stands_in_the_queue_again(
    office: Office, anna: Colleague, bert: Colleague, talker: Talker
) -> None:
    talker.taken_by(anna.staff)
    anna.htmx(f"/chats/{talker.handoff}/return", reason="要开会")
    assert owner(office, talker)[0] == "queue"
    assert "排队 1" in words(bert.get("/chats/lists").text)
    assert "优先" in bert.get("/chats/lists").text


def test_closing_needs_an_outcome_and_brings_the_assistant_back(
    office: Office, anna: Colleague, talker: Talker
) -> None:
    talker.taken_by(anna.staff)
    assert anna.htmx(f"/chats/{talker.handoff}/close").text == "请选择处理结果。"
    anna.htmx(f"/chats/{talker.handoff}/close", outcome="solved", category="metrology", note="已约")
    assert owner(office, talker) == ("assistant", None)
    assert talker.state().category == "metrology"
    page = anna.get(f"/chats/{talker.handoff}").text
    assert "会话已结束：已解答" in page
    assert "data-composer" not in page
    assert "我刚结束的 1" in words(anna.get("/chats").text)
    assert anna.htmx(f"/chats/{talker.handoff}/send", text="再说一句").status_code == 409


def test_centre_takes_over_from_who_is_away(
    office: Office, anna: Colleague, bert: Colleague, talker: Talker
) -> None:
    talker.taken_by(anna.staff)
    centre = office.colleague("centre", "zhao", name="赵主任")
    path = f"/chats/{talker.handoff}/take"
    assert bert.htmx(path, reason="她不在").status_code == 403
    assert centre.htmx(path, reason="").text.startswith("请写明原因")
    assert owner(office, talker) == ("specialist", anna.staff.id)
    assert centre.htmx(path, reason="李娜外出").status_code == 204
    assert owner(office, talker) == ("specialist", centre.staff.id)
    assert "李娜外出" in anna.get(f"/chats/{talker.handoff}/notes").text
    assert anna.htmx(f"/chats/{talker.handoff}/send", text="我回来了").text == (
        "赵主任已经接了这个会话。"
    )


def test_unread_counts_go_when_the_chat_was_on_the_screen(anna: Colleague, talker: Talker) -> None:
    talker.taken_by(anna.staff)
    talker.say("第一句")
    last = talker.say("第二句")
    assert 'aria-label="2条未读"' in anna.get("/chats/lists").text
    anna.htmx(f"/chats/{talker.handoff}/seen", read=str(last))
    assert "条未读" not in anna.get("/chats/lists").text
    talker.say("第三句")
    anna.htmx(f"/chats/{talker.handoff}/seen", read="0")
    assert 'aria-label="1条未读"' in anna.get("/chats/lists").text


def test_colleague_who_looks_is_named_while_they_look(
    anna: Colleague, bert: Colleague, talker: Talker
) -> None:
    bert.htmx(f"/chats/{talker.handoff}/seen", read="0")
    assert "同时在看：王明" in anna.get(f"/chats/{talker.handoff}").text
    assert "同时在看" not in bert.get(f"/chats/{talker.handoff}").text
    with time_machine.travel(utc_now() + timedelta(minutes=2), tick=True):
        assert "同时在看" not in anna.get(f"/chats/{talker.handoff}/head").text


@pytest.mark.parametrize(
    ("status", "reason", "shown"),
    [
        ("held", "quota", "暂存：这段时间能发的条数已用完，用户下次来信后自动发出。"),
        ("held", "window", "暂存：用户超过48小时没有来信"),
        ("failed", "43004 require subscribe", "失败：用户已取消关注，收不到消息。"),
        ("failed", "45002 too long", "失败：微信拒收"),
    ],
)
def test_what_was_not_sent_is_seen_with_its_reason(
    anna: Colleague, talker: Talker, status: str, reason: str, shown: str
) -> None:
    talker.taken_by(anna.staff)
    talker.told_by(anna.staff, "请带上说明书")
    talker.deliver(status, reason)
    assert shown in words(anna.get(f"/chats/{talker.handoff}").text)


def test_what_wechat_still_allows_is_shown(office: Office, anna: Colleague) -> None:
    soon = utc_now() + timedelta(hours=47, minutes=10)
    open_one = follow(office, "oA", quota_left=4, quota_until=soon).call().taken_by(anna.staff)
    shut = follow(office, "oB", quota_left=0).call().taken_by(anna.staff)
    assert "还可发4条 · 剩47小时" in anna.get(f"/chats/{open_one.handoff}/head").text
    assert "现在发不出，用户来信后自动发出" in anna.get(f"/chats/{shut.handoff}/head").text


def test_earlier_lines_come_by_the_page_and_none_is_left_out(
    anna: Colleague, talker: Talker
) -> None:
    for number in range(150):
        talker.say(f"第{number:03d}句", ago=5000 - number // 3)  # three at each moment
    shown, before = [], ""
    page = anna.get(f"/chats/{talker.handoff}").text
    for _ in range(9):
        shown += re.findall(r"第\d{3}句", page)
        before = min(re.findall(r'data-key="(\d+)-', page))
        if "data-has-more" not in page:
            break
        page = anna.get(f"/chats/{talker.handoff}/earlier?before={before}").text
    assert set(shown) == {f"第{number:03d}句" for number in range(150)}


def test_stream_tells_each_change_once_and_in_order(
    anna: Colleague, bert: Colleague, talker: Talker
) -> None:
    talker.taken_by(anna.staff)
    after = int(re.findall(r'data-feed="(\d+)"', anna.get("/chats").text)[0])
    talker.say("一")
    talker.told_by(anna.staff, "二")
    told = read_stream(bert, after, "二")
    assert ["一" in words(told[-2][2]["html"]), "二 待发" in words(told[-1][2]["html"])] == [
        True,
        True,
    ]
    talker.deliver()
    talker.say("三")
    told += read_stream(bert, told[-1][0], "三")
    assert "二 已发" in words(told[-2][2]["html"])
    numbers = [number for number, _, _ in told]
    assert numbers == sorted(set(numbers))
    # From any number on the rest comes again, the same.
    assert read_stream(bert, numbers[-3], "三") == told[-2:]


def test_stream_says_nothing_of_other_stations(
    office: Office, anna: Colleague, talker: Talker
) -> None:
    stranger = follow(office, "oTwo", station=THERE).call()
    stranger.say("别的站的话")
    talker.say("本站的话")
    told = read_stream(anna, 0, "本站的话")
    texts = "".join(data.get("html", "") for _, _, data in told)
    assert "本站的话" in texts
    assert "别的站的话" not in texts
    assert {data["handoff"] for _, kind, data in told if kind != "gone"} == {talker.handoff}


def test_stream_ends_with_the_session(office: Office, anna: Colleague, talker: Talker) -> None:
    with anna.http.stream("GET", "/desk/live?after=0", timeout=20) as answer:
        lines = answer.iter_lines()
        next(lines)
        with office.engine.begin() as db:
            end_sessions(db, anna.staff.id)
        talker.say("这句谁也听不到")
        assert "这句谁也听不到" not in "".join(lines)
    assert anna.get("/live", headers={"Accept": "text/event-stream"}).status_code == 401


def test_open_page_keeps_the_person_seen(office: Office, anna: Colleague, talker: Talker) -> None:
    with office.engine.begin() as db:
        db.execute(staff_table.update().values(seen_at=None))
    with time_machine.travel(utc_now() + timedelta(minutes=5), tick=True):
        read_stream(anna, 0, 1)
        with reading(office.engine) as db:
            assert db.scalar(sa.select(staff_table.c.seen_at)) is not None


def test_script_is_shown_as_text(office: Office, talker: Talker) -> None:
    villain = office.colleague("centre", "eve", name="<b>夏娃</b>")
    talker.say(ATTACK)
    talker.taken_by(villain.staff)
    talker.told_by(villain.staff, ATTACK)
    villain.htmx(f"/chats/{talker.handoff}/notes", text=ATTACK)
    pages = [
        villain.get(f"/chats/{talker.handoff}").text,
        villain.get(f"/chats/{talker.handoff}/notes").text,
        "".join(data.get("html", "") for _, _, data in read_stream(villain, 0, "onerror")),
    ]
    for page in pages:
        assert "onerror" in page
        assert "<img src=x" not in page
        assert "<b>夏娃" not in page


def test_address_of_a_picture_is_linked_only_if_it_is_the_webs(
    anna: Colleague, talker: Talker
) -> None:
    talker.say("", kind="image", data={"PicUrl": "javascript:alert(1)"})
    talker.say("", kind="image", data={"PicUrl": "https://mmbiz.qpic.cn/x"})
    page = anna.get(f"/chats/{talker.handoff}").text
    assert "javascript:" not in page
    assert 'href="https://mmbiz.qpic.cn/x" target="_blank" rel="noopener noreferrer"' in page


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


def test_picture_goes_to_the_user_and_is_seen_by_who_may_see_the_chat(
    office: Office, anna: Colleague, talker: Talker
) -> None:
    talker.taken_by(anna.staff)
    path = f"/chats/{talker.handoff}/picture"
    sent = anna.upload(path, {"picture": ("表.png", PNG)})
    assert sent.status_code == 200
    address = re.findall(r'<img src="/desk(/chats/pictures/\d+)"', sent.text)[0]
    shown = anna.get(address)
    assert (shown.headers["content-type"], shown.content) == ("image/png", PNG)
    other = office.colleague("specialist", "carl", name="周强", station=THERE)
    assert other.get(address).status_code == 404
    assert other.upload(path, {"picture": ("表.png", PNG)}).status_code == 404
    refused = anna.upload(path, {"picture": ("图.png", b"<svg onload=alert(1)>")})
    assert refused.status_code == 415
