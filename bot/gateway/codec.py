"""The platform's wire format: signatures, encryption, pushes in, passive replies out.

Source of every rule: the platform's pages 消息加解密说明 and 接收普通消息. Nothing that wechatpy
raises on bad input leaves this module: a push that cannot be read is a BadPushError.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import xmltodict
from wechatpy.crypto import PrpCrypto, WeChatCrypto
from wechatpy.replies import TextReply, TransferCustomerServiceReply

from bot.model.message_text import clean
from bot.settings import Settings

TRANSFER = "transfer_customer_service"
"""In place of a text: the passive reply hands the user to the platform's own desk."""
DEEPEST = 16  # levels of elements; the platform's own pushes have four
_NONCE = re.compile("[0-9A-Za-z_-]{1,64}")  # the platform's are digits


class BadPushError(Exception):
    """A push that is refused. `status` is the HTTP status, `reason` a short code for the log."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True)
class Push:
    """One push, decoded. `data` holds its fields as sent; `created` is the platform's second."""

    openid: str
    account: str
    kind: str
    event: str | None
    created: str
    text: str | None
    data: dict[str, Any]
    key: str | None  # the AES key that opened it; its answer is sealed with the same
    message_id: str

    @property
    def dedup_key(self) -> str:
        """What redelivery keeps: message ids alone have collided, events have none.

        Several notices may be reported on within one second: what an event's lists hold tells
        them apart.
        """
        last = self.message_id
        if self.kind == "event":
            lists = {k: v for k, v in self.data.items() if isinstance(v, (dict, list))}
            last = f"{self.event}:{self.data.get('EventKey') or self.data.get('MsgID') or ''}"
            last += json.dumps(lists, sort_keys=True) if lists else ""
        digest = hashlib.sha256(f"{self.openid}|{self.created}|{self.kind}|{last}".encode())
        return digest.hexdigest()


def signature(*parts: str) -> str:
    """The platform's signature: SHA-1 of the sorted parts, joined."""
    return hashlib.sha1("".join(sorted(parts)).encode("utf-8", "surrogateescape")).hexdigest()


def check_signature(settings: Settings, query: Mapping[str, str]) -> bool:
    """Whether `signature` fits token, timestamp and nonce."""
    expected = signature(settings.token, query.get("timestamp", ""), query.get("nonce", ""))
    return _same(expected, query.get("signature", ""))


def read_push(
    settings: Settings, query: Mapping[str, str], body: bytes, now: float | None = None
) -> Push:
    """The push in `body`, verified and decrypted by the account's mode.

    Raises BadPushError: 403 for what is not from the platform, 400 for what cannot be read.
    """
    moment = time.time() if now is None else now
    stamp = query.get("timestamp", "")
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 12:
        raise BadPushError(403, "timestamp")
    if abs(moment - int(stamp)) > settings.push_max_age:
        raise BadPushError(403, "timestamp_old")
    if not _NONCE.fullmatch(query.get("nonce", "")):
        raise BadPushError(403, "nonce")
    sealed = settings.mode != "plain" and (
        settings.mode == "safe" or query.get("encrypt_type") == "aes"
    )
    if not sealed:
        if not check_signature(settings, query):
            raise BadPushError(403, "signature")
        return _to_push(_parse(body), None)
    outer = _parse(body)
    secret = outer.get("Encrypt")
    if not isinstance(secret, str) or not secret:
        # `signature` does not cover the body, so in safe mode plain text proves nothing.
        raise BadPushError(403, "not_encrypted")
    expected = signature(settings.token, stamp, query.get("nonce", ""), secret)
    if not _same(expected, query.get("msg_signature", "")):
        raise BadPushError(403, "signature")
    key, plain = unseal(settings, secret)
    return _to_push(_parse(plain), key)


def text_reply(settings: Settings, push: Push, text: str, timestamp: str, nonce: str) -> str:
    """The passive reply to `push` as XML, sealed as the push was: a text, or TRANSFER."""
    sides = {"source": _for_cdata(push.account), "target": _for_cdata(push.openid)}
    if text == TRANSFER:
        reply = TransferCustomerServiceReply(**sides)
    else:
        reply = TextReply(content=_for_cdata(text), **sides)
    xml: str = reply.render()
    if push.key is None:
        return xml
    sealed: str = WeChatCrypto(settings.token, push.key, settings.app_id).encrypt_message(
        xml, nonce, timestamp
    )
    return sealed


