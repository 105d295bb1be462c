"""What an enterprise adds, asks and complains of, and how it is answered."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import Engine

from bot.model.demand_actor import by_enterprise, by_link
from bot.model.demand_errors import InquiryError
from bot.model.errors import ForbiddenError, NotFoundError
from bot.services.demand.demands import get_demand, withdraw_demand
from bot.services.demand.inquiries import (
    add_inquiry,
    answer_inquiry,
    inquiries_of,
    open_inquiries,
    seen_inquiry,
)
from bot.services.personal_data import delete_personal_data, export_personal_data
from tests.services.conftest import BY_CHAT, NOW
from tests.services.demand_setup import (
    CENTRE,
    LATER,
    department,
    forwarded,
    recorded,
    staff,
    submitted,
    told,
)


def test_question_is_answered_and_the_enterprise_told(engine: Engine) -> None:
    with engine.begin() as db:
        demand = submitted(db)
        mine = by_enterprise(demand.user_id)
        asked = add_inquiry(db, demand.id, "question", " 大概要多久？ ", mine, NOW)
        assert [i.text for i in open_inquiries(db, CENTRE)] == ["大概要多久？"]
        done = answer_inquiry(db, asked, "约两周。", CENTRE, LATER)
        assert (done.answer, done.answered_by) == ("约两周。", "staff:1")
        assert told(db, demand.user_id) == ["您就需求 ZLXQ-2026-0001 提的问题，答复如下：约两周。"]
        assert open_inquiries(db, CENTRE) == []
        (added,), (answered,) = recorded(db, "question_added"), recorded(db, "question_answered")
        assert (added.data["old"], added.data["new"]) == (None, "open")
        assert (answered.data["old"], answered.data["new"]) == ("open", "answered")
        assert "两周" not in str(answered.data), "words stand in one place"


def test_second_answer_is_told_that_it_comes_late(engine: Engine) -> None:
    with engine.begin() as db:
        demand = submitted(db)
        mine = by_enterprise(demand.user_id)
        asked = add_inquiry(db, demand.id, "complaint", "没人联系我", mine, NOW)
        answer_inquiry(db, asked, "已督促。", CENTRE, NOW)
        with pytest.raises(InquiryError) as refusal:
            answer_inquiry(db, seen_inquiry(db, asked.id, 1), "再答", CENTRE, NOW)
        assert refusal.value.code == "stale"
        assert len(told(db, demand.user_id)) == 1


def test_addition_waits_for_no_answer(engine: Engine) -> None:
    with engine.begin() as db:
        demand = submitted(db)
        added = add_inquiry(
            db, demand.id, "addition", "还有两台天平", by_enterprise(demand.user_id), NOW
        )
        assert open_inquiries(db, CENTRE) == []
        with pytest.raises(InquiryError):
            answer_inquiry(db, added, "好", CENTRE, NOW)


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        ("question", "  ", "empty"),
        ("question", "长" * 501, "too_long"),
        ("praise", "好", "kind"),
    ],
)
def test_words_that_are_none_are_refused(engine: Engine, kind: str, text: str, code: str) -> None:
    with engine.begin() as db:
        demand = submitted(db)
        with pytest.raises(InquiryError) as refusal:
            add_inquiry(db, demand.id, kind, text, by_enterprise(demand.user_id), NOW)
        assert refusal.value.code == code


def test_foreign_demands_take_no_words(engine: Engine) -> None:
    with engine.begin() as db:
        ours, theirs = department(db), department(db, "区商务委")
        demand = submitted(db, station="station_fenghuanghu")
        forwarded(db, demand, ours)
        stranger = submitted(db, "oStranger").user_id
        for who in (
            by_enterprise(stranger),
            by_link(theirs.id),
            staff("specialist", "station_gangqiao"),
        ):
            with pytest.raises(NotFoundError):
                add_inquiry(db, demand.id, "question", "？", who, NOW)
        asked = add_inquiry(db, demand.id, "question", "？", by_enterprise(demand.user_id), NOW)
        with pytest.raises(ForbiddenError):
            answer_inquiry(db, asked, "答", by_link(ours.id), NOW)
        assert open_inquiries(db, staff("clerk", "station_gangqiao")) == []
        assert len(open_inquiries(db, staff("clerk", "station_fenghuanghu"))) == 1


def test_withdrawn_demand_takes_no_words_and_loses_those_it_has(engine: Engine) -> None:
    with engine.begin() as db:
        demand = submitted(db)
        mine = by_enterprise(demand.user_id)
        add_inquiry(db, demand.id, "addition", "王丽负责", mine, NOW)
        assert "王丽负责" in str(export_personal_data(db, demand.user_id, now=NOW))
        withdraw_demand(db, get_demand(db, demand.id), "不办了", **BY_CHAT)
        with pytest.raises(InquiryError):
            add_inquiry(db, demand.id, "question", "？", mine, NOW)
        delete_personal_data(db, demand.user_id, now=NOW)
        assert [i.text for i in inquiries_of(db, demand.id)] == [""]
