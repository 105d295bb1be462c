"""`python -m bot wechat check | menu | qrcode`: setting up a real account."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from email.utils import parsedate_to_datetime

import httpx
import redis.asyncio

from bot.gateway.api_error import ApiError
from bot.gateway.menu import MENU
from bot.gateway.wechat_client import WechatClient
from bot.settings import Settings
from knowledge import load_knowledge

ADVICE = {
    40013: "WECHAT_APP_ID is not an app id of the platform: copy it from 设置与开发 → 基本配置.",
    40125: "WECHAT_APP_SECRET is wrong: reset it on 设置与开发 → 基本配置.",
    40164: "This machine's address is not in the IP list: add it on 基本配置 → IP白名单.",
    89503: "The call waits for the administrator's confirmation on their phone.",
    40243: "The app secret is frozen: unfreeze it on 设置与开发 → 基本配置.",
    48001: "The account lacks this capability: it must be a verified service account.",
    0: "The platform does not answer: check the network and WECHAT_API_BASE.",
}


def run_account_command(settings: Settings, action: str) -> int:
    """Run one of the three; exit status 1 when the platform refuses."""
    actions: dict[str, Callable[[Settings, WechatClient], Awaitable[int]]] = {
        "check": check,
        "menu": publish_menu,
        "qrcode": make_qrcodes,
    }

    async def run() -> int:
        cache = redis.asyncio.Redis.from_url(settings.redis, socket_timeout=2)
        client = WechatClient(settings, cache)
        try:
            return await actions[action](settings, client)
        except ApiError as error:
            print(f"✗ errcode {error.code} {error.message}")
            print(f"  {ADVICE.get(error.code, 'See the platform page 全局返回码 for this code.')}")
            return 1
        finally:
            await client.close()
            await cache.close()

    return asyncio.run(run())


async def check(settings: Settings, client: WechatClient) -> int:
    """Credentials, token, clock, IP list, message mode."""
    if settings.account_kind == "subscription":
        print("✓ subscription account: passive replies only, the API is not used")
    else:
        await client.token()
        print("✓ WECHAT_APP_ID and WECHAT_APP_SECRET are right, the IP list lets us in")
        await client.call("/cgi-bin/get_api_domain_ip")
        print("✓ the access token works")
    async with httpx.AsyncClient(timeout=6, trust_env=False) as http:
        try:
            response = await http.head(settings.api_base)
        except httpx.HTTPError:
            raise ApiError(0) from None
    if stamp := response.headers.get("date"):
        gap = abs(parsedate_to_datetime(stamp).timestamp() - time.time())
        if gap > 60:
            print(f"✗ this machine's clock is {gap:.0f} s off: switch time synchronisation on")
            return 1
        print("✓ the clock is right")
    if settings.mode == "plain":
        print("! WECHAT_MODE=plain: choose 安全模式 on 基本配置 and set WECHAT_MODE=safe")
    else:
        print(f"✓ message mode {settings.mode}, WECHAT_AES_KEY has 43 characters")
    print(f"\nNow enter on 基本配置 → 服务器配置:\n  URL {settings.link_base}/wechat")
    print("  Token, EncodingAESKey and mode as in your settings; then press 提交 and 启用.")
    return 0


async def publish_menu(settings: Settings, client: WechatClient) -> int:
    """Put bot/gateway/menu.py on the account."""
    await client.call("/cgi-bin/menu/create", MENU)
    print("✓ the menu is published; followers see it within five minutes")
    return 0


async def make_qrcodes(settings: Settings, client: WechatClient) -> int:
    """A permanent code for each station as a picture in var/qrcodes."""
    folder = settings.var / "qrcodes"
    folder.mkdir(parents=True, exist_ok=True)
    base = settings.api_base.replace("//api.weixin.qq.com", "//mp.weixin.qq.com")
    for station in load_knowledge().stations:
        made = await client.call(
            "/cgi-bin/qrcode/create",
            {
                "action_name": "QR_LIMIT_STR_SCENE",
                "action_info": {"scene": {"scene_str": station.scene}},
            },
        )
        async with httpx.AsyncClient(timeout=10, trust_env=False) as http:
            try:
                picture = await http.get(
                    f"{base}/cgi-bin/showqrcode", params={"ticket": made["ticket"]}
                )
                picture.raise_for_status()
            except httpx.HTTPError:
                raise ApiError(0) from None
        path = folder / f"{station.scene}.png"
        path.write_bytes(picture.content)
        print(f"✓ {station.name}: {path}")
    return 0
