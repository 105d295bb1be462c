"""The rota: planned by the month, made one by one, changed and cancelled."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.model.calendar import local_date
from bot.model.errors import BookingRuleError, RotaError
from bot.services.booking.bookings import (
    confirm_booking,
    free_slots,
    get_booking,
    hold_slot,
    my_bookings,
)
from bot.services.booking.notices import claim_notices
from bot.services.booking.rota import (
    confirm_expert,
    get_session,
    plan_ahead,
    plan_month,
    sessions_between,
    unconfirmed_experts,
)
from bot.services.booking.rota_changes import SessionChange, cancel_session, change_session
from bot.services.booking.waiting_list import join_waiting_list, my_waiting
from bot.services.booking.work import tend_rota
from bot.services.record import Origin
from bot.storage.booking_tables import rota_sessions
from bot.storage.tables import events
from knowledge.rota import load_rota
from tests.services.booking_setup import DAY, DESK, HOUR, at, book, people_in, session, slots
from tests.services.conftest import NOW


def refusal(action: Any, *args: Any, **values: Any) -> str:
    """The code with which the action is refused."""
    with pytest.raises((RotaError, BookingRuleError)) as caught:
        action(*args, **values)
    return caught.value.code


def desk(moment: datetime) -> Origin:
    """The desk at another time."""
    return Origin("desk", "specialist:1", moment)


def kinds(db: Connection) -> list[str]:
    """What is on record."""
    return list(db.scalars(sa.select(events.c.kind).order_by(events.c.id)))


def test_a_month_is_planned_from_the_patterns(engine: Engine) -> None:
    with engine.begin() as db:
        plan = plan_month(db, 2026, 4, DESK)
        patterns = load_rota().patterns
        assert [made.pattern for made in plan.made] == [pattern.id for pattern in patterns]
        assert (plan.moved, plan.left_out, plan.uncertain) == ((), (), ())
        first = next(made for made in plan.made if made.pattern == "fenghuanghu_ip")
        assert first.starts_at == at(date(2026, 4, 8), "14:00"), "the second Wednesday"
        assert (first.experts, first.categories) == (("patent", "trademark"), ("brand", "ip"))
        assert (first.seats, len(slots(db, first)), first.sample) == (2, 6, True)


def test_october_is_planned_around_the_national_holiday(engine: Engine) -> None:
    with engine.begin() as db:
        plan = plan_month(db, 2026, 10, DESK)
        moved = {pattern: (named, held) for pattern, named, held in plan.moved}
        assert moved == {
            "gangqiao_testing": (date(2026, 10, 6), date(2026, 10, 8)),
            "sanjiao_brand": (date(2026, 10, 1), date(2026, 10, 8)),
        }
        held = sessions_between(db, date(2026, 10, 1), date(2026, 10, 7))
        assert held == []


def test_planning_again_adds_only_what_is_missing(engine: Engine) -> None:
    with engine.begin() as db:
        made = plan_month(db, 2026, 4, DESK).made
        cancel_session(db, made[0].id, "专家出差", DESK)
        assert plan_month(db, 2026, 4, DESK).made == ()
        assert len(sessions_between(db, date(2026, 4, 1), date(2026, 4, 30))) == len(made)


def test_what_cannot_be_planned_is_named(engine: Engine) -> None:
    with engine.begin() as db:
        session(db, date(2026, 4, 8), experts=("patent",), station="sanjiao")
        plan = plan_month(db, 2026, 4, DESK)
        assert plan.left_out == (("fenghuanghu_ip", date(2026, 4, 8), "expert_busy"),)
        late = desk(at(date(2026, 4, 20), "09:00"))
        again = plan_month(db, 2026, 4, late)
        assert again.left_out == (("fenghuanghu_ip", date(2026, 4, 8), "past"),)


def test_days_that_only_the_weekday_makes_working_are_named(engine: Engine) -> None:
    with engine.begin() as db:
        plan = plan_month(db, 2031, 3, DESK)
        assert set(plan.uncertain) == {local_date(made.starts_at) for made in plan.made}


def test_the_worker_plans_as_far_as_bookings_reach(engine: Engine) -> None:
    with engine.begin() as db:
        assert tend_rota(db, NOW) is None
        months = set(db.scalars(sa.select(rota_sessions.c.month)))
        assert months == {"2026-03", "2026-04"}
        tend_rota(db, NOW + timedelta(days=20))
        assert "2026-05" in set(db.scalars(sa.select(rota_sessions.c.month)))
        assert [plan.made for plan in plan_ahead(db, DESK)] == [(), ()]


def test_the_end_of_the_holiday_data_is_noted_once(engine: Engine) -> None:
    with engine.begin() as db:
        for day in range(3):
            gap = tend_rota(db, datetime(2026, 12, 1 + day))
            assert gap is not None
            assert (gap.year, gap.first) == (2027, date(2027, 1, 1))
        assert kinds(db).count("calendar_ends") == 1


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"station": "admin_centre"}, "unknown_station"),
    ({"experts": ("nobody",)}, "unknown_expert"),
    ({"categories": ("law",)}, "unknown_category"),
    ({"experts": ()}, "no_expert"),
    ({"day": date(2026, 10, 2)}, "day_off"),
    ({"day": date(2026, 3, 1)}, "past"),
    ({"begins": "08:00"}, "outside_hours"),
    ({"minutes": 50}, "off_grid"),
    ({"seats": 0}, "no_seats"),
]
"""Sessions against the rules, and why."""


def test_a_session_against_the_rules_is_refused(engine: Engine) -> None:
    with engine.begin() as db:
        for values, code in REFUSED:
            assert refusal(session, db, **values) == code, values
        assert sessions_between(db, date(2026, 1, 1), date(2026, 12, 31)) == []


def test_the_desk_may_add_a_session_on_a_saturday(engine: Engine) -> None:
    with engine.begin() as db:
        made = session(db, date(2026, 3, 14), any_day=True)
        assert len(slots(db, made)) == 6


def test_a_busy_expert_is_named_with_the_other_session(engine: Engine) -> None:
    with engine.begin() as db:
        first = session(db, begins="14:00", ends="15:00")
        with pytest.raises(RotaError) as caught:
            session(db, begins="14:45", ends="16:00", station="sanjiao", experts=("trademark",))
        data = caught.value.data
        assert (data["expert"], data["expert_name"]) == ("trademark", "周明")
        assert data["session"] == first.id
        session(db, begins="15:00", ends="16:00", station="sanjiao", experts=("trademark",))


def test_the_experts_of_a_cancelled_session_are_free_elsewhere(engine: Engine) -> None:
    with engine.begin() as db:
        made = session(db)
        cancel_session(db, made.id, "专家出差", DESK)
        session(db, station="sanjiao")


def test_whoever_booked_a_cancelled_session_is_told_and_offered_the_nearest(
    engine: Engine, user: int
) -> None:
    with engine.begin() as db:
        made = session(db)
        other = session(db, DAY + timedelta(days=1), station="gangqiao", ends="15:00")
        session(
            db, DAY, begins="09:00", ends="10:00", experts=("testing",), categories=("testing",)
        )
        mine = book(db, user, slots(db, made)[1], company="永川陶瓷厂")
        done = cancel_session(db, made.id, "专家出差", DESK)
        assert [each.booking.id for each in done] == [mine.id]
        assert get_booking(db, mine.id).status == "session_cancelled"
        offer = my_bookings(db, user, NOW)[0]
        assert (offer.status, offer.time_slot_id, offer.moved_from) == (
            "offered",
            slots(db, other)[0],
            mine.id,
        )
        notices = [n for n in claim_notices(db, NOW) if n.user_id == user]
        assert [(n.kind, n.data) for n in notices] == [
            ("session_cancelled", {"reason": "专家出差", "offer": offer.id, "waiting": None})
        ], "one message, no reminder of what does not take place"
        again = confirm_booking(db, offer, offer.topic, offer.company, NOW)
        assert (again.status, again.company) == ("confirmed", "永川陶瓷厂")
        assert cancel_session(db, made.id, "专家出差", DESK) == [], "a double click"


def test_who_cannot_be_rebooked_stands_before_all_others_in_line(engine: Engine) -> None:
    with engine.begin() as db:
        first, late = people_in(db, 2)
        made = session(db)
        book(db, first, slots(db, made)[0])
        join_waiting_list(db, late, now=NOW, first=DAY + timedelta(days=1), last=date(2026, 3, 31))
        done = cancel_session(db, made.id, "专家出差", DESK)
        assert done[0].offer is None
        assert [entry.id for entry in my_waiting(db, first)] == [done[0].waiting.id]
        added = session(db, date(2026, 3, 20), ends="14:30")
        assert free_slots(db, now=NOW)[0].session_id == added.id
        with pytest.raises(Exception, match="slot_taken"):
            hold_slot(db, late, slots(db, added)[0], NOW)
        assert my_bookings(db, first, NOW)[0].status == "offered"


def test_a_cancelled_session_cannot_be_booked_or_changed(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        made = session(db)
        slot = slots(db, made)[0]
        held = hold_slot(db, user, slot, NOW)
        cancel_session(db, made.id, "专家出差", DESK)
        assert free_slots(db, now=NOW) == []
        assert refusal(hold_slot, db, user, slot, NOW) == "no_such_slot"
        assert refusal(confirm_booking, db, held, "商标", "永川陶瓷厂", NOW) == "state"
        assert refusal(change_session, db, made.id, SessionChange(seats=2), DESK) == "cancelled"


def test_a_session_that_has_begun_stays_as_it_is(engine: Engine) -> None:
    with engine.begin() as db:
        made = session(db)
        begun = desk(made.starts_at + HOUR)
        assert refusal(cancel_session, db, made.id, "停电", begun) == "begun"
        assert refusal(change_session, db, made.id, SessionChange(seats=2), begun) == "begun"
        assert refusal(cancel_session, db, made.id + 99, "停电", DESK) == "no_such_session"


def test_a_session_moved_takes_its_bookings_along_and_tells_them(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        made = session(db, begins="14:00", ends="16:00")
        mine = book(db, user, slots(db, made)[1])
        moved = change_session(
            db, made.id, SessionChange(starts_at=made.starts_at + HOUR / 2, station="sanjiao"), DESK
        )
        now = get_booking(db, mine.id)
        assert (now.station, now.starts_at - mine.starts_at) == ("sanjiao", HOUR / 2)
        assert (moved.ends_at - made.ends_at, now.number) == (HOUR / 2, mine.number)
        told = claim_notices(db, NOW)
        assert [notice.kind for notice in told] == ["session_changed"]
        assert told[0].data["old"]["station"] == "fenghuanghu"
        day_before = now.starts_at - timedelta(days=1)
        assert claim_notices(db, day_before - HOUR / 4) == []
        assert [n.kind for n in claim_notices(db, day_before)] == ["reminder_day"]
        session(db, begins="14:00", ends="14:30", station="gangqiao")  # the expert's old hours


def test_a_session_cannot_be_moved_onto_another_of_its_expert(engine: Engine) -> None:
    with engine.begin() as db:
        made = session(db, begins="14:00", ends="15:00")
        session(db, begins="15:00", ends="16:00", station="sanjiao")
        change = SessionChange(starts_at=made.starts_at + HOUR / 2)
        assert refusal(change_session, db, made.id, change, DESK) == "expert_busy"
        assert get_session(db, made.id).starts_at == made.starts_at


def test_an_expert_is_replaced_and_the_enterprises_are_told(engine: Engine, user: int) -> None:
    with engine.begin() as db:
        made = session(db)
        book(db, user, slots(db, made)[0])
        after = change_session(db, made.id, SessionChange(experts=("patent",)), DESK)
        assert after.experts == ("patent",)
        told = claim_notices(db, NOW)[0]
        assert (told.data["old"], told.data["new"]) == (
            {"experts": ["trademark"]},
            {"experts": ["patent"]},
        )
        session(db, station="sanjiao", experts=("trademark",))


def test_seats_are_added_and_taken_away_only_while_free(engine: Engine) -> None:
    with engine.begin() as db:
        made = session(db, ends="14:30", seats=2)
        slot = slots(db, made)[0]
        first, second, third = people_in(db, 3)
        book(db, first, slot)
        assert change_session(db, made.id, SessionChange(seats=1), DESK).seats == 1
        with pytest.raises(Exception, match="slot_taken"):
            hold_slot(db, second, slot, NOW)
        join_waiting_list(db, second, now=NOW, first=DAY, last=DAY)
        assert change_session(db, made.id, SessionChange(seats=3), DESK).seats == 3
        assert my_bookings(db, second, NOW)[0].status == "offered", "who waits is served first"
        book(db, third, slot)
        with pytest.raises(RotaError) as caught:
            change_session(db, made.id, SessionChange(seats=2), DESK)
        assert (caught.value.code, caught.value.data) == ("seats_taken", {"needed": 3})


def test_experts_who_must_confirm_are_listed_until_they_do(engine: Engine) -> None:
    with engine.begin() as db:
        made = session(db, experts=("patent", "trademark"))
        assert unconfirmed_experts(db, NOW) == [], "nine days are no hurry"
        soon = made.starts_at - timedelta(days=2)
        assert [(s.id, e) for s, e in unconfirmed_experts(db, soon)] == [(made.id, "patent")]
        confirm_expert(db, made.id, "patent", desk(soon))
        confirm_expert(db, made.id, "patent", desk(soon))
        assert unconfirmed_experts(db, soon) == []
        assert kinds(db).count("expert_confirmed") == 1
        assert refusal(confirm_expert, db, made.id, "brand", desk(soon)) == "unknown_expert"


def test_changes_are_on_record_with_old_and_new(engine: Engine) -> None:
    with engine.begin() as db:
        made = session(db)
        change_session(db, made.id, SessionChange(seats=3), DESK, reason="报名多")
        cancel_session(db, made.id, "专家出差", DESK)
        rows = db.execute(sa.select(events).order_by(events.c.id)).all()
    assert [(r.kind, r.actor, r.channel) for r in rows] == [
        ("session_added", "specialist:1", "desk"),
        ("session_changed", "specialist:1", "desk"),
        ("session_cancelled", "specialist:1", "desk"),
    ]
    assert rows[2].data["new"] == {"status": "cancelled", "reason": "专家出差"}
    assert rows[1].data["old"] == {"seats": 1}
    assert rows[1].data["new"] == {"seats": 3, "reason": "报名多"}
