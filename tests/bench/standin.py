"""The assistant without thinking, and the platform's API, as an application of their own."""

from __future__ import annotations

import time

from starlette.applications import Starlette
from starlette.routing import Mount

from bot.settings import DEMO_ACCOUNT
from bot.simulator.app import create_simulator
from bot.simulator.config import SimulatorConfig
from tests.bench.pushes import OPENID, USERS
from tests.gateway.peer import Peer

config = SimulatorConfig(
    push_url="",
    app_id=DEMO_ACCOUNT["WECHAT_APP_ID"],
    app_secret=DEMO_ACCOUNT["WECHAT_APP_SECRET"],
    token=DEMO_ACCOUNT["WECHAT_TOKEN"],
    aes_key=DEMO_ACCOUNT["WECHAT_AES_KEY"],
)
platform = create_simulator(config)
for number in range(USERS):  # they never pushed through it, and may be sent to all the same
    user = platform.state.platform.user(f"{OPENID}{number}")
    user.subscribed, user.quota = True, 10_000
    user.said_at = user.quota_until = time.time() + 86_400
app = Starlette(routes=[*Peer().app().routes, Mount("/platform", platform)])