def seal_push(settings: Settings, xml: str, timestamp: str, nonce: str) -> str:
    """A push as the platform would send it in safe mode: for `python -m bot say`."""
    crypto = WeChatCrypto(settings.token, settings.aes_key, settings.app_id)
    sealed: str = crypto.encrypt_message(xml, nonce, timestamp)
    return sealed


def read_reply(settings: Settings, body: bytes) -> str | None:
    """The text in a passive reply, opened when sealed; None when the answer is `success`."""
    if body.strip() in (b"", b"success"):
        return None
    fields = _parse(body)
    if "Encrypt" in fields:
        fields = _parse(unseal(settings, fields["Encrypt"])[1])
    content = fields.get("Content")
    return content if isinstance(content, str) else ""


def _for_cdata(text: str) -> str:
    """A CDATA section ends at the first `]]>`: split it over two."""
    return clean(text).replace("]]>", "]]]]><![CDATA[>")


def _same(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "surrogateescape"))


def unseal(settings: Settings, secret: str) -> tuple[str, bytes]:
    """The key that opens `secret`, and what is inside; the app id inside is checked."""
    for key in filter(None, (settings.aes_key, settings.previous_aes_key)):
        try:
            crypto = WeChatCrypto(settings.token, key, settings.app_id)
            raw: bytes = PrpCrypto(crypto.key).cipher.decrypt(base64.b64decode(secret))
        except Exception:  # wechatpy raises whatever its parts raise: see the decision record
            continue
        # 16 random bytes, 4 of length, the message, the app id, and up to 32 of padding.
        end = len(raw) - raw[-1] if raw else 0
        start, length = 20, int.from_bytes(raw[16:20], "big")
        owner = raw[start + length : end]
        if start + length <= end and hmac.compare_digest(owner, settings.app_id.encode()):
            return key, raw[start : start + length]
    raise BadPushError(403, "undecryptable")


def _parse(body: bytes) -> dict[str, Any]:
    """The fields of an `<xml>` document; entities and document types are refused.

    What XML forbids but a phone's keyboard may put into a message is left out.
    """
    text = clean(body.decode("utf-8", "ignore"))
    if "<!DOCTYPE" in text.partition("<xml")[0]:  # further on it is what somebody said
        raise BadPushError(400, "entities")
    try:  # xmltodict refuses entities, wherever they are declared
        document = xmltodict.parse(text, encoding="utf-8")
    except Exception:  # expat, unicode and xmltodict's own errors alike: it is not XML
        raise BadPushError(400, "not_xml") from None
    fields = document.get("xml") if isinstance(document, dict) else None
    if not isinstance(fields, dict):
        raise BadPushError(400, "no_xml_root")
    return fields


def _to_push(fields: dict[str, Any], key: str | None) -> Push:
    values: dict[str, str] = {}
    for name in ("ToUserName", "FromUserName", "CreateTime", "MsgType"):
        value = fields.get(name)
        if not isinstance(value, str) or not value.strip() or len(value) > 64:
            raise BadPushError(400, f"missing_{name}")
        values[name] = clean(value)
    kind = values["MsgType"].lower()
    event = fields.get("Event")
    if kind == "event" and (not isinstance(event, str) or len(event) > 64):
        raise BadPushError(400, "missing_Event")
    number = fields.get("MsgId")
    if kind != "event" and not (isinstance(number, str) and re.fullmatch("[0-9]{1,20}", number)):
        raise BadPushError(400, "missing_MsgId")
    if not re.fullmatch("[0-9]{1,10}", values["CreateTime"]):
        raise BadPushError(400, "missing_CreateTime")
    content = fields.get("Content") if kind == "text" else fields.get("Recognition")
    return Push(
        openid=values["FromUserName"],
        account=values["ToUserName"],
        kind=kind[:32],
        event=clean(event) if isinstance(event, str) and kind == "event" else None,
        created=values["CreateTime"],
        text=clean(content).strip() if isinstance(content, str) else None,
        data=_clean_tree(fields),
        key=key,
        message_id=number if isinstance(number, str) else "",
    )


def _clean_tree(value: Any, depth: int = 0) -> Any:
    if depth > DEEPEST:
        raise BadPushError(400, "too_deep")
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(str(name)): _clean_tree(item, depth + 1) for name, item in value.items()}
    if isinstance(value, list):
        return [_clean_tree(item, depth + 1) for item in value]
    return value
