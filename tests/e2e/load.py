"""A bounded load of several users, and what each of them was answered."""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.gateway.peer import Phone

QUESTIONS = (
    "电子秤检定找谁",
    "怎么注册商标",
    "3C认证怎么申请",
    "怎么申报重庆老字号",
    "商品条码在哪里办理",
)
"""Five questions whose answers differ and do not depend on what was said before."""
ITEM = re.compile(r"服务项目：(.+)")


def items_said(phone: Phone, openid: str) -> list[str]:
    """The items of annex 3 that the user was shown, in order, however they were sent."""
    return [item for row in phone.said(openid) for item in ITEM.findall(str(row.get("text") or ""))]


def reference(phone: Phone, openid: str = "oReference") -> dict[str, list[str]]:
    """The items that each of QUESTIONS is answered with when all is calm."""
    answers: dict[str, list[str]] = {}
    for number, question in enumerate(QUESTIONS, 1):
        phone.do("text", question, openid)
        phone.wait(number, openid)
        before = sum(map(len, answers.values()))
        answers[question] = items_said(phone, openid)[before:]
    return answers


@dataclass
class Load:
    """`users` ask QUESTIONS over `seconds`, each at random moments of their own."""

    phone: Phone
    users: list[str]
    seconds: float
    seed: int
    errors: list[str] = field(default_factory=list)

    def run_beside(self, disturb: Callable[[random.Random], None]) -> None:
        """Send everything, calling `disturb` meanwhile; returns when both have ended."""
        chance = random.Random(self.seed)
        plan = sorted(
            (moment, openid, question)
            for openid in self.users
            for moment, question in zip(
                sorted(chance.uniform(0, self.seconds) for _ in QUESTIONS), QUESTIONS, strict=True
            )
        )
        sender = threading.Thread(target=self._send, args=(plan,))
        sender.start()
        disturb(chance)
        sender.join()

    def _send(self, plan: list[tuple[float, str, str]]) -> None:
        begun = time.monotonic()
        for moment, openid, question in plan:
            time.sleep(max(0.0, begun + moment - time.monotonic()))
            try:
                self.phone.do("text", question, openid)
            except Exception as error:  # the thread's own end must not hide it
                self.errors.append(f"{openid}: {type(error).__name__}")
