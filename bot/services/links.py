"""Signed links that expire: each is good for one purpose and one subject."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer

from bot.model.errors import LinkError

EPOCH = datetime(2020, 1, 1)


def make_link(secret: str, purpose: str, subject: str, seconds: float, now: datetime) -> str:
    """A token for the end of an address, good for `seconds` from `now` (UTC without zone).

    `purpose` names the page ("draft", "document"); `subject` what it shows, such as a draft's id.
    """
    until = int((now + timedelta(seconds=seconds) - EPOCH).total_seconds())
    return _serializer(secret, purpose).dumps([subject, until])


def read_link(secret: str, purpose: str, token: str, now: datetime) -> str:
    """The subject of `token`.

    Raises LinkError "invalid" (altered, of another purpose or installation) or "expired".
    """
    try:
        subject, until = _serializer(secret, purpose).loads(token)
    except (BadData, ValueError, TypeError):
        raise LinkError("invalid") from None
    if (now - EPOCH).total_seconds() >= until:
        raise LinkError("expired")
    return str(subject)


def _serializer(secret: str, purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(
        secret,
        salt=f"link:{purpose}",
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )
