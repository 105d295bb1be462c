"""`python -m bot say`: one message through the running instance, as the platform would push it."""

from __future__ import annotations

import re
import secrets
import sys
import time
from html import unescape
from xml.sax.saxutils import escape

import httpx
import sqlalchemy as sa

from bot.gateway.codec import read_reply, seal_push, signature
from bot.gateway.compose import render_links
from bot.model.message_text import clean
from bot.settings import Settings
from bot.storage.database import create_engine, reading
from bot.storage.tables import messages_in, messages_out, users

PATIENCE = 75.0
_CHOICE = re.compile(r'<a href="weixin://[^"]*">(?P<title>[^<]*)</a>')
_LINK = re.compile(r'<a href="(?P<url>https?://[^"]*)">(?P<title>[^<]*)</a>')


def say(settings: Settings, text: str, user: str) -> int:
    """Push `text` from the openid `user` and print the reply; exit status 1 without one."""
    stamp, nonce = str(int(time.time())), secrets.token_hex(8)
    message_id = str(secrets.randbits(62))
    xml = (
        f"<xml><ToUserName>gh_say</ToUserName><FromUserName>{escape(clean(user))}</FromUserName>"
        f"<CreateTime>{stamp}</CreateTime><MsgType>text</MsgType>"
        f"<Content>{escape(clean(text))}</Content><MsgId>{message_id}</MsgId></xml>"
    )
    query = {"timestamp": stamp, "nonce": nonce, "openid": user}
    query["signature"] = signature(settings.token, stamp, nonce)
    if settings.mode != "plain":
        xml = seal_push(settings, xml, stamp, nonce)
        sealed = xml.split("<Encrypt><![CDATA[")[1].split("]]>")[0]
        query["encrypt_type"] = "aes"
        query["msg_signature"] = signature(settings.token, stamp, nonce, sealed)
    url = f"http://{settings.host}:{settings.port}/wechat"
    try:
        response = httpx.post(url, params=query, content=xml.encode(), timeout=10, trust_env=False)
    except httpx.HTTPError:
        print(f"Error: nothing answers at {url}. Start it with: make demo", file=sys.stderr)
        return 1
    if response.status_code != 200:
        print(f"Error: refused with {response.status_code} {response.text}", file=sys.stderr)
        return 1
    reply = read_reply(settings, response.content) or _later(settings, user)
    if reply is None:
        print("Error: no reply; see the logs in var/log", file=sys.stderr)
        return 1
    print(readable(reply))
    return 0


def readable(text: str) -> str:
    """A reply as a terminal shows it: choices as their titles, links with their addresses."""
    text = _CHOICE.sub(lambda found: unescape(found["title"]), text)
    return _LINK.sub(lambda found: f"{unescape(found['title'])} {found['url']}", text)


def _later(settings: Settings, user: str) -> str | None:
    """The answer that went to the outbox, once the turn has ended."""
    engine = create_engine(settings.database)
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with reading(engine) as db:
            row = db.execute(
                sa.select(messages_in.c.id, messages_in.c.status)
                .join(users, users.c.id == messages_in.c.user_id)
                .where(users.c.openid == user)
                .order_by(messages_in.c.id.desc())
                .limit(1)
            ).first()
            if row is not None and row.status != "pending":
                said = db.execute(
                    sa.select(messages_out.c.id, messages_out.c.body)
                    .where(messages_out.c.reply_to == row.id)
                    .order_by(messages_out.c.id)
                ).all()
                return "\n\n".join(render_links(r.body, r.id) for r in said) or None
        time.sleep(0.2)
    return None
