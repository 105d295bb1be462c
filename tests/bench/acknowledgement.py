"""How long a push waits for its answer under load, beside the least that can answer."""

from __future__ import annotations

import asyncio
import collections
import time
from pathlib import Path

import httpx
import sqlalchemy as sa

from bot.storage.database import create_engine, reading
from bot.storage.tables import messages_in
from tests.bench.figures import Figure, at, median_ms
from tests.bench.pushes import OPENID, USERS, Pushed, Pusher
from tests.bench.servers import application, gateway_and_worker
from tests.e2e.product import Product

RATE = 100
SECONDS = 20
OVERLOAD_SECONDS = 10
WARM_UP = 40
P99_MS = 250.0


async def under_load(port: int, seconds: int = SECONDS) -> list[Pushed]:
    """RATE pushes a second for `seconds`, whether answered or not; all answers."""
    pusher = Pusher(port)
    for number in range(WARM_UP):
        await pusher.push(f"oWarm{number}", "热身")
    sending = []
    begun = time.perf_counter() + 0.1
    for number in range(RATE * seconds):
        openid, text = f"{OPENID}{number % USERS}", f"第{number:05}问"
        request = pusher.seal(openid, text)
        due = begun + number / RATE
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        sending.append(asyncio.create_task(pusher.send(openid, text, request, due)))
    answered = await asyncio.wait_for(asyncio.gather(*sending), 60)
    await pusher.close()
    return list(answered)


def measure(var: Path) -> list[Figure]:
    """Median and p99 beside the echo's; what was lost or doubled."""
    with application("tests.bench.echo:app") as (port, _):
        bare = [each.seconds for each in asyncio.run(under_load(port))]
    with (
        application("tests.bench.standin:app") as (standin, _),
        gateway_and_worker(var, standin) as port,
    ):
        answered = asyncio.run(under_load(port))
        time.sleep(6)  # what was not answered in time goes out by the API
        url = f"http://127.0.0.1:{standin}/platform/control/messages"
        later = httpx.get(url).json()["messages"]
    said = collections.Counter(
        each.text for each in answered for _ in range(each.answer.count(f"答：{each.text}"))
    )
    for row in later:
        said.update(each.text for each in answered if f"答：{each.text}" in str(row.get("text")))
    lost = sum(said[each.text] == 0 for each in answered)
    doubled = sum(said[each.text] > 1 for each in answered) + surplus(var, len(answered))
    own = [each.seconds for each in answered]
    load = f"{RATE} pushes/s, {USERS} users, {SECONDS} s"
    against = "bare Starlette + wechatpy echo, same load"
    return [
        Figure("push answered, median", median_ms(own), "ms", median_ms(bare), against),
        Figure(
            "push answered, p99",
            at(own, 0.99) * 1000,
            "ms",
            at(bare, 0.99) * 1000,
            against,
            P99_MS,
            absolute=True,
        ),
        Figure("messages lost", lost, f"of {len(answered)}", None, load, 0, absolute=True),
        Figure("messages doubled", doubled, f"of {len(answered)}", None, load, 0, absolute=True),
    ]


def measure_overload(product: Product) -> list[Figure]:
    """The same load on the whole product: more than the assistant can answer meanwhile."""
    answered = asyncio.run(under_load(product.settings.port, OVERLOAD_SECONDS))
    taken = [each.seconds for each in answered if each.status == 200]
    held = product.settings.passive_budget * 1000
    against = f"the longest a push is held; {RATE} pushes/s with the real assistant"
    return [
        Figure("push answered in overload, median", median_ms(taken), "ms", held, against),
        Figure("push answered in overload, p99", at(taken, 0.99) * 1000, "ms", held, against),
        Figure(
            "pushes refused in overload",
            len(answered) - len(taken),
            f"of {len(answered)}",
            None,
            "a refused push is delivered again",
            0,
            absolute=True,
        ),
    ]


def surplus(var: Path, sent: int) -> int:
    """Messages in the inbox beyond those that were sent."""
    engine = create_engine(f"sqlite:///{var / 'bot.db'}")
    with reading(engine) as db:
        rows = db.scalar(sa.select(sa.func.count()).select_from(messages_in))
    engine.dispose()
    return int(rows) - sent - WARM_UP
