"""A turn through gateway and outbox beside the same turn asked of Rasa; long and quick talks."""

from __future__ import annotations

import asyncio
import statistics
import time

import httpx

from tests.bench.figures import Figure, at, median_ms
from tests.bench.pushes import Pusher
from tests.e2e.load import QUESTIONS
from tests.e2e.product import Product

ROUNDS = 100
CASE = 20
"""Turns in one conversation of the direct calls, as the gateway has them."""
LONG = 300
TURN_RATIO, GROWTH_RATIO = 1.3, 1.2
QUICK_ROUNDS = 7
QUICK_SECONDS = 1.0
"""Rasa's own lock store looks once a second: one wait shows."""


async def direct(http: httpx.AsyncClient, sender: str, text: str) -> float:
    """Seconds of one turn posted straight to Rasa's channel."""
    body = {"sender": sender, "text": text, "metadata": {}}
    begun = time.perf_counter()
    answer = await http.post("/webhooks/turn/messages", json=body)
    seconds = time.perf_counter() - begun
    assert answer.json()["messages"], "the assistant said something"
    return seconds


async def through(pusher: Pusher, openid: str, text: str) -> float:
    """Seconds of one turn through the gateway, answered passively."""
    pushed = await pusher.push(openid, text)
    assert "联系电话" in pushed.answer, "the answer came with the push"
    return pushed.seconds


async def compare(product: Product, pusher: Pusher) -> list[Figure]:
    """The same questions both ways, turn about."""
    ways: tuple[list[float], list[float]] = ([], [])
    run = time.time_ns()  # a conversation of an earlier run would be a longer one
    async with httpx.AsyncClient(base_url=product.settings.rasa_url, trust_env=False) as http:
        for number in range(ROUNDS + CASE):
            text = QUESTIONS[number % len(QUESTIONS)]
            own = await through(pusher, "oTurn", text)
            bare = await direct(http, f"direct-{run}-{number // CASE}", text)
            if number >= CASE:
                ways[0].append(own)
                ways[1].append(bare)
    against = "the same turn posted straight to Rasa's channel"
    own, bare = map(median_ms, ways)
    return [
        Figure("a turn, median", own, "ms", bare, against, TURN_RATIO),
        Figure("a turn, p90", at(ways[0], 0.9) * 1000, "ms", at(ways[1], 0.9) * 1000, against),
    ]


async def grow(pusher: Pusher) -> Figure:
    """One user's messages around the 300th, turn about with new users' first twenty."""
    for number in range(LONG - CASE):
        await through(pusher, "oLong", QUESTIONS[number % len(QUESTIONS)])
    late, early = [], []
    for number in range(2 * CASE):
        text = QUESTIONS[number % len(QUESTIONS)]
        late.append(await through(pusher, "oLong", text))
        early.append(await through(pusher, f"oNew{number // CASE}", text))
    against = "messages 1 to 20 of new users, in turn with these"
    name = f"a turn, messages {LONG - CASE} to {LONG + CASE} of a user"
    return Figure(name, median_ms(late), "ms", median_ms(early), against, GROWTH_RATIO)


async def hurry(pusher: Pusher) -> list[Figure]:
    """Three messages of one user at once: when the last of them is answered."""
    last, single = [], []
    for number in range(QUICK_ROUNDS):
        single.append(await through(pusher, f"oCalm{number}", QUESTIONS[0]))
        three = [through(pusher, f"oQuick{number}", text) for text in QUESTIONS[:3]]
        last.append(max(await asyncio.gather(*three)))
    against = "one message of a user"
    return [
        Figure(
            "last of three quick messages, median",
            median_ms(last),
            "ms",
            statistics.median(single) * 1000,
            against,
        ),
        Figure(
            "last of three quick messages, slowest",
            max(last) * 1000,
            "ms",
            max(single) * 1000,
            against,
            QUICK_SECONDS * 1000,
            absolute=True,
        ),
    ]


async def _measure(product: Product) -> list[Figure]:
    pusher = Pusher(product.settings.port)
    figures = await compare(product, pusher)
    figures += [await grow(pusher), *await hurry(pusher)]
    await pusher.close()
    return figures


def measure_turns(product: Product) -> list[Figure]:
    """All figures of turns of a running product."""
    return asyncio.run(_measure(product))
