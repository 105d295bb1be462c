"""What is known of a person goes when they go, and never stands in a log."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.bootstrap import QuietFormatter
from bot.settings import Settings
from bot.storage.database import reading
from bot.storage.tables import events, messages_in, users
from tests.conftest import wait_for
from tests.gateway.peer import Peer, answer_late, world

Make = Callable[..., Settings]
WORDS = ("oPrivate", "我叫张三", "13900001234", "station_admin")


def everything(engine: Engine) -> str:
    """Every value of every table, as text."""
    found = []
    with reading(engine) as db:
        inspector = sa.inspect(db)
        for name in inspector.get_table_names():
            rows = db.execute(sa.select(sa.text("*")).select_from(sa.text(name))).all()
            found += [f"{name}: {tuple(row)}" for row in rows]
    return "\n".join(found)


def count(engine: Engine, query: sa.sql.Select) -> int:
    """The number that `query` counts."""
    with reading(engine) as db:
        return int(db.scalar(query))


def has_left(engine: Engine) -> bool:
    """Whether the leaving of a user was carried out."""
    kind = events.c.kind == "personal_data_deleted"
    return count(engine, sa.select(sa.func.count()).where(kind)) == 1


def test_leaving_removes_all_that_is_personal(make_settings: Make, engine: Engine) -> None:
    with world(make_settings(), Peer()) as phone:
        phone.do("subscribe", openid="oPrivate", scene="station_admin")
        phone.do("text", "我叫张三，电话13900001234", openid="oPrivate")
        phone.do("text", "我是别人", openid="oOther")
        phone.wait(2, "oPrivate")
        phone.wait(1, "oOther")
        before = everything(engine)
        assert all(word in before for word in WORDS), "there is something to remove"
        phone.do("unsubscribe", openid="oPrivate")
        wait_for(lambda: has_left(engine))
        after = everything(engine)
        assert [word for word in WORDS if word in after] == []
        assert "我是别人" in after
        assert count(engine, sa.select(sa.func.count()).select_from(messages_in)) == 4


def test_who_comes_back_starts_anew(make_settings: Make, engine: Engine) -> None:
    with world(make_settings(), Peer()) as phone:
        phone.do("text", "第一次", openid="oPrivate")
        phone.wait(1, "oPrivate")
        phone.do("unsubscribe", openid="oPrivate")
        wait_for(lambda: has_left(engine))
        phone.do("subscribe", openid="oPrivate")
        phone.do("text", "又来了", openid="oPrivate")
        assert "又来了" in phone.wait(3, "oPrivate")[-1]["text"]
        assert count(engine, sa.select(sa.func.count()).select_from(users)) == 2


def test_who_comes_back_at_once_is_not_forgotten(make_settings: Make, engine: Engine) -> None:
    """Leaving and coming back both wait behind a slow turn."""
    taken_in = sa.select(sa.func.count()).select_from(messages_in)
    peer = Peer(held=True)
    with world(make_settings(PASSIVE_BUDGET="2"), peer) as phone:
        phone.do("text", "慢问题", openid="oPrivate")
        wait_for(lambda: count(engine, taken_in) == 1)
        phone.do("unsubscribe", openid="oPrivate")
        wait_for(lambda: count(engine, taken_in) == 2)
        phone.do("subscribe", openid="oPrivate")
        wait_for(lambda: count(engine, taken_in) == 3)
        phone.do("text", "又来了", openid="oPrivate")
        wait_for(lambda: count(engine, taken_in) == 4)
        peer.held = False
        wait_for(lambda: any("又来了" in str(row["text"]) for row in phone.said("oPrivate")))
        found = everything(engine)
        assert "慢问题" not in found
        assert "又来了" in found


def test_what_waits_for_who_left_is_not_sent(make_settings: Make, engine: Engine) -> None:
    peer = Peer(held=True)
    with world(make_settings(PASSIVE_BUDGET="2"), peer) as phone:
        phone.fault(path="custom/send", errcode=45047, times=1)
        phone.do("text", "问", openid="oPrivate")
        answer_late(phone, peer)
        wait_for(lambda: "quota" in everything(engine))
        phone.do("unsubscribe", openid="oPrivate")
        wait_for(lambda: has_left(engine))
        assert "'void'" in everything(engine)
        assert phone.said("oPrivate") == []


@pytest.mark.parametrize("statement", ["SELECT :who FROM no_such_table", "SELECT :who +"])
def test_errors_of_the_database_are_logged_without_values(engine: Engine, statement: str) -> None:
    out, person = io.StringIO(), "oPrivate"
    handler = logging.StreamHandler(out)
    handler.setFormatter(QuietFormatter())
    log = logging.getLogger("test_privacy")
    log.addHandler(handler)
    try:
        with engine.begin() as db:
            db.execute(sa.text(statement), {"who": person})
    except sa.exc.SQLAlchemyError:
        log.exception("failed")
    log.removeHandler(handler)
    assert "test_privacy.py" in out.getvalue(), "it says where"
    assert "Error" in out.getvalue(), "and what"
    assert person not in out.getvalue()
