"""The wire format against the published vectors and against other programs that speak it."""

from __future__ import annotations

import time
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werobot.crypto import MessageCrypt

from bot.gateway.codec import (
    BadPushError,
    Push,
    check_signature,
    read_push,
    read_reply,
    signature,
    text_reply,
    unseal,
)
from bot.settings import DEMO_ACCOUNT, Settings, read_settings
from bot.simulator import crypto as simulator
from tests.gateway.vectors import PUBLISHED, WECHAT_CRYPTO, WECOM_CRYPTO

OTHER_KEY = "B" * 43
STAMP, NONCE = "1714112445", "415670741"
XML = (
    "<xml><ToUserName>gh_demo</ToUserName><FromUserName>oUser</FromUserName>"
    "<CreateTime>1714112445</CreateTime><MsgType>text</MsgType>"
    "<Content>秤不准😀 a&lt;b</Content><MsgId>24512345678901234</MsgId></xml>"
)


def account(**variables: str) -> Settings:
    """The demo account, changed by settings' variables."""
    return read_settings({"BOT_VAR": "var", **DEMO_ACCOUNT, **variables})


PUBLISHED_ACCOUNT = account(
    WECHAT_TOKEN="AAAAA", WECHAT_AES_KEY="A" * 43, WECHAT_APP_ID="wxba5fad812f8e6fb9"
)


def opened(by: Settings, secret: str, sign: str | None = None) -> Push:
    """The push in `secret` as the platform would deliver it, at the time it was made."""
    sign = sign or simulator.sign(by.token, STAMP, NONCE, secret)
    query = {"timestamp": STAMP, "nonce": NONCE, "encrypt_type": "aes", "msg_signature": sign}
    body = f"<xml><ToUserName>gh_demo</ToUserName><Encrypt>{secret}</Encrypt></xml>"
    return read_push(by, query, body.encode(), now=float(STAMP))


def refusal(by: Settings, secret: str, sign: str | None = None) -> tuple[int, str]:
    """Status and reason with which `secret` is refused."""
    with pytest.raises(BadPushError) as caught:
        opened(by, secret, sign)
    return caught.value.status, caught.value.reason


def test_the_published_address_check_passes() -> None:
    query = {
        "timestamp": "1714037059",
        "nonce": "486452656",
        "signature": "899cf89e464efb63f54ddac96b0a0a235f53aa78",
    }
    assert check_signature(PUBLISHED_ACCOUNT, query)
    assert not check_signature(PUBLISHED_ACCOUNT, {**query, "nonce": "486452657"})
    assert not check_signature(PUBLISHED_ACCOUNT, {**query, "signature": "é"})
    assert not check_signature(PUBLISHED_ACCOUNT, {})


def test_the_published_safe_mode_push_is_signed_and_opens() -> None:
    made = signature("AAAAA", STAMP, NONCE, PUBLISHED)
    assert made == "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3"
    key, plain = unseal(PUBLISHED_ACCOUNT, PUBLISHED)
    assert key == "A" * 43
    assert '"Event":"debug_demo"' in plain.decode()
    # The example is JSON, which an official account never gets: signed and opened, but no XML.
    assert refusal(PUBLISHED_ACCOUNT, PUBLISHED, made) == (400, "not_xml")
    assert refusal(PUBLISHED_ACCOUNT, PUBLISHED, made[:-1] + "0") == (403, "signature")


@pytest.mark.parametrize("secret", [WECOM_CRYPTO, WECHAT_CRYPTO], ids=["wecom", "wechat-crypto"])
def test_pushes_sealed_by_npm_packages_are_understood(secret: str) -> None:
    push = opened(account(), secret)
    assert (push.openid, push.account, push.kind) == ("oNode", "gh_demo", "text")
    assert push.text == "电子秤检定找谁😀"
    assert push.message_id == "24512345678901234"


def test_pushes_sealed_by_werobot_are_understood() -> None:
    demo = account()
    other = MessageCrypt(demo.token, demo.aes_key, demo.app_id)
    sealed = ET.fromstring(other.encrypt_message(XML, STAMP, NONCE))
    push = opened(demo, sealed.findtext("Encrypt") or "", sealed.findtext("MsgSignature"))
    assert push.text == "秤不准😀 a<b"


def test_our_answers_are_understood_by_werobot() -> None:
    demo = account()
    push = opened(demo, simulator.seal(demo.aes_key, demo.app_id, XML))
    reply = ET.fromstring(text_reply(demo, push, "找区市场监管局😀 ]]>", STAMP, NONCE))
    other = MessageCrypt(demo.token, demo.aes_key, demo.app_id)
    plain = other.decrypt_message(
        reply.findtext("TimeStamp"),
        reply.findtext("Nonce"),
        reply.findtext("MsgSignature"),
        reply.findtext("Encrypt"),
    )
    inner = ET.fromstring(plain.decode())
    assert inner.findtext("Content") == "找区市场监管局😀 ]]>"
    assert inner.findtext("ToUserName") == "oUser"
    assert inner.findtext("FromUserName") == "gh_demo"
    assert inner.findtext("MsgType") == "text"


