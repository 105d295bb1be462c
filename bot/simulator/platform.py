"""The platform itself: users and their chats, pushes with redelivery, quota and window."""

from __future__ import annotations

import asyncio
import itertools
import secrets
import time
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

import httpx

from bot.simulator.config import SimulatorConfig
from bot.simulator.crypto import SealError, seal, sign, unseal

FAULT = "该公众号提供的服务出现故障，请稍后再试"
TEXT_LIMIT = 2048  # bytes of UTF-8
REPLY_KINDS = {"text", "image", "voice", "video", "music", "news", "transfer_customer_service"}


class RefusedError(Exception):
    """An API call that the platform refuses with `code`."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass
class User:
    """One follower: what the account may still send, and until when."""

    openid: str
    name: str
    subscribed: bool = False
    quota: int = 0
    quota_until: float = 0.0
    said_at: float = 0.0
    typing_until: float = 0.0


@dataclass
class Platform:
    """All state, in memory, used from one event loop."""

    config: SimulatorConfig
    users: dict[str, User] = field(default_factory=dict)
    log: list[dict[str, Any]] = field(default_factory=list)
    calls: dict[str, int] = field(default_factory=dict)
    faults: list[dict[str, Any]] = field(default_factory=list)
    tokens: dict[str, float] = field(default_factory=dict)
    menu: dict[str, Any] | None = None
    media: dict[str, tuple[bytes, str]] = field(default_factory=dict)  # uploaded: content, type
    deliveries: list[dict[str, Any]] = field(default_factory=list)
    forced: list[float] = field(default_factory=list)
    run: str = field(default_factory=lambda: secrets.token_hex(4))

    def __post_init__(self) -> None:
        self._ids = itertools.count(int(time.time() * 1000))
        self.changed = asyncio.Condition()
        self._http = httpx.AsyncClient(
            timeout=self.config.push_cut,
            trust_env=False,
            limits=httpx.Limits(max_connections=None),
        )
        self._tasks: set[asyncio.Task[None]] = set()

    def user(self, openid: str, name: str = "") -> User:
        """The user, made when new."""
        return self.users.setdefault(openid, User(openid, name or openid))

    async def record(self, openid: str, sender: str, kind: str, **content: Any) -> int:
        """Add to the chat and wake the pages; the entry's number."""
        entry = {
            "id": len(self.log) + 1,
            "openid": openid,
            "from": sender,
            "kind": kind,
            "at": time.time(),
            **content,
        }
        self.log.append(entry)
        async with self.changed:
            self.changed.notify_all()
        return len(self.log)

    async def push(self, openid: str, kind: str, fields: dict[str, str]) -> str:
        """Deliver a message or event in the background, as often as it takes; its MsgId."""
        user = self.user(openid)
        number = str(next(self._ids))
        now = time.time()
        if kind != "event":
            user.said_at, user.subscribed = now, True
            click = "bizmsgmenuid" in fields
            self._grant(user, self.config.quota_message, self.config.window_hours * 3600, click)
            fields = {**fields, "MsgId": number}
        elif fields.get("Event") in ("subscribe", "SCAN", "CLICK"):
            user.subscribed, user.said_at = True, now
            self._grant(user, self.config.quota_click, 60, True)
        elif fields.get("Event") == "unsubscribe":
            user.subscribed = False
        body = {
            "ToUserName": self.config.account_id,
            "FromUserName": openid,
            "CreateTime": str(int(now)),
            "MsgType": kind,
            **fields,
        }
        task = asyncio.create_task(self._deliver(openid, body))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return number

    def _grant(self, user: User, sends: int, seconds: float, click: bool) -> None:
        until = time.time() + seconds
        if not click or user.quota < 1 or user.quota_until < until:
            user.quota, user.quota_until = sends, until

    async def _deliver(self, openid: str, body: dict[str, str]) -> None:
        for attempt in range(1, self.config.deliveries + 1):
            begun = time.monotonic()
            reply: str | None = None
            try:
                query, content = self.sealed(body)
                response = await asyncio.wait_for(
                    self._http.post(self.config.push_url, params=query, content=content),
                    self.config.push_cut,
                )
                if response.status_code == 200:
                    reply = response.text
            except Exception:  # httpx lets through what sockets raise while their peer is killed
                reply = None
            seconds = time.monotonic() - begun
            self.deliveries.append(
                {
                    "openid": openid,
                    "msgid": body.get("MsgId"),
                    "attempt": attempt,
                    "seconds": seconds,
                    "ok": reply is not None,
                }
            )
            if reply is not None and await self._show_reply(openid, reply):
                return
            if attempt < self.config.deliveries:
                await asyncio.sleep(max(0.0, self.config.push_cut - seconds))
        await self.record(openid, "system", "fault", text=FAULT)

    def sealed(self, body: dict[str, str]) -> tuple[dict[str, str], bytes]:
        """Query and XML of one delivery, signed anew each time."""
        stamp, nonce = str(int(time.time())), secrets.token_hex(6)
        inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in body.items())
        query = {"timestamp": stamp, "nonce": nonce, "openid": body["FromUserName"]}
        query["signature"] = sign(self.config.token, stamp, nonce)
        if self.config.mode == "plain":
            return query, f"<xml>{inner}</xml>".encode()
        secret = seal(self.config.aes_key, self.config.app_id, f"<xml>{inner}</xml>")
        query["encrypt_type"] = "aes"
        query["msg_signature"] = sign(self.config.token, stamp, nonce, secret)
        clear = inner if self.config.mode == "compatible" else ""
        to = f"<ToUserName>{self.config.account_id}</ToUserName>" if not clear else ""
        return query, f"<xml>{to}{clear}<Encrypt>{secret}</Encrypt></xml>".encode()

    async def _show_reply(self, openid: str, reply: str) -> bool:
        """Show a passive reply; False when the platform would not understand it."""
        if reply.strip() in ("", "success"):
            return True
        try:
            root = ET.fromstring(reply)
            if (secret := root.findtext("Encrypt")) is not None:
                expected = sign(
                    self.config.token,
                    root.findtext("TimeStamp") or "",
                    root.findtext("Nonce") or "",
                    secret,
                )
                if expected != root.findtext("MsgSignature"):
                    return False
                root = ET.fromstring(unseal(self.config.aes_key, self.config.app_id, secret))
        except (ET.ParseError, SealError):
            return False
        kind = root.findtext("MsgType") or ""
        if kind not in REPLY_KINDS or root.findtext("ToUserName") != openid:
            return False
        if len((root.findtext("Content") or "").encode()) > TEXT_LIMIT:
            return False
        await self.record(openid, "account", kind, text=root.findtext("Content"), via="passive")
        return True

    async def send(self, payload: dict[str, Any]) -> None:
        """The customer-service send. Raises RefusedError."""
        user = self.users.get(str(payload.get("touser")))
        kind = str(payload.get("msgtype"))
        content = payload.get(kind)
        if user is None or not user.subscribed:
            raise RefusedError(40003, "invalid openid")
        if not isinstance(content, dict):
            raise RefusedError(40008, "invalid message type")
        now = time.time()
        if now - user.said_at > self.config.window_hours * 3600 or user.quota_until < now:
            raise RefusedError(45015, "response out of time limit or subscription is canceled")
        if user.quota < 1:
            raise RefusedError(45047, "out of response count limit")
        if kind == "text" and len(str(content.get("content")).encode()) > TEXT_LIMIT:
            raise RefusedError(45002, "content size out of limit")
        if kind == "image" and content.get("media_id") not in self.media:
            raise RefusedError(40007, "invalid media_id")
        user.quota -= 1
        if kind == "text":
            await self.record(user.openid, "account", kind, text=content.get("content"), via="api")
        elif kind == "msgmenu":
            choices = [{"id": str(c["id"]), "content": c["content"]} for c in content["list"]]
            await self.record(
                user.openid,
                "account",
                kind,
                text=content.get("head_content"),
                tail=content.get("tail_content"),
                choices=choices,
                via="api",
            )
        else:
            await self.record(user.openid, "account", kind, content=content, via="api")

    def check_token(self, token: str) -> None:
        """Raise RefusedError for a token that was never given, or has run out."""
        if token not in self.tokens:
            raise RefusedError(40001, "invalid credential, access_token is invalid")
        if self.tokens[token] < time.time():
            raise RefusedError(42001, "access_token expired")

    def stable_token(self, force: bool) -> tuple[str, int]:
        """The token in use, or a new one in its last five minutes or by force."""
        now = time.time()
        for token, until in self.tokens.items():
            if not force and until - now > min(300, self.config.token_seconds / 2):
                return token, int(until - now)
        if force:
            self.forced = [at for at in self.forced if at > now - 86_400]
            if len(self.forced) >= 20:
                raise RefusedError(45009, "reach max api daily quota limit")
            if self.forced and now - self.forced[-1] < 30:
                raise RefusedError(45011, "api minute-quota reach limit")
            self.forced.append(now)
            self.tokens.clear()
        token = secrets.token_hex(24)
        self.tokens[token] = now + self.config.token_seconds
        return token, self.config.token_seconds

    def take_fault(self, path: str) -> dict[str, Any] | None:
        """A fault ordered for this path, used up one by one."""
        for fault in self.faults:
            if fault["path"] in path and fault.get("times", 1) > 0:
                fault["times"] = fault.get("times", 1) - 1
                return fault
        return None

    async def close(self) -> None:
        """End deliveries and connections."""
        for task in list(self._tasks):
            task.cancel()
        await self._http.aclose()
