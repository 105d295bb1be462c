"""Corrections: without personal data, once each, approved by another right; and trainings."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from bot.model.errors import ForbiddenError, LearningError, NotFoundError, TrainingError
from bot.services.transcript import training
from bot.services.transcript.learning import (
    approve_candidate,
    approved_examples,
    get_candidate,
    label_message,
    list_candidates,
    reject_candidate,
)
from bot.services.transcript.transcripts import read_transcript
from bot.storage.tables import events, messages_in
from bot.storage.transcript_tables import learning_candidates
from nlu.examples import read_examples
from tests.services.conftest import at_once
from tests.services.talk import NOW, file_all, follow, hears, hire, origin, parse

ODD = "那个称东西的家伙摆偏了"


def asked(db: Connection, text: str = ODD, **values: object) -> int:
    """A message misread as training, filed."""
    number = hears(db, follow(db), text, parse=parse("training", 0.55), **values)
    file_all(db)
    return number


def test_a_correction_is_proposed_then_approved(engine: Engine) -> None:
    with engine.begin() as db:
        staff = hire(db)
        row = label_message(db, staff, asked(db), "metrology", origin(staff))
        assert (row.text, row.intent, row.understood) == (ODD, "metrology", "training")
        assert approved_examples(db) == []
        approve_candidate(db, staff, row.id, row.version, origin(staff))
        assert approved_examples(db) == [(ODD, "metrology")]
        done = get_candidate(db, row.id)
        assert (done.status, done.decided_by) == ("approved", staff.id)
        kinds = list(db.scalars(sa.select(events.c.kind).order_by(events.c.id)))
    assert kinds == ["learning_proposed", "learning_decided"]


def test_personal_data_are_taken_out(engine: Engine) -> None:
    with engine.begin() as db:
        staff = hire(db)
        text = "我是重庆天工机电有限公司的，联系人李敏，电话13912345678，秤摆偏了咋整"
        row = label_message(db, staff, asked(db, text), "metrology", origin(staff))
        data = str(db.execute(sa.select(events.c.data)).all())
    assert row.text == "我是某公司的，联系人某某，电话某号码，秤摆偏了咋整"
    assert "秤摆偏" not in data, "the words stay out of the record"


def test_the_same_words_are_one_candidate(engine: Engine) -> None:
    with engine.begin() as db:
        staff = hire(db)
        first = label_message(db, staff, asked(db), "testing", origin(staff))
        again = label_message(db, staff, asked(db, ODD + "？！"), "metrology", origin(staff))
        assert (again.id, again.intent, again.version) == (first.id, "metrology", 2)
        assert db.scalar(sa.select(sa.func.count()).select_from(learning_candidates)) == 1


def test_labelling_a_message_again_replaces_the_proposal(engine: Engine) -> None:
    with engine.begin() as db:
        staff = hire(db)
        message = asked(db)
        label_message(db, staff, message, "testing", origin(staff))
        label_message(db, staff, message, "metrology", origin(staff))
        rows = list_candidates(db, staff, "proposed").rows
    assert [(row.intent, row.proposer) for row in rows] == [("metrology", staff.name)]


def test_people_who_correct_the_same_words_at_once_are_told(engine: Engine) -> None:
    with engine.begin() as db:
        people = [hire(db, station=None) for _ in range(6)]
        messages = [asked(db) for _ in people]
    refused = []

    def label(number: int) -> None:
        with engine.begin() as db:
            label_message(db, people[number], messages[number], "metrology", origin(people[number]))

    for result in at_once([lambda n=n: label(n) for n in range(6)]):  # type: ignore[misc]
        if result is not None:
            assert isinstance(result, LearningError), result
            refused.append(result.code)
    assert set(refused) <= {"at_once"}
    assert len(refused) < 6
    with engine.begin() as db:
        assert len(list_candidates(db, people[0], "proposed").rows) == 1


def test_a_message_corrected_in_other_words_stands_once_in_its_transcript(engine: Engine) -> None:
    with engine.begin() as db:
        staff = hire(db)
        message = asked(db)
        row = label_message(db, staff, message, "metrology", origin(staff))
        approve_candidate(db, staff, row.id, row.version, origin(staff), text="秤不准了怎么办")
        later = origin(staff, NOW + timedelta(minutes=1))
        label_message(db, staff, message, "testing", later)
        number = db.scalar(sa.select(messages_in.c.transcript_id))
        shown = read_transcript(db, staff, number, NOW)
    assert [(m.text, m.label, m.label_status) for m in shown.messages] == [
        (ODD, "testing", "proposed")
    ]


def test_what_is_trained_so_already_is_refused(engine: Engine) -> None:
    trained = next(text for _, intent, text in read_examples() if intent == "metrology")
    with engine.begin() as db:
        staff = hire(db)
        message = asked(db, trained + "？")
        with pytest.raises(LearningError) as refused:
            label_message(db, staff, message, "metrology", origin(staff))
        assert refused.value.code == "known"
        row = label_message(db, staff, message, "testing", origin(staff))
        assert row.trained == "metrology", "who approves it sees the contradiction"


@pytest.mark.parametrize(
    ("text", "intent", "code"),
    [
        (ODD, "no_such_intent", "intent"),
        ("？", "metrology", "no_words"),
        ("称" * 301, "ip", "too_long"),
    ],
)
def test_odd_corrections_are_refused(engine: Engine, text: str, intent: str, code: str) -> None:
    with engine.begin() as db:
        staff = hire(db)
        with pytest.raises(LearningError) as refused:
            label_message(db, staff, asked(db, text), intent, origin(staff))
    assert refused.value.code == code


def test_only_those_with_the_right_correct_and_approve(engine: Engine) -> None:
    with engine.begin() as db:
        message = asked(db)
        centre = hire(db)
        row = label_message(db, centre, message, "metrology", origin(centre))
        for role in ("specialist", "clerk", "admin", "organisation"):
            staff = hire(db, role)
            with pytest.raises(ForbiddenError):
                label_message(db, staff, message, "ip", origin(staff))
            with pytest.raises(ForbiddenError):
                approve_candidate(db, staff, row.id, row.version, origin(staff))
        elsewhere = hire(db, station="gangqiao")
        other = hears(db, follow(db, station="sanjiao"), "别处的话", parse=parse("ip", 0.4))
        file_all(db)
        for forged in (other, 10**9):
            with pytest.raises(NotFoundError):
                label_message(db, elsewhere, forged, "metrology", origin(elsewhere))


def test_two_decide_at_once_and_one_wins(engine: Engine) -> None:
    with engine.begin() as db:
        staff = hire(db)
        row = label_message(db, staff, asked(db), "metrology", origin(staff))

    def approve() -> None:
        with engine.begin() as db:
            approve_candidate(db, staff, row.id, row.version, origin(staff))

    def reject() -> None:
        with engine.begin() as db:
            reject_candidate(db, staff, row.id, row.version, origin(staff))

    results = at_once([approve, reject])
    assert sorted(type(result).__name__ for result in results) == ["LearningError", "NoneType"]


def test_words_may_be_mended_when_approving(engine: Engine) -> None:
    with engine.begin() as db:
        staff = hire(db)
        row = label_message(db, staff, asked(db), "testing", origin(staff))
        approve_candidate(
            db, staff, row.id, row.version, origin(staff), text="秤摆[偏]了", intent="metrology"
        )
        assert approved_examples(db) == [("秤摆（偏）了", "metrology")]
        changed = get_candidate(db, row.id)
        reject_candidate(db, staff, row.id, changed.version, origin(staff))
        assert approved_examples(db) == []


def approved(db: Connection) -> None:
    """One approved correction."""
    staff = hire(db)
    row = label_message(db, staff, asked(db), "metrology", origin(staff))
    approve_candidate(db, staff, row.id, row.version, origin(staff))


FIGURES = {
    "before": {"in_scope": 0.95, "out_of_scope": 0.9, "intents": 0.95, "learned": 0.0},
    "after": {"in_scope": 0.95, "out_of_scope": 0.9, "intents": 0.95, "learned": 1.0},
}


def finished(db: Connection, model: str, minutes: int = 0) -> int:
    """A run that ended well; its id."""
    staff = hire(db)
    number = training.request_training(db, staff, origin(staff))
    training.take_run(db, NOW + timedelta(minutes=minutes))
    training.end_run(db, number, NOW, figures=FIGURES, changed=[], model=model)
    return number


def test_one_training_at_a_time_and_none_without_corrections(engine: Engine) -> None:
    with engine.begin() as db:
        staff = hire(db)
        with pytest.raises(TrainingError) as refused:
            training.request_training(db, staff, origin(staff))
        assert refused.value.code == "nothing"
        approved(db)
        training.request_training(db, staff, origin(staff))
        with pytest.raises(TrainingError) as refused:
            training.request_training(db, staff, origin(staff))
        assert refused.value.code == "busy"
        clerk = hire(db, "clerk")
        with pytest.raises(ForbiddenError):
            training.request_training(db, clerk, origin(clerk))


def test_two_workers_do_a_run_once_and_a_dead_ones_again(engine: Engine) -> None:
    with engine.begin() as db:
        approved(db)
        staff = hire(db)
        training.request_training(db, staff, origin(staff))

    def take() -> object:
        with engine.begin() as db:
            return training.take_run(db, NOW)

    assert sorted(run is None for run in at_once([take, take])) == [False, True]
    with engine.begin() as db:
        run = training.under_way(db)
        training.note_progress(db, run.id, NOW + timedelta(seconds=60), "training", seconds=60)
        assert training.take_run(db, NOW + timedelta(seconds=100)) is None
        assert training.take_run(db, NOW + timedelta(seconds=151)) is not None
        assert training.get_run(db, run.id).lines == [], "begun again"


def test_a_model_that_is_worse_is_refused(engine: Engine) -> None:
    worse = {**FIGURES, "after": {**FIGURES["after"], "intents": 0.93}}
    with engine.begin() as db:
        approved(db)
        staff = hire(db)
        number = training.request_training(db, staff, origin(staff))
        training.take_run(db, NOW)
        status = training.end_run(db, number, NOW, figures=worse, changed=[], model="m.tar.gz")
        assert status == "refused"
        with pytest.raises(TrainingError):
            training.put_live(db, staff, number, origin(staff))


def test_live_models_replace_each_other_and_are_taken_back(engine: Engine) -> None:
    with engine.begin() as db:
        approved(db)
        staff = hire(db)
        first, second = finished(db, "1.tar.gz"), finished(db, "2.tar.gz")
        training.put_live(db, staff, first, origin(staff, NOW))
        training.put_live(db, staff, second, origin(staff, NOW + timedelta(hours=1)))
        states = {run.id: run.status for run in training.list_runs(db, staff)}
        assert states == {first: "replaced", second: "live"}
        training.take_back(db, staff, second, origin(staff))
        live = training.live_run(db)
        assert live is not None
        assert live.id == first
        training.take_back(db, staff, first, origin(staff))
        assert training.live_run(db) is None
        with pytest.raises(TrainingError):
            training.take_back(db, staff, first, origin(staff))
        training.put_live(db, staff, second, origin(staff))
        kinds = list(db.scalars(sa.select(events.c.kind).where(events.c.kind == "model_changed")))
    assert len(kinds) == 5


def test_two_put_live_at_once_leave_one_live(engine: Engine) -> None:
    with engine.begin() as db:
        approved(db)
        staff = hire(db)
        numbers = [finished(db, "1.tar.gz"), finished(db, "2.tar.gz")]

    def live(number: int) -> None:
        with engine.begin() as db:
            training.put_live(db, staff, number, origin(staff))

    results = at_once([lambda n=n: live(n) for n in numbers])  # type: ignore[misc]
    assert None in results
    with engine.begin() as db:
        states = sorted(run.status for run in training.list_runs(db, staff))
        assert states.count("live") == 1