@given(
    st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=600),
    st.integers(0, 3),
)
@settings(max_examples=60, deadline=None)
def test_any_text_comes_through_sealed_and_plain(text: str, cdata_ends: int) -> None:
    said = (text + "]]>" * cdata_ends).strip() or "x"
    demo = account()
    push = opened(demo, simulator.seal(demo.aes_key, demo.app_id, XML))
    reply = text_reply(demo, push, said, STAMP, NONCE)
    secret = ET.fromstring(reply).findtext("Encrypt") or ""
    inner = ET.fromstring(simulator.unseal(demo.aes_key, demo.app_id, secret))
    cleaned = (inner.findtext("Content") or "").strip()
    assert (
        cleaned
        == read_reply(demo, reply.encode())
        == "".join(c for c in said if c not in "\ufffe\uffff").strip()
    )


def test_a_previous_key_still_opens_and_answers() -> None:
    before = account()
    rotated = account(WECHAT_AES_KEY=OTHER_KEY, WECHAT_PREVIOUS_AES_KEY=before.aes_key)
    secret = simulator.seal(before.aes_key, before.app_id, XML)
    push = opened(rotated, secret)
    assert push.key == before.aes_key
    reply = ET.fromstring(text_reply(rotated, push, "好", STAMP, NONCE))
    inner = simulator.unseal(before.aes_key, before.app_id, reply.findtext("Encrypt") or "")
    assert "好" in inner
    newer = opened(rotated, simulator.seal(OTHER_KEY, before.app_id, XML))
    assert newer.key == OTHER_KEY
    assert refusal(account(WECHAT_AES_KEY=OTHER_KEY), secret) == (403, "undecryptable")


def test_a_push_for_another_account_is_refused() -> None:
    demo = account()
    stranger = simulator.seal(demo.aes_key, "wx_another_account", XML)
    assert refusal(demo, stranger) == (403, "undecryptable")


@pytest.mark.parametrize(
    "secret",
    ["AAAA", "!!!!", "=", "A" * 44, "A" * 64, "é", PUBLISHED[:-4], PUBLISHED[1:], "A" * 4096],
)
def test_what_cannot_be_opened_is_refused(secret: str) -> None:
    assert refusal(account(), secret) == (403, "undecryptable")


def test_a_changed_secret_is_not_signed() -> None:
    demo = account()
    secret = simulator.seal(demo.aes_key, demo.app_id, XML)
    sign = simulator.sign(demo.token, STAMP, NONCE, secret)
    assert opened(demo, secret, sign).text
    assert refusal(demo, "B" + secret[1:], sign) == (403, "signature")


@pytest.mark.parametrize("away", [-601, 601])
def test_a_push_signed_too_long_ago_is_refused(away: int) -> None:
    demo = account()
    secret = simulator.seal(demo.aes_key, demo.app_id, XML)
    query = {"timestamp": STAMP, "nonce": NONCE, "encrypt_type": "aes"}
    query["msg_signature"] = simulator.sign(demo.token, STAMP, NONCE, secret)
    body = f"<xml><Encrypt>{secret}</Encrypt></xml>".encode()
    assert read_push(demo, query, body, now=float(STAMP) + away * 0.99).text
    with pytest.raises(BadPushError, match="timestamp_old"):
        read_push(demo, query, body, now=float(STAMP) + away)
    with pytest.raises(BadPushError, match="timestamp_old"):
        read_push(demo, query, body)  # now, years later


def test_compatible_mode_takes_both_forms() -> None:
    both = account(WECHAT_MODE="compatible")
    stamp = str(int(time.time()))
    query = {"timestamp": stamp, "nonce": NONCE}
    query["signature"] = simulator.sign(both.token, stamp, NONCE)
    clear = read_push(both, query, XML.encode())
    assert (clear.text, clear.key) == ("秤不准😀 a<b", None)
    assert ET.fromstring(text_reply(both, clear, "好", stamp, NONCE)).findtext("Content") == "好"
    sealed = opened(both, simulator.seal(both.aes_key, both.app_id, XML))
    assert sealed.key == both.aes_key


def test_no_secret_of_the_account_is_printed() -> None:
    shown = repr(account(WECHAT_PREVIOUS_AES_KEY=OTHER_KEY))
    for secret in (OTHER_KEY, *map(DEMO_ACCOUNT.get, ("WECHAT_TOKEN", "WECHAT_AES_KEY"))):
        assert str(secret) not in shown


def event(**fields: str) -> Push:
    """A push of an event, made by the simulator."""
    demo = account()
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    xml = (
        "<xml><ToUserName>gh</ToUserName><FromUserName>o</FromUserName>"
        f"<CreateTime>1714112445</CreateTime><MsgType>event</MsgType>{inner}</xml>"
    )
    return opened(demo, simulator.seal(demo.aes_key, demo.app_id, xml))


def test_different_events_of_one_second_are_told_apart() -> None:
    listed = "<List><TemplateId>t</TemplateId><MsgID>{}</MsgID></List>"
    pushes = [
        event(Event="CLICK", EventKey="ask"),
        event(Event="CLICK", EventKey="contact"),
        event(Event="VIEW", EventKey="ask"),
        event(Event="TEMPLATESENDJOBFINISH", MsgID="1", Status="success"),
        event(Event="TEMPLATESENDJOBFINISH", MsgID="2", Status="success"),
        event(Event="subscribe_msg_sent_event", SubscribeMsgSentEvent=listed.format(1)),
        event(Event="subscribe_msg_sent_event", SubscribeMsgSentEvent=listed.format(2)),
    ]
    assert len({push.dedup_key for push in pushes}) == len(pushes)
    again = event(Event="subscribe_msg_sent_event", SubscribeMsgSentEvent=listed.format(2))
    assert again.dedup_key == pushes[-1].dedup_key
