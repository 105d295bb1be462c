"""Whatever is posted to the webhook, by whomever: never a server error, nothing stays behind."""

from __future__ import annotations

import time

import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.storage.database import reading
from bot.storage.tables import messages_in
from tests.gateway.door import Door, Fields, text_fields, xml_of

UNHURRIED = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
parameters = st.sampled_from(
    ["signature", "timestamp", "nonce", "openid", "encrypt_type", "msg_signature", "echostr", "x"]
)
any_text = st.text(max_size=60)


@given(st.dictionaries(parameters, any_text | st.just("aes")), st.binary(max_size=300))
@UNHURRIED
def test_any_query_and_body_is_refused(
    door: Door, plain_door: Door, query: dict[str, str], body: bytes
) -> None:
    query = {name: value.encode("utf-8", "replace").decode() for name, value in query.items()}
    for each in (door, plain_door):
        assert each.post(query, body).status_code in (400, 403)
        assert each.http.get(each.url, params=query).status_code == 403


@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda t: t.encode("utf-8", "replace")))
@UNHURRIED
def test_any_signed_body_is_refused(door: Door, plain_door: Door, body: bytes) -> None:
    assert plain_door.post(plain_door.query(), body).status_code == 400
    assert door.post(door.query(encrypt_type="aes"), body).status_code in (400, 403)


field_names = st.sampled_from(
    ["ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId", "Content", "Event"]
    + ["EventKey", "Recognition", "bizmsgmenuid", "MsgID", "Ticket", "List"]
)
xml_text = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\x00\ufffe\uffff").filter(
        lambda c: c >= " " or c in "\t\n"
    )
)
kinds = st.sampled_from(["text", "event", "voice", "image", "TEXT", "subscribe", "CLICK", "SCAN"])
values = st.recursive(
    xml_text | kinds | st.integers().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(field_names, inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(field_names, values, max_size=5))
@example({"MsgType": "event", "Event": "CLICK", "EventKey": {"List": "a"}})
@example({"FromUserName": "a]]>b", "ToUserName": "]]>"})
@UNHURRIED
def test_any_fields_are_answered_or_refused(door: Door, plain_door: Door, changes: Fields) -> None:
    xml = xml_of(text_fields(**changes))
    assert door.push(xml).status_code in (200, 400)
    clear = xml_of(text_fields(**changes)).encode()
    assert plain_door.post(plain_door.query(), clear).status_code in (200, 400)


@given(st.lists(st.tuples(st.integers(0, 400), st.binary(max_size=6)), min_size=1, max_size=4))
@UNHURRIED
def test_a_push_that_is_bent_anywhere_is_answered_or_refused(
    door: Door, plain_door: Door, bends: list[tuple[int, bytes]]
) -> None:
    for each in (door, plain_door):
        xml = bytearray(xml_of(text_fields()).encode())
        for place, new in bends:
            xml[place % len(xml) : place % len(xml) + len(new)] = new
        if each is plain_door:
            status = each.post(each.query(), bytes(xml)).status_code
        else:
            status = each.push(xml.decode("utf-8", "ignore")).status_code
        assert status in (200, 400)


def test_the_whole_file_left_no_waiting_message(database: sa.engine.Engine, door: Door) -> None:
    waiting = sa.select(sa.func.count()).where(messages_in.c.status == "pending")
    end = time.monotonic() + 10
    while True:
        with reading(database) as db:
            left = db.scalar(waiting)
        if not left or time.monotonic() > end:
            break
        time.sleep(0.1)
    assert left == 0
