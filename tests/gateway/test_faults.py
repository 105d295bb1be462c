"""Whatever breaks, and whenever: every message is answered once, in order, and in time."""

from __future__ import annotations

import random
import re
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.redis_server import redis_command, redis_ready
from bot.settings import DEMO_ACCOUNT, Settings
from bot.storage.database import reading
from bot.storage.tables import messages_in, messages_out
from tests.conftest import wait_for
from tests.gateway.fleet import Fleet, fleet
from tests.gateway.peer import Peer, Phone, world

Make = Callable[..., Settings]
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PATHS = {"custom/send": "message/custom/send", "stable_token": "stable_token"}
HASTY = {"WECHAT_PUSH_CUT": "2.5", "PASSIVE_BUDGET": "1.4"}
# A platform that goes on delivering: what it delivers to nobody, nobody can answer.
PATIENT = {"WECHAT_PUSH_CUT": "3", "PASSIVE_BUDGET": "2.2", "WECHAT_DELIVERIES": "10"}


def answers(phone: Phone, openid: str) -> list[str]:
    """The questions that were answered, in the order of their answers."""
    found = []
    for row in phone.said(openid):
        assert row["kind"] != "fault", "the platform's own apology"
        found += re.findall(r"答：(\S+)", row["text"])
    return found


@contextmanager
def locked(engine: sa.engine.Engine) -> Iterator[None]:
    """Nobody else can write meanwhile."""
    with engine.begin() as db:
        if engine.dialect.name == "postgresql":
            db.execute(sa.text("LOCK TABLE messages_in, messages_out IN ACCESS EXCLUSIVE MODE"))
        yield


def test_a_locked_database_delays_and_loses_nothing(
    make_settings: Make, engine: sa.engine.Engine
) -> None:
    with world(make_settings(**HASTY), Peer()) as phone:
        phone.do("text", "早", openid="o0")
        phone.wait(1, "o0")
        with locked(engine):
            for number in range(4):
                phone.do("text", f"问{number}", openid=f"o{number}")
            time.sleep(1.5)
        wanted = [["早", "问0"], ["问1"], ["问2"], ["问3"]]
        wait_for(lambda: [answers(phone, f"o{n}") for n in range(4)] == wanted, 30)
        time.sleep(1)
        assert [answers(phone, f"o{n}") for n in range(4)] == wanted, "nothing twice"
        assert all(d["seconds"] < 2.5 for d in phone.stats()["deliveries"]), "none is cut"


@SQLITE
def test_a_database_locked_for_long_is_told_to_the_platform_in_time(
    make_settings: Make, engine: sa.engine.Engine
) -> None:
    """All three deliveries fall into it: the platform tells the user, and nothing hangs."""
    with world(make_settings(**HASTY), Peer()) as phone:
        with locked(engine):
            phone.do("text", "问")
            assert phone.wait(1)[0]["kind"] == "fault"
        phone.do("text", "再问")
        wait_for(lambda: "答：再问" in str(phone.said()))
        time.sleep(1)
        said = re.findall(r"答：(\S+)", str([row["text"] for row in phone.said()]))
        assert len(said) == len(set(said)), "nothing twice"
        assert all(d["seconds"] < 2.5 for d in phone.stats()["deliveries"]), "none is cut"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_database_that_drops_its_connections_loses_nothing(
    make_settings: Make, engine: sa.engine.Engine
) -> None:
    kill = sa.text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE pid <> pg_backend_pid() AND datname = current_database()"
    )
    with world(make_settings(**HASTY), Peer(delay=0.2)) as phone:
        for number in range(12):
            phone.do("text", f"问{number}", openid=f"o{number % 3}")
            if number % 3 == 2:
                with engine.begin() as db:
                    db.execute(kill)
            time.sleep(0.25)
        wanted = [[f"问{n}" for n in range(user, 12, 3)] for user in range(3)]
        wait_for(
            lambda: (
                [sorted(answers(phone, f"o{u}")) for u in range(3)]
                == [sorted(each) for each in wanted]
            ),
            40,
        )


@contextmanager
def own_redis() -> Iterator[tuple[str, Callable[[], subprocess.Popen[bytes]]]]:
    """A Redis of the test's own: its address, and what starts it."""
    with tempfile.TemporaryDirectory(prefix="rd") as folder:
        running: list[subprocess.Popen[bytes]] = []
        url = f"unix://{folder}/redis.sock"

        def start() -> subprocess.Popen[bytes]:
            process = subprocess.Popen(redis_command(Path(folder)), stdout=subprocess.DEVNULL)
            running.append(process)
            wait_for(lambda: redis_ready(url))
            return process

        try:
            yield url, start
        finally:
            for process in running:
                process.kill()
                process.wait()


@SQLITE
def test_without_redis_everything_is_answered(make_settings: Make) -> None:
    with own_redis() as (url, start):
        process = start()
        settings = make_settings(REDIS_URL=url, PASSIVE_BUDGET="0.3")
        peer = Peer(delay=0.6)
        with world(settings, peer) as phone:
            phone.do("text", "问1")
            phone.wait(1)
            process.kill()
            process.wait()
            phone.do("text", "问2")
            phone.wait(2)
            start()
            phone.do("text", "问3")
            phone.wait(3)
            peer.delay = 0
            phone.do("text", "问4")
            assert phone.wait(4)[3]["via"] == "passive"
            assert answers(phone, "oUser") == ["问1", "问2", "问3", "问4"]


