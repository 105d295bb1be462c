"""What a chat that is over still shows, once colleagues of another station serve the same user."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.engine import Connection

from bot.model.rights import Staff
from bot.services.handoff.chat_lines import read_chat
from bot.services.handoff.handoffs import claim_handoff, close_handoff
from bot.services.handoff.notes import add_note, list_notes
from bot.services.handoff.queue import LATELY, ended_chats
from bot.services.handoff.rows import Handoff, write_handoff
from bot.services.handoff.sending import send_to_user
from bot.services.handoff.user_profile import read_profile
from tests.services.conftest import NOW
from tests.services.handoff_setup import (
    SETTINGS,
    add_staff,
    add_talker,
    desk,
    refusal,
    say,
    waiting,
)

FENGHUANGHU, GANGQIAO = "station_fenghuanghu", "station_gangqiao"


def served(db: Connection, user: int, staff: Staff, word: str, minutes: int) -> Handoff:
    """A chat of the user with `staff`, at their station, in which both and a note say `word`."""
    now = NOW + timedelta(minutes=minutes)
    asked = write_handoff(db, waiting(db, user, now), station=staff.station)
    handoff = claim_handoff(db, asked.id, staff, desk(staff, now))
    say(db, user, f"企业说{word}", now, handoff_id=handoff.id)
    send_to_user(db, handoff.id, staff, f"专员说{word}", desk(staff, now))
    add_note(db, handoff.id, staff, f"备注{word}", desk(staff, now))
    return handoff


def ended(db: Connection, handoff: Handoff, staff: Staff, minutes: int) -> None:
    now = NOW + timedelta(minutes=minutes)
    close_handoff(db, handoff.id, staff, desk(staff, now), outcome="solved")


def shown(db: Connection, handoff: Handoff, staff: Staff) -> str:
    """All words of the chat's lines and notes."""
    lines = [line.text for line in read_chat(db, handoff.id, staff)]
    return "\n".join(lines + [note.text for note in list_notes(db, handoff.id, staff)])


def test_an_ended_chat_shows_nothing_of_what_the_user_says_to_another_station(
    db: Connection,
) -> None:
    user = add_talker(db)
    here, there = (
        add_staff(db, "凤凰湖", station=FENGHUANGHU),
        add_staff(db, "港桥", station=GANGQIAO),
    )
    centre = add_staff(db, "质量科", "centre")
    say(db, user, "先问过助手", NOW)
    first = served(db, user, here, "甲", 10)
    ended(db, first, here, 20)
    say(db, user, "后来又问助手", NOW + timedelta(minutes=30))
    second = served(db, user, there, "乙", 40)

    old, new = shown(db, first, here), shown(db, second, there)
    assert all(word in old for word in ("先问过助手", "企业说甲", "专员说甲", "备注甲"))
    assert "乙" not in old
    assert "后来又问助手" not in old
    assert all(word in new for word in ("后来又问助手", "企业说乙", "专员说乙", "备注乙"))
    assert "甲" not in new, "nor does the other station see the first chat's"
    assert all(word in shown(db, first, centre) for word in ("企业说甲", "企业说乙", "备注乙"))
    (item,) = ended_chats(db, SETTINGS, here, NOW + timedelta(hours=1))
    assert item.text == "企业说甲"


def test_the_profile_closes_when_the_chat_has_been_over_for_a_working_day(db: Connection) -> None:
    user, here = add_talker(db), add_staff(db, "凤凰湖", station=FENGHUANGHU)
    centre = add_staff(db, "质量科", "centre")
    chat = served(db, user, here, "甲", 10)
    assert read_profile(db, chat.id, here, NOW + 3 * LATELY).user_id == user, "it goes on"
    ended(db, chat, here, 20)
    assert read_profile(db, chat.id, here, NOW + timedelta(hours=1)).user_id == user
    late = NOW + LATELY + timedelta(minutes=21)
    assert refusal(read_profile, db, chat.id, here, late) == "not_found"
    assert read_profile(db, chat.id, centre, late).user_id == user
