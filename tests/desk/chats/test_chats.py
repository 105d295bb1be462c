"""The workplace of chats over HTTP: who may see, write, pass on and end."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine

from bot.services.handoff.chat_pictures import keep_fetched
from bot.storage.database import utc_now
from tests.desk.chats.seen import owner, read_stream, words
from tests.desk.chats.talkers import ATTACK, THERE, Talker, follow
from tests.desk.office import Colleague, Office

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def test_voice_is_shown_with_its_words_and_downloaded(
    office: Office, anna: Colleague, bert: Colleague, talker: Talker
) -> None:
    talker.taken_by(anna.staff)
    data = {"MediaId": "voice-1", "Format": "amr"}
    message = talker.say("压力表怎么检定", kind="voice", data=data)
    with office.engine.begin() as db:
        number = keep_fetched(db, message, b"#!AMR\n" + bytes(9), utc_now())
    page = anna.get(f"/chats/{talker.handoff}").text
    assert "发来一段语音，微信识别的文字： 下载录音 压力表怎么检定" in words(page)
    assert f'href="/desk/chats/pictures/{number}" download' in page
    sound = anna.get(f"/chats/pictures/{number}")
    assert sound.headers["content-type"] == "audio/amr"
    assert sound.headers["content-disposition"] == f'attachment; filename="voice-{number}.amr"'


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


def test_who_reads_earlier_lines_is_on_record(
    office: Office, anna: Colleague, talker: Talker
) -> None:
    page = f"/chats/{talker.handoff}/earlier?before=20300101000000000000"
    assert "压力表" in anna.get(page).text
    assert office.reads("chat") == [anna.staff.actor]


def test_address_of_a_picture_is_linked_only_if_it_is_the_webs(
    anna: Colleague, talker: Talker
) -> None:
    talker.say("", kind="image", data={"PicUrl": "javascript:alert(1)"})
    talker.say("", kind="image", data={"PicUrl": "https://mmbiz.qpic.cn/x"})
    page = anna.get(f"/chats/{talker.handoff}").text
    assert "javascript:" not in page
    assert 'href="https://mmbiz.qpic.cn/x" target="_blank" rel="noopener noreferrer"' in page


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
    assert office.reads("picture") == [anna.staff.actor], "who saw it is on record"
    assert other.upload(path, {"picture": ("表.png", PNG)}).status_code == 404
    refused = anna.upload(path, {"picture": ("图.png", b"<svg onload=alert(1)>")})
    assert refused.status_code == 415
