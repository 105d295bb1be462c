"""The simulated platform on a port, and the settings of a gateway that calls it."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator

import pytest

from bot.settings import DEMO_ACCOUNT, Settings, read_settings
from bot.simulator.app import create_simulator
from bot.simulator.config import SimulatorConfig
from bot.simulator.platform import Platform
from tests.conftest import free_port, serving


@pytest.fixture
def platform() -> Iterator[Platform]:
    """The simulated platform on a port, with one follower who just said something."""
    port = free_port()
    account = {name.removeprefix("WECHAT_").lower(): v for name, v in DEMO_ACCOUNT.items()}
    account["app_id"] = f"wx{uuid.uuid4().hex[:16]}"  # no test finds another's token in Redis
    app = create_simulator(SimulatorConfig(push_url="", **account))
    made: Platform = app.state.platform
    user = made.user("oUser")
    user.subscribed, user.said_at = True, time.time()
    user.quota, user.quota_until = 5, time.time() + 3600
    with serving(app, port) as base:
        made.base = base  # type: ignore[attr-defined]
        yield made


@pytest.fixture
def account(platform: Platform, redis_url: str) -> Settings:
    """Settings of a gateway whose API is that platform."""
    base = platform.base  # type: ignore[attr-defined]
    given = {"BOT_VAR": "var", "WECHAT_API_BASE": base, "REDIS_URL": redis_url, **DEMO_ACCOUNT}
    return read_settings({**given, "WECHAT_APP_ID": platform.config.app_id})
