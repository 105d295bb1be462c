"""What is no push of the platform: the right status, no trace of the inside, nothing stays."""

from __future__ import annotations

import itertools
import socket
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from bot.simulator.crypto import seal, sign
from tests.gateway.door import Door, Fields, event_fields, seal_bytes, text_fields, xml_of

pytestmark = pytest.mark.usefixtures("next_message_works")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"signature": "0" * 40}, "signature"),
        ({"signature": ""}, "signature"),
        ({"timestamp": ""}, "timestamp"),
        ({"timestamp": "now"}, "timestamp"),
        ({"timestamp": "１７１４"}, "timestamp"),
        ({"timestamp": "9" * 30}, "timestamp"),
        ({"timestamp": "-1"}, "timestamp"),
        ({"timestamp": "1"}, "timestamp_old"),
        ({"timestamp": str(int(time.time()) + 100_000)}, "timestamp_old"),
        ({"nonce": ""}, "nonce"),
        ({"nonce": "n" * 65}, "nonce"),
        ({"nonce": "a\x00b"}, "nonce"),
        ({"nonce": "汉"}, "nonce"),
    ],
)
def test_a_push_that_the_platform_did_not_sign_is_refused(
    plain_door: Door, changes: dict[str, str], reason: str
) -> None:
    query = plain_door.query(**changes)
    if "signature" not in changes:  # signed by who knows the token, and still refused
        parts = (query.get("timestamp", ""), query.get("nonce", ""))
        query["signature"] = sign(plain_door.account.token, *parts)
    response = plain_door.post(query, xml_of(text_fields()).encode())
    assert (response.status_code, response.text) == (403, reason)


@pytest.mark.parametrize("signature", ["0" * 40, "", "é"])
def test_the_address_check_answers_only_the_platform(door: Door, signature: str) -> None:
    query = door.query(echostr="5837462<b>")
    good = door.http.get(door.url, params=query)
    assert (good.status_code, good.text) == (200, "5837462<b>")
    assert good.headers["content-type"].startswith("text/plain"), "an echo is never a page"
    bad = door.http.get(door.url, params={**query, "signature": signature})
    assert bad.status_code == 403
    assert "5837462" not in bad.text


def test_a_sealed_push_with_a_wrong_signature_is_refused(door: Door) -> None:
    secret = seal_bytes(door.account, xml_of(text_fields()).encode())
    query = door.query(encrypt_type="aes", msg_signature="0" * 40)
    response = door.post(query, f"<xml><Encrypt>{secret}</Encrypt></xml>".encode())
    assert (response.status_code, response.text) == (403, "signature")


def test_a_plain_body_in_safe_mode_is_refused(door: Door) -> None:
    """`signature` does not cover the body: who saw one query could put words in any mouth."""
    body = xml_of(text_fields("冒名")).encode()
    before = len(door.peer.turns)
    for query in (door.query(), door.query(encrypt_type="aes"), door.query(encrypt_type="raw")):
        assert door.post(query, body).status_code == 403
    assert len(door.peer.turns) == before


def test_a_nonce_is_taken_once(door: Door) -> None:
    query = door.query(encrypt_type="aes")

    def again(fields: Fields) -> httpx.Response:
        secret = seal_bytes(door.account, xml_of(fields).encode())
        parts = (query["timestamp"], query["nonce"], secret)
        signed = {**query, "msg_signature": sign(door.account.token, *parts)}
        return door.post(signed, f"<xml><Encrypt>{secret}</Encrypt></xml>".encode())

    first, second = text_fields("第一"), text_fields("第二")
    before = len(door.peer.turns)
    assert again(first).status_code == 200
    assert again(first).status_code == 200, "a redelivery is no replay"
    replayed = again(second)
    assert (replayed.status_code, replayed.text) == (403, "nonce_replayed")
    assert [turn["text"] for turn in door.peer.turns[before:]] == ["第一"]


@pytest.mark.parametrize("secret", ["AAAA", "不是密文", "A" * 64, "=" * 8, "A" * 43 + "="])
def test_what_cannot_be_opened_is_refused(door: Door, secret: str) -> None:
    response = door.push("", secret)
    assert (response.status_code, response.text) == (403, "undecryptable")


