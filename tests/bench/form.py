"""The demand form in chat: what a turn costs at its last field beside its first."""

from __future__ import annotations

import asyncio

from tests.bench.figures import Figure, median_ms
from tests.bench.pushes import Pusher
from tests.e2e.product import Product

USERS = 24
RATIO = 1.3
FIRST = "重庆市永川区鑫源铸造有限公司"
BETWEEN = (
    "周明德",
    "摩托车零部件制造、销售",
    "汽车零部件制造业",
    "永川区双石镇工业园1号",
    "一样",
    "2008年5月",
    "86",
    "质量部 李静",
    "13983001234",
    "1、3",
    "计量服务",
    "计量检定、校准",
)
LAST = "希望多办几场培训"


async def fill(pusher: Pusher, openid: str) -> tuple[float, float]:
    """Seconds of the first field's turn and of the last's, in one user's whole form."""
    await pusher.push(openid, "填需求表")
    asked = await pusher.push(openid, "1")
    assert "企业名称" in asked.answer, asked.answer
    first = await pusher.push(openid, FIRST)
    assert "企业法定代表人" in first.answer, first.answer
    for said in BETWEEN:
        before = await pusher.push(openid, said)
    assert "意见和建议" in before.answer, before.answer
    last = await pusher.push(openid, LAST)
    assert "请核对" in last.answer, last.answer
    return first.seconds, last.seconds


def measure_form(product: Product) -> list[Figure]:
    """Whole forms of several users, one after the other."""

    async def run() -> list[tuple[float, float]]:
        pusher = Pusher(product.settings.port)
        taken = [await fill(pusher, f"oForm{number}") for number in range(USERS)]
        await pusher.close()
        return taken

    taken = asyncio.run(run())
    return [
        Figure(
            "a turn of the form, last field",
            median_ms([last for _, last in taken]),
            "ms",
            median_ms([first for first, _ in taken]),
            "first field",
            RATIO,
        )
    ]
