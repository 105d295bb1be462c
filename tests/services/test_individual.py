"""Individual appointments: asked for by the enterprise, fixed by the centre."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.model.errors import BookingRuleError
from bot.services.booking.individual import (
    IndividualRequest,
    confirm_individual,
    decline_individual,
    my_requests,
    open_requests,
    organisations_for,
    request_individual,
    withdraw_individual,
)
from bot.services.booking.notices import claim_notices
from bot.services.record import Origin
from bot.storage.tables import events
from tests.services.booking_setup import DAY, DESK, at, book, people_in, session, slots
from tests.services.conftest import NOW

USER = Origin("wechat", "user", NOW)


def ask(db: Connection, user_id: int, **values: Any) -> IndividualRequest:
    """A request for the metrology institute."""
    given = {
        "category": "metrology",
        "organisation": "市计量质检院第三分院",
        "topic": "建立计量标准",
        "company": "永川陶瓷厂",
        "contact": "李敏",
        "telephone": "13912345678",
        "first": DAY,
        "now": NOW,
    }
    return request_individual(db, user_id, **{**given, **values})


def refusal(action: Any, *args: Any, **values: Any) -> str:
    """The code with which a rule forbids the action."""
    with pytest.raises(BookingRuleError) as caught:
        action(*args, **values)
    return caught.value.code


def test_the_organisations_are_those_of_the_service_list(engine: Engine) -> None:
    with engine.begin() as db:
        assert organisations_for(db, "metrology") == ["区市场监管局", "市计量质检院第三分院"]
        assert organisations_for(db, "brand")[-1] == "区水利局"
        assert organisations_for(db, "law") == []


def test_a_request_waits_for_the_centre_under_a_number_of_the_bookings(engine: Engine) -> None:
    with engine.begin() as db:
        user, other = people_in(db, 2)
        book(db, other, slots(db, session(db))[0])
        made = ask(db, user)
        assert (made.number, made.status) == ("ZJYY-2026-0002", "requested")
        assert (made.first, made.last) == (DAY, DAY)
        assert open_requests(db) == my_requests(db, user) == [made]
        assert claim_notices(db, NOW) == []


def test_a_second_click_asks_once(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        assert ask(db, user) == ask(db, user)
        assert ask(db, user, topic="校准").number == "ZJYY-2026-0002"


def test_the_centre_fixes_the_time_and_the_enterprise_is_told(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        made = ask(db, user)
        when = at(DAY, "10:00")
        fixed = confirm_individual(db, made, when, " 第三分院二楼 ", "请带器具清单", DESK)
        assert (fixed.status, fixed.starts_at, fixed.place) == ("confirmed", when, "第三分院二楼")
        told = claim_notices(db, NOW)
        assert [(n.user_id, n.kind, n.data) for n in told] == [
            (user, "individual_confirmed", {"request": made.id})
        ]
        later = confirm_individual(db, fixed, when + timedelta(days=1), "第三分院", "改期", DESK)
        assert later.starts_at == when + timedelta(days=1)
        assert open_requests(db) == []
        assert refusal(confirm_individual, db, later, NOW, "第三分院", "", DESK) == "past"


def test_the_centre_declines_with_its_reason(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        declined = decline_individual(db, ask(db, user), "本月检定任务已满", DESK)
        assert (declined.status, declined.answer) == ("declined", "本月检定任务已满")
        assert [notice.kind for notice in claim_notices(db, NOW)] == ["individual_declined"]
        assert refusal(decline_individual, db, declined, "再次", DESK) == "state"
        assert refusal(withdraw_individual, db, declined, USER) == "state"


def test_the_enterprise_withdraws_once(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        made = ask(db, user)
        gone = withdraw_individual(db, made, USER)
        assert withdraw_individual(db, made, USER) == gone
        assert refusal(confirm_individual, db, made, at(DAY, "10:00"), "", "", DESK) == "state"
        kinds = events.c.kind.like("individual%")
        query = sa.select(events.c.kind, events.c.actor).where(kinds).order_by(events.c.id)
        assert [tuple(row) for row in db.execute(query)] == [
            ("individual_requested", "user"),
            ("individual_withdrawn", "user"),
        ]


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"category": "law"}, "unknown_category"),
    ({"organisation": "区教委"}, "unknown_organisation"),
    ({"category": "ip"}, "unknown_organisation"),
    ({"topic": " "}, "topic_missing"),
    ({"company": ""}, "company_missing"),
    ({"contact": "长" * 51}, "too_long"),
    ({"first": date(2026, 3, 1)}, "bad_dates"),
    ({"first": DAY, "last": DAY - timedelta(days=1)}, "bad_dates"),
]
"""Requests against the rules, and why."""


def test_a_request_against_the_rules_is_refused(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        for values, code in REFUSED:
            assert refusal(ask, db, user, **values) == code, values
        assert my_requests(db, user) == []


def test_a_request_without_days_is_as_good(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        made = ask(db, user, first=None)
        assert (made.first, made.last) == (None, None)
