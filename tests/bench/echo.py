"""The least that can answer a push: Starlette and wechatpy, no database, no turn."""

from __future__ import annotations

import os

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from wechatpy import create_reply, parse_message
from wechatpy.crypto import WeChatCrypto

crypto = WeChatCrypto(
    os.environ["WECHAT_TOKEN"], os.environ["WECHAT_AES_KEY"], os.environ["WECHAT_APP_ID"]
)


async def receive(request: Request) -> Response:
    """Verify, decrypt, parse, answer with the same text."""
    query = request.query_params
    xml = crypto.decrypt_message(
        await request.body(), query["msg_signature"], query["timestamp"], query["nonce"]
    )
    message = parse_message(xml)
    reply = create_reply(message.content, message).render()
    sealed = crypto.encrypt_message(reply, query["nonce"], query["timestamp"])
    return Response(sealed, media_type="application/xml")


app = Starlette(routes=[Route("/wechat", receive, methods=["POST"])])