@SQLITE
@pytest.mark.parametrize(
    ("path", "fault"), [("custom/send", {"hang": 30}), ("stable_token", {"errcode": -1})]
)
def test_an_api_that_does_not_answer_gets_the_answer_later_and_once(
    make_settings: Make, path: str, fault: dict[str, int]
) -> None:
    # The budget lets a slow machine store the push: at a redelivery the answer would go passively.
    settings = make_settings(PASSIVE_BUDGET="0.9", WECHAT_APP_ID="wxfresh000000000")
    # Too late for the passive reply on a slow machine too, too early for the typing indicator.
    with world(settings, Peer(delay=1.1)) as phone:
        phone.fault(path=path, times=1, **fault)
        phone.do("text", "问")
        phone.wait(1, seconds=30)
        time.sleep(1)
        assert answers(phone, "oUser") == ["问"]
        assert phone.stats()["calls"][f"/cgi-bin/{PATHS[path]}"] == 2


def hit(phone: Phone) -> bool:
    """Whether the send is under way at the platform."""
    return bool(phone.stats()["calls"].get("/cgi-bin/message/custom/send"))


@SQLITE
def test_processes_that_are_told_to_stop_end_first_what_they_began(
    make_settings: Make, engine: sa.engine.Engine, tmp_path: Path
) -> None:
    peer = Peer(delay=1)
    with fleet(make_settings(), peer, tmp_path, PASSIVE_BUDGET="0.6") as (processes, phone):
        phone.fault(path="custom/send", delay=1.5, times=1)
        phone.do("text", "慢问题")
        wait_for(lambda: hit(phone))
        assert processes.end("worker", signal.SIGTERM) == 0
        with reading(engine) as db:
            assert db.scalar(sa.select(messages_out.c.status)) == "sent"
        peer.delay = 0.4
        phone.do("text", "快问题")
        time.sleep(0.2)
        processes.end("gateway", signal.SIGTERM)
        processes.start("worker")
        time.sleep(2)
        assert answers(phone, "oUser") == ["慢问题", "快问题"]
        assert [row["attempt"] for row in phone.stats()["deliveries"]] == [1, 1]


PEOPLE, KILLS = 6, 6


@dataclass
class Crowd:
    """People who go on asking; `asked`: message id to question."""

    phone: Phone
    asked: dict[str, str] = field(default_factory=dict)
    tired: threading.Event = field(default_factory=threading.Event)

    def ask(self, person: int, number: int) -> None:
        """One question of one person."""
        question = f"问{person}-{number:02}"
        self.asked[self.phone.do("text", question, openid=f"oPerson{person}")] = question

    def talk(self, person: int) -> None:
        """One person's questions, now and then some in a row, until all are tired."""
        chance = random.Random(person)
        for number in range(25):
            self.ask(person, number)
            if self.tired.wait(0.1 if chance.random() < 0.3 else chance.uniform(0.5, 4)):
                return

    def questions(self, person: int) -> list[str]:
        """What this person asked, in order."""
        return sorted(q for q in self.asked.values() if q.startswith(f"问{person}-"))

    def delivered_again(self) -> set[str]:
        """Questions delivered more than once: they may have arrived after the next one."""
        rows: list[dict[str, Any]] = self.phone.stats()["deliveries"]
        return {self.asked[row["msgid"]] for row in rows if row["attempt"] > 1}


def kill_at_random(processes: Fleet, crowd: Crowd, peer: Peer) -> None:
    """Kill and start again while people talk."""
    chance = random.Random(1)
    talking = [threading.Thread(target=crowd.talk, args=(person,)) for person in range(PEOPLE)]
    for person in talking:
        person.start()
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.2, 2))
        peer.delay = chance.choice([0.05, 0.4, 1.7])
        name = chance.choice(["gateway", "worker"])
        processes.end(name)
        time.sleep(chance.uniform(0, 0.3))
        processes.start(name)
        processes.wait_ready()
    peer.delay = 0.05
    crowd.tired.set()
    for person in talking:
        person.join()


def at_rest(engine: sa.engine.Engine, asked: int) -> bool:
    """Everything is answered, and what goes out went out or waits for the next message."""
    moving = messages_out.c.status.in_(("pending", "sending", "passive"))
    with reading(engine) as db:
        return db.scalar(sa.select(sa.func.count()).select_from(messages_in)) == asked and not any(
            db.scalar(sa.select(sa.func.count()).where(condition))
            for condition in (moving, messages_in.c.status == "pending")
        )


def test_killed_at_random_every_message_is_answered_once_and_in_order(
    make_settings: Make, engine: sa.engine.Engine, tmp_path: Path
) -> None:
    peer = Peer(delay=0.3)
    with fleet(make_settings(), peer, tmp_path, **PATIENT) as (processes, phone):
        crowd = Crowd(phone)
        kill_at_random(processes, crowd, peer)
        wait_for(lambda: at_rest(engine, len(crowd.asked)), 70)
        for person in range(PEOPLE):  # what the quota holds goes with one more
            crowd.ask(person, 99)
        wait_for(lambda: all("-99" in str(phone.said(f"oPerson{p}")) for p in range(PEOPLE)), 20)
        got = {person: answers(phone, f"oPerson{person}") for person in range(PEOPLE)}
        again = crowd.delivered_again()
        log = processes.log()
    for person, said in got.items():
        asked = crowd.questions(person)
        assert sorted(said) == asked, "each once"
        assert [q for q in said if q not in again] == [q for q in asked if q not in again]
    for word in ("oPerson", "问", "答", *DEMO_ACCOUNT.values()):
        assert word not in log
    assert "Traceback" not in log
