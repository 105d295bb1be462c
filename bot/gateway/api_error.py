"""What each error code of the platform's API means for who called (source: page 全局返回码)."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

BUSY = -1
BUSY_TRIES = 5
REFRESH = {40001, 40014, 42001}
CAPABILITY = {48001, 48004, 50002, 40200}
HOLD = {45015: "window", 45047: "quota", **dict.fromkeys(CAPABILITY, "capability")}
ALERT = {40164, 61004, 89503, 40243, 40013, 40125}
GONE = 1
"""Ours, no code of the platform's: what was to be sent does not exist any more."""
DAY_LIMIT, MINUTE_LIMIT, TOO_LONG = 45009, 45011, 45002
CHINA = timezone(timedelta(hours=8))


class ApiError(Exception):
    """The platform said no. `code` is its errcode; 0 when it did not answer at all."""

    def __init__(self, code: int, message: str = "") -> None:
        super().__init__(f"{code} {message}".strip())
        self.code = code
        self.message = message

    @property
    def held(self) -> str | None:
        """Why to wait for the user's next message; None for other errors."""
        return HOLD.get(self.code)

    @property
    def account_pause(self) -> float | None:
        """Seconds for which no call of the account can do better; None: it is this call's fault."""
        if self.code == DAY_LIMIT:
            now = datetime.now(CHINA)
            tomorrow = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
            return (tomorrow - now).total_seconds()
        if self.code == MINUTE_LIMIT:
            return 20.0
        if self.code in REFRESH:
            return 5.0
        return 60.0 if self.code in ALERT else None

    def wait(self, tries: int) -> float | None:
        """Seconds to wait after `tries` failed tries; None when the same call is of no use."""
        if self.code == 0:
            return float(min(2 * 2 ** min(tries, 6), 60))
        if self.code == BUSY and tries < BUSY_TRIES:
            return float(2**tries)
        return None
