"""Processes that die at random moments under load: nothing lost, nothing twice, in order; then
Ctrl-C ends all of it, and the logs hold nothing that people said."""

from __future__ import annotations

import contextlib
import random
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest
import sqlalchemy as sa

from bot.settings import DEMO_ACCOUNT
from bot.simulator.app import create_simulator
from bot.simulator.config import SimulatorConfig
from bot.storage.database import create_engine, reading
from bot.storage.tables import messages_in, messages_out, users
from tests.conftest import free_port, serving, wait_for
from tests.e2e.load import ITEM, QUESTIONS, Load, items_said, reference
from tests.e2e.product import PROCESSES, Product, running
from tests.gateway.peer import Phone

USERS = 12
PEOPLE = [f"oLoad{number:02}" for number in range(USERS)]
LOAD_SECONDS = 40.0
SETTLE_SECONDS = 60.0
"""The last redelivery, the assistant's restart, and a dead holder's lease, one after the other."""
GIVEN_UP = 16.0
"""Three deliveries of five seconds, and a second."""
STOP_SECONDS = 12.0


@pytest.fixture(scope="module")
def under_load(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Product, Phone]]:
    """A product whose platform lives outside it, so that it outlives the gateway."""
    port, gateway = free_port(), free_port()
    config = SimulatorConfig(
        push_url=f"http://127.0.0.1:{gateway}/wechat",
        app_id=DEMO_ACCOUNT["WECHAT_APP_ID"],
        app_secret=DEMO_ACCOUNT["WECHAT_APP_SECRET"],
        token=DEMO_ACCOUNT["WECHAT_TOKEN"],
        aes_key=DEMO_ACCOUNT["WECHAT_AES_KEY"],
    )
    with serving(create_simulator(config), port) as base:
        variables = {"BOT_PORT": gateway, "WECHAT_API_BASE": base}
        with running(tmp_path_factory.mktemp("kills"), **variables) as product:
            yield product, Phone(base)


def test_kills_at_random_moments_lose_and_double_nothing(
    under_load: tuple[Product, Phone],
) -> None:
    product, phone = under_load
    answers = reference(phone)
    assert all(answers.values()), "each question has an answer to tell it by"
    seed = secrets.randbelow(10**6)
    load = Load(phone, PEOPLE, LOAD_SECONDS, seed)
    killed: list[str] = []

    def disturb(chance: random.Random) -> None:
        begun = time.monotonic()
        for moment, name in victims(chance):
            time.sleep(max(0.0, begun + moment - time.monotonic()))
            killed.append(f"{name} at {moment:.1f}")
            product.kill(name)

    load.run_beside(disturb)
    story = f"seed {seed}; killed {', '.join(killed)}"
    assert load.errors == []
    count = sum(map(len, answers.values()))
    with contextlib.suppress(AssertionError):  # who was not answered is named below
        wait_for(
            lambda: all(len(items_said(phone, one)) >= count for one in PEOPLE), SETTLE_SECONDS
        )
    time.sleep(3)  # what would come twice has come by then
    taken_in = messages_taken_in(product)
    assert {one: sorted(asked) for one, asked in taken_in.items()} == dict.fromkeys(
        PEOPLE, sorted(QUESTIONS)
    ), f"each message once: {story}"
    expected = {
        one: [item for question in asked for item in answers[question]]
        for one, asked in taken_in.items()
    }
    assert {one: items_said(phone, one) for one in PEOPLE} == expected, story
    others = [row for one in PEOPLE for row in phone.said(one) if not ITEM.search(row["text"])]
    failed = [row for row in phone.stats()["deliveries"] if not row["ok"]]
    assert others == [], f"no fault banner, no apology: {story}; {failed}"
    # The platform may bring a message late that came while no gateway was up; else order holds.
    late = {row["openid"] for row in failed}
    assert len(late) < USERS, story
    for one in set(PEOPLE) - late:
        assert taken_in[one] == list(QUESTIONS), story


def victims(chance: random.Random) -> list[tuple[float, str]]:
    """(second, process): each once and one again, the assistant first, for it is away longest."""
    names = ["assistant", *chance.sample(["actions", "redis", "gateway", "worker"], 4)]
    moments = sorted(chance.uniform(2, LOAD_SECONDS - 2) for _ in (*names, "again"))
    # With the gateway away at each of its deliveries, the platform gives a message up.
    soon = moments[-1] - moments[names.index("gateway")] < GIVEN_UP
    again = "worker" if soon else chance.choice(["gateway", "worker"])
    return list(zip(moments, [*names, again], strict=True))


def messages_taken_in(product: Product) -> dict[str, list[str]]:
    """What each of PEOPLE said, in the order in which it was committed."""
    engine = create_engine(product.settings.database)
    with reading(engine) as db:
        rows = db.execute(
            sa.select(users.c.openid, messages_in.c.text)
            .join(users, users.c.id == messages_in.c.user_id)
            .where(users.c.openid.in_(PEOPLE))
            .order_by(messages_in.c.id)
        ).all()
    engine.dispose()
    return {one: [row.text for row in rows if row.openid == one] for one in PEOPLE}


def test_nothing_waits_and_nothing_failed(under_load: tuple[Product, Phone]) -> None:
    product, _ = under_load
    engine = create_engine(product.settings.database)
    with reading(engine) as db:
        came = db.scalars(sa.select(messages_in.c.status).distinct()).all()
        went = db.scalars(sa.select(messages_out.c.status).distinct()).all()
    engine.dispose()
    assert (came, went) == (["done"], ["sent"])


def test_logs_hold_no_openid_and_nothing_that_was_said(
    under_load: tuple[Product, Phone],
) -> None:
    product, phone = under_load
    phone.do("text", "我叫侯小测，电话13912345678", "oSecretPerson")
    phone.wait(1, "oSecretPerson")
    private = ["oLoad", "oReference", "oSecretPerson", "侯小测", "13912345678", *QUESTIONS[1:]]
    found = [
        (path.name, word)
        for path in product.logs
        for word in private
        if word in path.read_text(errors="replace")
    ]
    assert found == []
    assert sum(path.stat().st_size for path in product.logs) > 1000, "there is something logged"
    database = Path(product.settings.var / "bot.db")
    wal = database.with_name("bot.db-wal")
    kept = database.read_bytes() + (wal.read_bytes() if wal.exists() else b"")
    assert "侯小测".encode() in kept, "and these are the words that would be found"


def test_ctrl_c_ends_every_process(under_load: tuple[Product, Phone]) -> None:
    product, _ = under_load
    wait_for(product.ready, 60)
    parent = psutil.Process(product.popen.pid)
    children = parent.children(recursive=True)
    assert {product.process_id(name) for name in PROCESSES} <= {child.pid for child in children}
    with httpx.stream("GET", f"{product.web}/simulator/live", timeout=30):
        begun = time.monotonic()
        assert product.stop() == 0
        seconds = time.monotonic() - begun
    assert seconds < STOP_SECONDS, "an open page keeps nothing up"
    _, alive = psutil.wait_procs(children, timeout=1)
    assert alive == []
    assert product.said.rstrip().endswith("Stopping …")
