"""Who sees a hand-off, and how it is passed on: by station and skill, to a person, given back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.engine import Connection

from bot.services.handoff.handoffs import claim_handoff, close_handoff
from bot.services.handoff.notes import add_note, list_notes
from bot.services.handoff.passing import Route, return_handoff, transfer_handoff
from bot.services.handoff.queue import list_queue, others_chats, place_in_queue
from bot.services.handoff.rows import get_handoff
from bot.services.handoff.sending import send_to_user
from tests.services.conftest import NOW
from tests.services.handoff_setup import (
    SETTINGS,
    add_staff,
    add_talker,
    desk,
    in_chat,
    kinds,
    owner,
    refusal,
    said,
    waiting,
)

FENGHUANGHU = "station_fenghuanghu"
GANGQIAO = "station_gangqiao"


def test_station_and_skill_limit_who_sees_and_claims(db: Connection) -> None:
    user = add_talker(db, station=FENGHUANGHU)
    handoff = waiting(db, user, category="ip")
    here = add_staff(db, "凤凰湖", station=FENGHUANGHU, skills=["ip"])
    everywhere, centre = add_staff(db, "机动"), add_staff(db, "质量科", "centre")
    elsewhere = add_staff(db, "港桥", station=GANGQIAO)
    unskilled = add_staff(db, "计量岗", station=FENGHUANGHU, skills=["metrology"])
    for staff in (here, everywhere, centre):
        assert [i.handoff.id for i in list_queue(db, SETTINGS, staff, NOW)] == [handoff.id]
    for staff in (elsewhere, unskilled):
        assert list_queue(db, SETTINGS, staff, NOW) == []
        assert refusal(claim_handoff, db, handoff.id, staff, desk(staff)) == "not_found"
        assert refusal(add_note, db, handoff.id, staff, "看一下", desk(staff)) == "not_found"
    admin = add_staff(db, "管理员", "admin")
    assert refusal(claim_handoff, db, handoff.id, admin, desk(admin)) == "forbidden"
    assert claim_handoff(db, handoff.id, here, desk(here)).staff_id == here.id


def test_a_chat_without_station_is_everyones(db: Connection) -> None:
    handoff = waiting(db, add_talker(db))
    staff = add_staff(db, "港桥", station=GANGQIAO, skills=["brand"])
    assert [i.handoff.id for i in list_queue(db, SETTINGS, staff, NOW)] == [handoff.id]


def test_transfer_to_a_person_waits_for_that_person(db: Connection) -> None:
    user, first, second, third = (
        add_talker(db),
        *(add_staff(db, name) for name in ("李敏", "王强", "赵静")),
    )
    handoff = in_chat(db, user, first)
    assert (
        refusal(transfer_handoff, db, handoff.id, first, Route(second.id), "", desk(first))
        == "no_reason"
    )
    transfer_handoff(db, handoff.id, first, Route(second.id), "商标问题王强更熟", desk(first))
    assert owner(db, user) == ("queue", handoff.id)
    assert refusal(send_to_user, db, handoff.id, first, "还有", desk(first)) == "taken"
    assert refusal(claim_handoff, db, handoff.id, third, desk(third)) == "reserved"
    claim_handoff(db, handoff.id, second, desk(second))
    assert [note.text for note in list_notes(db, handoff.id, second)] == ["商标问题王强更熟"]
    assert "正在为您转给" in said(db, user)[2]
    assert kinds(db, user)[2:] == [
        "handoff_note_added",
        "handoff_transferred",
        "handoff_claimed",
    ]


def test_transfer_to_a_station_and_category_changes_who_sees_it(db: Connection) -> None:
    user, first = add_talker(db, station=FENGHUANGHU), add_staff(db, "凤凰湖", station=FENGHUANGHU)
    there = add_staff(db, "港桥", station=GANGQIAO, skills=["ip"])
    handoff = in_chat(db, user, first)
    route = Route(station=GANGQIAO, category="ip")
    transfer_handoff(db, handoff.id, first, route, "企业在港桥", desk(first))
    assert list_queue(db, SETTINGS, first, NOW) == [] or get_handoff(db, handoff.id).staff_id
    assert [i.handoff.id for i in list_queue(db, SETTINGS, there, NOW)] == [handoff.id]
    claim_handoff(db, handoff.id, there, desk(there))
    assert refusal(transfer_handoff, db, handoff.id, first, route, "再转", desk(first)) != ""


@pytest.mark.parametrize(
    "route", [Route(), Route(station="nowhere"), Route(category="x"), Route(staff_id=10**6)]
)
def test_transfer_to_nowhere_is_refused(db: Connection, route: Route) -> None:
    user, staff = add_talker(db), add_staff(db, "李敏")
    handoff = in_chat(db, user, staff)
    refused = refusal(transfer_handoff, db, handoff.id, staff, route, "转", desk(staff))
    assert refused == "no_target"


def test_who_was_served_before_goes_in_front_when_given_back(db: Connection) -> None:
    staff = add_staff(db, "李敏")
    early, user = add_talker(db, "oEarly"), add_talker(db)
    handoff = in_chat(db, user, staff)
    waiting(db, early)
    later = NOW + timedelta(minutes=10)
    return_handoff(db, handoff.id, staff, "临时有事", desk(staff, later))
    assert [i.handoff.user_id for i in list_queue(db, SETTINGS, staff, later)] == [user, early]
    assert place_in_queue(db, get_handoff(db, handoff.id)) == 1


def test_the_centre_passes_on_what_a_colleague_has_and_others_do_not(db: Connection) -> None:
    user, mine, other = add_talker(db), add_staff(db, "李敏"), add_staff(db, "王强")
    centre = add_staff(db, "质量科", "centre")
    handoff = in_chat(db, user, mine)
    assert refusal(return_handoff, db, handoff.id, other, "我来", desk(other)) == "taken"
    assert refusal(close_handoff, db, handoff.id, other, desk(other), outcome="solved") == "taken"
    assert [i.owner for i in others_chats(db, SETTINGS, centre, NOW)] == ["李敏"]
    return_handoff(db, handoff.id, centre, "李敏请假", desk(centre))
    assert owner(db, user)[0] == "queue"
