"""The assistant without thinking, and the platform's API, as an application of their own."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.routing import Mount

from bot.settings import DEMO_ACCOUNT
from bot.simulator.app import create_simulator
from bot.simulator.config import SimulatorConfig
from tests.gateway.peer import Peer

config = SimulatorConfig(
    push_url="",
    app_id=DEMO_ACCOUNT["WECHAT_APP_ID"],
    app_secret=DEMO_ACCOUNT["WECHAT_APP_SECRET"],
    token=DEMO_ACCOUNT["WECHAT_TOKEN"],
    aes_key=DEMO_ACCOUNT["WECHAT_AES_KEY"],
)
app = Starlette(
    routes=[*Peer().app().routes, Mount("/platform", create_simulator(config))],
)