def test_a_push_for_another_account_is_refused(door: Door) -> None:
    secret = seal(door.account.aes_key, "wx0000000000000000", xml_of(text_fields()))
    assert door.push("", secret).text == "undecryptable"


BILLION_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {c} "{f"&{p};" * 10}">' for p, c in itertools.pairwise("abcdefghij"))
    + "]><xml><Content>&j;</Content></xml>"
)
EXTERNAL = (
    '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    "<xml><ToUserName>&f;</ToUserName><Content>&f;</Content></xml>"
)
BROKEN = {
    "empty": b"",
    "no xml": "你好".encode(),
    "json": b'{"ToUserName": "gh"}',
    "html": b"<html><body>x</body></html>",
    "cut off": b"<xml><ToUserName>gh</ToUserName>",
    "two roots": b"<xml></xml><xml></xml>",
    "only text": b"<xml>text</xml>",
    "nothing inside": b"<xml/>",
    "bytes": bytes(range(256)),
    "utf-16": "<xml><Encrypt>a</Encrypt>".encode("utf-16"),
    "laughs": BILLION_LAUGHS.encode(),
    "external entity": EXTERNAL.encode(),
    "hidden entity": b'<!-- <xml --><!DOCTYPE x [<!ENTITY e "v">]><xml><Event>&e;</Event></xml>',
    "unknown entity": b"<xml><Content>&nbsp;</Content></xml>",
    "NUL reference": b"<xml><Content>&#0;</Content></xml>",
    "surrogate reference": b"<xml><Content>&#xD800;</Content></xml>",
    "deep": b"<xml>" + b"<a>" * 20_000 + b"</a>" * 20_000 + b"</xml>",
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_what_is_no_push_is_refused(door: Door, plain_door: Door, body: bytes) -> None:
    assert door.post(door.query(encrypt_type="aes"), body).status_code in (400, 403)
    begun = time.monotonic()
    assert plain_door.post(plain_door.query(), body).status_code == 400
    assert time.monotonic() - begun < 2
    assert door.push(body).status_code == 400


def test_deep_nesting_around_good_fields_is_refused(door: Door) -> None:
    deep = xml_of(text_fields())[:-6] + "<a>" * 5_000 + "</a>" * 5_000 + "</xml>"
    response = door.push(deep)
    assert (response.status_code, response.text) == (400, "too_deep")


def test_a_megabyte_is_refused(door: Door) -> None:
    body = xml_of(text_fields("长" * 350_000)).encode()
    assert len(body) > 1_000_000
    before = len(door.peer.turns)
    response = door.post(door.query(encrypt_type="aes"), body)
    assert (response.status_code, response.text) == (413, "too_large")
    assert len(door.peer.turns) == before


def test_a_length_that_lies_is_no_way_around_the_limit(door: Door) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(100):
            yield b"x" * 65_536

    response = door.http.post(door.url, params=door.query(), content=endless())
    assert response.status_code == 413


def test_a_body_that_never_ends_blocks_nobody(door: Door) -> None:
    host, port = httpx.URL(door.url).host, httpx.URL(door.url).port or 0
    with socket.create_connection((host, port)) as slow:
        slow.sendall(b"POST /wechat HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n<xml>")
        door.works()


@pytest.mark.parametrize(
    "missing", ["ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId"]
)
@pytest.mark.parametrize("value", [None, "", " ", ["a", "b"], {"a": "b"}])
def test_a_push_without_a_field_it_must_have_is_refused(
    door: Door, missing: str, value: Any
) -> None:
    response = door.push(xml_of(text_fields(**{missing: value})))
    assert (response.status_code, response.text) == (400, f"missing_{missing}")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CreateTime", "gestern"),
        ("CreateTime", "²"),
        ("CreateTime", "9" * 11),
        ("CreateTime", "-5"),
        ("MsgId", "abc"),
        ("MsgId", "²"),
        ("MsgId", "9" * 40),
        ("FromUserName", "o" * 65),
        ("ToUserName", "g" * 65),
        ("MsgType", "t" * 65),
    ],
)
def test_a_field_that_cannot_be_is_refused(door: Door, name: str, value: str) -> None:
    assert door.push(xml_of(text_fields(**{name: value}))).text == f"missing_{name}"


def test_an_event_without_a_name_is_refused(door: Door) -> None:
    assert door.push(xml_of(event_fields())).text == "missing_Event"
