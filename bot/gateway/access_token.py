"""The access token of the platform's API: one, shared by all processes.

wechatpy's own client is not used: a lasting 40001 makes it fetch tokens without bound, ten cold
threads fetch ten tokens, and the fetch has no time-out (docs/decisions/0001).
"""

from __future__ import annotations

import asyncio
import hashlib
import time

import redis.asyncio
import redis.exceptions
import structlog

from bot.gateway.api_error import DAY_LIMIT, MINUTE_LIMIT, ApiError
from bot.gateway.platform_http import Call, PlatformHttp
from bot.settings import Settings

log = structlog.get_logger()
TOKEN_MARGIN = 300
"""A token is renewed in its last five minutes, as stable_token does."""
TOKEN_PATIENCE = 10.0
"""Seconds to wait for a token that another process fetches."""
FORCE_EVERY = 30
"""Seconds between forced renewals, the platform's own limit; it allows 20 a day."""


def _kept_for(seconds: int) -> int:
    """Seconds for which a token is used that holds for `seconds`."""
    return max(seconds - TOKEN_MARGIN, 30)


class AccessToken:
    """The token, kept in Redis; while Redis is away, one of this process's own."""

    def __init__(
        self, settings: Settings, cache: redis.asyncio.Redis[bytes], http: PlatformHttp
    ) -> None:
        self._settings = settings
        self._redis = cache
        self._http = http
        digest = hashlib.sha256(f"{settings.api_base}|{settings.app_id}".encode()).hexdigest()
        self._key = f"wechat:token:{digest[:16]}"
        self._own: tuple[str, float] = ("", 0.0)
        self._own_doubted = ""
        self._own_forced = -float(FORCE_EVERY)
        self._own_lock = asyncio.Lock()

    async def get(self, refused: str = "") -> str:
        """The shared token; a `refused` one is replaced, by one process only.

        Raises ApiError when the platform gives none.
        """
        try:
            if found := await self._shared(refused):
                return found
        except redis.exceptions.RedisError as error:
            log.warning("token_without_redis", error=type(error).__name__)
        # stable_token gives every caller the same token, so that one of our own does no harm.
        return await self._without_redis(refused)

    async def _shared(self, refused: str) -> str | None:
        """The token that all processes use; None when none comes in TOKEN_PATIENCE."""
        end = time.monotonic() + TOKEN_PATIENCE
        while time.monotonic() < end:
            if found := await self._cached(refused):
                return found
            lock = self._redis.lock(f"{self._key}:lock", timeout=15)
            if await lock.acquire(blocking=False):
                try:
                    return await self._renewed(refused)
                finally:
                    await lock.release()
            await asyncio.sleep(0.05)
        return None

    async def _cached(self, refused: str) -> str | None:
        found = await self._redis.get(self._key)
        return found.decode() if found and found.decode() != refused else None

    async def _renewed(self, refused: str) -> str:
        """A token from the platform, stored for all; the caller holds the shared lock."""
        if found := await self._cached(refused):
            return found
        token, seconds = await self._fetch(bool(refused) and await self._may_force(refused))
        await self._redis.set(self._key, token, ex=_kept_for(seconds))
        if token == refused:
            await self._redis.set(f"{self._key}:doubted", token, ex=7200)
        return token

    async def _may_force(self, refused: str) -> bool:
        """Only when the platform gave the refused token out again: forcing has a daily limit."""
        doubted = await self._redis.get(f"{self._key}:doubted")
        if doubted is None or doubted.decode() != refused:
            return False
        return bool(await self._redis.set(f"{self._key}:forced", 1, ex=FORCE_EVERY, nx=True))

    async def _without_redis(self, refused: str) -> str:
        async with self._own_lock:
            now = time.monotonic()
            token, until = self._own
            if token and token != refused and until > now:
                return token
            force = bool(refused) and self._own_doubted == refused
            if force and (force := now - self._own_forced > FORCE_EVERY):
                self._own_forced = now
            token, seconds = await self._fetch(force)
            self._own = (token, time.monotonic() + _kept_for(seconds))
            self._own_doubted = token if token == refused else ""
            return token

    async def _fetch(self, force: bool) -> tuple[str, int]:
        """A token and the seconds for which it holds."""
        payload = {
            "grant_type": "client_credential",
            "appid": self._settings.app_id,
            "secret": self._settings.app_secret,
            "force_refresh": force,
        }
        try:
            body = await self._http.request(Call("/cgi-bin/stable_token", payload), {})
            return str(body["access_token"]), int(body["expires_in"])
        except (KeyError, ValueError, TypeError):
            raise ApiError(0, "no token in the answer") from None
        except ApiError as error:
            if force and error.code in (DAY_LIMIT, MINUTE_LIMIT):
                # The limit of forced renewals, not of what the account may send.
                raise ApiError(40001, "token refused, renewal refused") from None
            raise
