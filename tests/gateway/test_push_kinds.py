"""Every message and event type of the platform, and whatever people write in them."""

from __future__ import annotations

import time

import pytest
import sqlalchemy as sa

from bot.storage.database import reading
from bot.storage.tables import messages_in
from tests.gateway.door import Door, Fields, event_fields, text_fields, xml_of

pytestmark = pytest.mark.usefixtures("next_message_works")

SAID = {
    "emoji only": ("😀🎉👍🏽", "答：😀🎉👍🏽"),
    "twenty thousand characters": ("长" * 20_000, "比较长"),
    "a thousand emoji": ("😀" * 1_000, "答："),
    "markup": ("</xml><xml>&lt;b&gt;", "答：</xml><xml>&lt;b&gt;"),
    "end of CDATA": ("a]]>b", "答：a]]>b"),
    "a document type": ("<!DOCTYPE html><!ENTITY x>", "答：<!DOCTYPE html><!ENTITY x>"),
    "a payload": ('/restart{"a":1}', '答：restart{"a":1}'),
    "a template": ("{{7*7}} {0} %s ${x}", "答：{{7*7}} {0} %s ${x}"),
    "SQL": ("'; DROP TABLE users; --", "答：'; DROP TABLE users; --"),
    "right to left": ("\u202eabc\u200b", "答：\u202eabc\u200b"),
    "nothing": ("", "没有看到文字"),
    "blanks": (" \n\t ", "没有看到文字"),
    "only a slash": ("/", "答：？"),
}


@pytest.mark.parametrize(("said", "answer"), SAID.values(), ids=SAID)
def test_odd_texts_are_answered(door: Door, said: str, answer: str) -> None:
    door.peer.answer = "答：{text}"
    assert answer in (door.reply(xml_of(text_fields(said))) or "")


@pytest.mark.parametrize(
    "odd", [b"\x00", b"\x08", b"\x1b[31m", b"\xed\xa0\x80", b"\xff\xfe", b"\xef\xbf\xbf"]
)
def test_characters_that_xml_forbids_are_left_out(door: Door, odd: bytes) -> None:
    xml = xml_of(text_fields("秤@不准")).encode().replace(b"@", odd)
    visible = odd.decode("utf-8", "ignore").replace("\x1b", "").strip("\x00\x08\uffff")
    assert f"答：秤{visible}不准" in (door.reply(xml) or "")


LOCATED = {"Location_X": "29.35", "Location_Y": "105.93", "Scale": "16", "Label": "永川"}
MEDIA = {"MediaId": "m", "ThumbMediaId": "t"}
MESSAGES: dict[str, tuple[Fields, str]] = {
    "text": ({"Content": "秤"}, "答：秤"),
    "unknown tapped choice": ({"Content": "转人工", "bizmsgmenuid": "999.1"}, "答：转人工"),
    "odd tapped choice": ({"Content": "转人工", "bizmsgmenuid": "１.²"}, "答：转人工"),
    "image": ({"MsgType": "image", "PicUrl": "http://x/p", "MediaId": "m"}, "图片已收到"),
    "voice with words": (
        {"MsgType": "voice", "MediaId": "m", "Format": "amr", "Recognition": "秤"},
        "答：秤",
    ),
    "voice not understood": (
        {"MsgType": "voice", "MediaId": "m", "Format": "amr", "Recognition": ""},
        "语音已收到",
    ),
    "voice": ({"MsgType": "voice", "MediaId": "m", "Format": "speex"}, "语音已收到"),
    "video": ({"MsgType": "video", **MEDIA}, "视频已收到"),
    "short video": ({"MsgType": "shortvideo", **MEDIA}, "视频已收到"),
    "location": ({"MsgType": "location", **LOCATED}, "位置已收到"),
    "link": ({"MsgType": "link", "Title": "t", "Description": "", "Url": "u"}, "链接已收到"),
    "unknown": ({"MsgType": "hologram", "Depth": "3"}, "这类消息我暂时处理不了"),
}


@pytest.mark.parametrize(("fields", "answer"), MESSAGES.values(), ids=MESSAGES)
def test_every_message_type_is_answered(door: Door, fields: Fields, answer: str) -> None:
    content = {} if fields.get("MsgType", "text") == "text" else {"Content": None}
    assert answer in (door.reply(xml_of(text_fields(**{**content, **fields}))) or "")


ASKED: dict[str, tuple[Fields, str]] = {
    "subscribe": ({"Event": "subscribe", "EventKey": ""}, "/welcome{}"),
    "subscribe by a station's code": (
        {"Event": "subscribe", "EventKey": "qrscene_station_admin", "Ticket": "T"},
        '/welcome{"station": "station_admin"}',
    ),
    "scan": (
        {"Event": "SCAN", "EventKey": "station_gangqiao", "Ticket": "T"},
        '/welcome{"station": "station_gangqiao"}',
    ),
    "click": ({"Event": "CLICK", "EventKey": "contact"}, "/ask_contact"),
    "click on what is no longer there": (
        {"Event": "CLICK", "EventKey": "old"},
        "/ask_capabilities",
    ),
}


@pytest.mark.parametrize(("fields", "payload"), ASKED.values(), ids=ASKED)
def test_events_that_want_an_answer_get_one(door: Door, fields: Fields, payload: str) -> None:
    door.peer.answer = "答：欢迎"
    assert "答：欢迎" in (door.reply(xml_of(event_fields(**fields))) or "")
    assert door.peer.turns[-1]["text"] == payload
    door.peer.answer = "答：{text}"


NOTICE = {"TemplateId": "T1", "SubscribeStatusString": "accept", "PopupScene": "0"}
SENT = {"TemplateId": "T1", "MsgID": "1700827132819554304", "ErrorCode": "0"}
SCAN = {"ScanType": "qrcode", "ScanResult": "http://x/"}
PICTURES = {"Count": "1", "PicList": {"item": [{"PicMd5Sum": "a"}, {"PicMd5Sum": "b"}]}}
SILENT: dict[str, Fields] = {
    "view": {"Event": "VIEW", "EventKey": "http://x/", "MenuId": "1"},
    "place": {
        "Event": "LOCATION",
        "Latitude": "29.35",
        "Longitude": "105.9",
        "Precision": "9",
    },
    "scancode_push": {"Event": "scancode_push", "EventKey": "k", "ScanCodeInfo": SCAN},
    "scancode_waitmsg": {"Event": "scancode_waitmsg", "EventKey": "k", "ScanCodeInfo": SCAN},
    "pic_sysphoto": {"Event": "pic_sysphoto", "EventKey": "k", "SendPicsInfo": PICTURES},
    "pic_photo_or_album": {
        "Event": "pic_photo_or_album",
        "EventKey": "k",
        "SendPicsInfo": PICTURES,
    },
    "pic_weixin": {"Event": "pic_weixin", "EventKey": "k", "SendPicsInfo": PICTURES},
    "location_select": {
        "Event": "location_select",
        "EventKey": "k",
        "SendLocationInfo": LOCATED,
    },
    "template sent": {"Event": "TEMPLATESENDJOBFINISH", "MsgID": "200163836", "Status": "success"},
    "kf_create_session": {"Event": "kf_create_session", "KfAccount": "a@b"},
    "kf_close_session": {"Event": "kf_close_session", "KfAccount": "a@b", "CloseType": "KF"},
    "kf_switch_session": {
        "Event": "kf_switch_session",
        "FromKfAccount": "a@b",
        "ToKfAccount": "c@b",
    },
    "popup, one": {
        "Event": "subscribe_msg_popup_event",
        "SubscribeMsgPopupEvent": {"List": NOTICE},
    },
    "popup, many": {
        "Event": "subscribe_msg_popup_event",
        "SubscribeMsgPopupEvent": {"List": [NOTICE, NOTICE]},
    },
    "popup, without wrapper": {"Event": "subscribe_msg_popup_event", "List": [NOTICE, NOTICE]},
    "popup, other wrapper": {
        "Event": "subscribe_msg_popup_event",
        "subscribe_msg_popup_event": {"List": NOTICE},
    },
    "change": {
        "Event": "subscribe_msg_change_event",
        "SubscribeMsgChangeEvent": {"List": NOTICE},
    },
    "notice sent": {"Event": "subscribe_msg_sent_event", "SubscribeMsgSentEvent": {"List": SENT}},
    "unsubscribe": {"Event": "unsubscribe", "EventKey": ""},
    "unknown": {"Event": "user_enter_tempsession", "SessionFrom": "x"},
    "masses sent": {"Event": "MASSSENDJOBFINISH", "MsgID": "1", "Status": "send success"},
}


@pytest.mark.parametrize("fields", SILENT.values(), ids=SILENT)
def test_other_events_are_taken_and_say_nothing(
    door: Door, database: sa.engine.Engine, fields: Fields
) -> None:
    before = len(door.peer.turns)
    assert door.reply(xml_of(event_fields(**fields))) is None
    assert len(door.peer.turns) == before
    with reading(database) as db:
        row = db.execute(sa.select(messages_in).order_by(messages_in.c.id.desc())).first()
    assert (row.event, row.status) == (fields["Event"], "done")


def test_two_reports_of_one_second_are_both_taken(door: Door, database: sa.engine.Engine) -> None:
    rows = sa.select(sa.func.count()).select_from(messages_in)
    with reading(database) as db:
        before = db.scalar(rows)
    now = str(int(time.time()))
    for number in ("1", "2", "2"):
        fields = event_fields(
            Event="TEMPLATESENDJOBFINISH", MsgID=number, CreateTime=now, FromUserName="oReports"
        )
        assert door.reply(xml_of(fields)) is None
    with reading(database) as db:
        assert db.scalar(rows) == before + 2
