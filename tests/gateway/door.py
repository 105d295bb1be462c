"""A gateway's webhook to push at by hand, without the platform's good manners."""

from __future__ import annotations

import base64
import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

import httpx
import sqlalchemy as sa
from werobot.crypto import PrpCrypto

from bot.bootstrap import build_gateway
from bot.gateway.codec import read_reply
from bot.settings import DEMO_ACCOUNT, Settings, read_settings
from bot.simulator.crypto import sign
from tests.conftest import free_port, serving
from tests.gateway.peer import Peer, replace_ports

_numbers = itertools.count(int(time.time() * 1000))
Fields = dict[str, Any]


def xml_of(fields: Fields) -> str:
    """A push's XML; a list repeats its element, a mapping nests."""

    def element(name: str, value: Any) -> str:
        if isinstance(value, list):
            return "".join(element(name, one) for one in value)
        inner = inside(value) if isinstance(value, dict) else escape(str(value))
        return f"<{name}>{inner}</{name}>"

    def inside(values: Fields) -> str:
        return "".join(element(name, value) for name, value in values.items())

    return f"<xml>{inside(fields)}</xml>"


def text_fields(text: str = "在吗", **changes: Any) -> Fields:
    """The fields of a text message of a new user; None leaves one out."""
    fields = {
        "ToUserName": "gh_demo",
        "FromUserName": f"o{next(_numbers)}",
        "CreateTime": str(int(time.time())),
        "MsgType": "text",
        "Content": text,
        "MsgId": str(next(_numbers)),
        **changes,
    }
    return {name: value for name, value in fields.items() if value is not None}


def event_fields(**fields: Any) -> Fields:
    """The fields of an event."""
    return text_fields(**{"MsgType": "event", "Content": None, "MsgId": None, **fields})


@dataclass
class Door:
    """A gateway's webhook, and the assistant behind it."""

    account: Settings
    url: str
    peer: Peer
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=8))

    def query(self, **changes: str) -> dict[str, str]:
        """A fresh signed query of a plain push; an empty change leaves a parameter out."""
        stamp, nonce = str(int(time.time())), str(next(_numbers))
        signature = sign(self.account.token, stamp, nonce)
        query = {"timestamp": stamp, "nonce": nonce, "signature": signature, **changes}
        return {name: value for name, value in query.items() if value}

    def post(self, query: dict[str, str], body: bytes) -> httpx.Response:
        """One push. What comes back never tells of the inside."""
        response = self.http.post(self.url, params=query, content=body)
        assert response.status_code < 500
        assert "Traceback" not in response.text
        assert "Error" not in response.text
        return response

    def push(self, plain: str | bytes, secret: str | None = None) -> httpx.Response:
        """A push sealed and signed as the platform does it."""
        if secret is None:
            text = plain if isinstance(plain, bytes) else plain.encode()
            secret = seal_bytes(self.account, text)
        query = self.query(encrypt_type="aes")
        parts = (query["timestamp"], query["nonce"], secret)
        query["msg_signature"] = sign(self.account.token, *parts)
        return self.post(query, f"<xml><Encrypt>{secret}</Encrypt></xml>".encode())

    def reply(self, plain: str | bytes) -> str | None:
        """The text of the answer to a push that is accepted."""
        response = self.push(plain)
        assert response.status_code == 200, response.text
        return read_reply(self.account, response.content)

    def works(self) -> None:
        """The next message is answered."""
        assert "答：还在" in (self.reply(xml_of(text_fields("还在"))) or "")


def seal_bytes(account: Settings, plain: bytes) -> str:
    """`plain` sealed for the account, though it be no text."""
    crypto = PrpCrypto(base64.b64decode(account.aes_key + "="))
    sealed: bytes = crypto.encrypt(plain, account.app_id)
    return sealed.decode()


@contextmanager
def build_door(database: sa.engine.Engine, redis_url: str, **variables: str) -> Iterator[Door]:
    """A gateway on a port."""
    url = database.url.render_as_string(hide_password=False)
    given = {"BOT_VAR": "var", "DATABASE_URL": url, "REDIS_URL": redis_url}
    account = read_settings({**given, **DEMO_ACCOUNT, **variables})
    peer, peer_port, port = Peer(), free_port(), free_port()
    with (
        serving(peer.app(), peer_port),
        serving(build_gateway(replace_ports(account, 1, port, peer_port)), port) as base,
    ):
        yield Door(account, f"{base}/wechat", peer)
