"""A correction made at the desk, trained by Rasa, compared and live, changes the answer.

On a part of the training data, so that a training takes seconds.
"""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from bot.gateway.assistant import Assistant
from bot.services.transcript import training
from bot.services.transcript.learning import approve_candidate, label_message
from bot.settings import Settings
from bot.storage.database import create_engine, migrate
from bot.training import Trainings
from knowledge import load_knowledge
from nlu.decide import OUT
from nlu.examples import read_examples, read_file, write_examples
from nlu.learn import answered
from nlu.model_file import load_classifier
from nlu.model_store import (
    ROOT,
    card_of,
    is_outdated,
    learned_file,
    model_in_use,
    models_folder,
    write_card,
)
from nlu.rasa_train import train_model
from tests.conftest import wait_for
from tests.services.talk import NOW, file_all, follow, hears, hire, origin, parse

QUESTION = "那个称东西的家伙摆偏了"
MEANT = "metrology"
PART = 150
"""Examples of each category: enough to be trained, few enough to be quick."""


class Loaded(Assistant):
    """The assistant's server as it is when it has loaded what it is to answer with."""

    def __init__(self, var: Path, installed: Path) -> None:
        self._var, self._installed = var, installed

    async def model(self) -> str | None:
        return model_in_use(self._var, self._installed).name


@pytest.fixture(scope="module")
def part(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like data/, with PART examples of each category and of out of scope."""
    folder = tmp_path_factory.mktemp("data")
    shutil.copytree(ROOT / "data" / "rules", folder / "rules")
    wanted, taken = {*load_knowledge().categories, OUT}, Counter[str]()
    kept = []
    for _, intent, text in read_examples():
        if intent in wanted and taken[intent] < PART and "秤" not in text and "称" not in text:
            taken[intent] += 1
            kept.append((text, intent))
    # The question itself, trained wrongly: what the correction says counts before it.
    write_examples(folder / "nlu" / "part.yml", [*kept, (QUESTION, "training")])
    return folder


@pytest.fixture(scope="module")
def installed(part: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model that the product was installed with."""
    folder = tmp_path_factory.mktemp("models")
    model = folder / "assistant.tar.gz"
    shutil.move(train_model(folder / "build", data=part), model)
    write_card(model, fingerprint="installed", figures={})
    return model


def reading_of(model: Path) -> str:
    """What the question is answered with."""
    return answered(load_classifier(model), QUESTION)


@pytest.mark.timeout(900)
def test_a_correction_changes_the_answer_once_it_is_live_and_not_before(
    part: Path, installed: Path, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    migrate(url)
    engine = create_engine(url)
    settings = Settings(var=tmp_path, database_url=url)
    with engine.begin() as db:
        staff = hire(db)
        message = hears(db, follow(db), QUESTION, parse=parse("training", 0.8))
        file_all(db)
        row = label_message(db, staff, message, MEANT, origin(staff))
        approve_candidate(db, staff, row.id, row.version, origin(staff))
        run_id = training.request_training(db, staff, origin(staff))
    worker = Trainings(settings, engine, Loaded(tmp_path, installed), part, installed)
    old = reading_of(model_in_use(tmp_path, installed))
    assert old != MEANT

    run = _work_until(worker, engine, lambda: _ended(engine, run_id), 600)
    assert run.status == "ready", (run.failure, run.figures)
    assert (run.figures["before"]["learned"], run.figures["after"]["learned"]) == (0.0, 1.0)
    assert run.changed == [{"text": QUESTION, "intent": MEANT, "before": old, "after": MEANT}]
    assert {entry["line"] for entry in run.lines} == {"training", "comparing"}
    assert reading_of(model_in_use(tmp_path, installed)) == old, "trained, and not yet live"

    with engine.begin() as db:
        training.put_live(db, staff, run_id, origin(staff))
    _work_until(worker, engine, lambda: _answering(engine, run_id), 30)
    assert reading_of(model_in_use(tmp_path, installed)) == MEANT
    assert list(read_file(learned_file(tmp_path))) == [(MEANT, QUESTION)]

    with engine.begin() as db:
        training.take_back(db, staff, run_id, origin(staff))
    gone = lambda: not learned_file(tmp_path).exists()  # noqa: E731
    _work_until(worker, engine, gone, 30)
    assert reading_of(model_in_use(tmp_path, installed)) == old
    engine.dispose()


def _work_until(
    worker: Trainings, engine: Engine, done: Callable[[], object], seconds: float
) -> object:
    """Let the worker work until `done`; what that returned."""

    async def work() -> object:
        task = asyncio.create_task(worker.run())
        try:
            return await asyncio.to_thread(wait_for, done, seconds)
        finally:
            task.cancel()
            await asyncio.wait([task])

    return asyncio.run(work())


def _ended(engine: Engine, run_id: int) -> object:
    with engine.begin() as db:
        run = training.get_run(db, run_id)
    return run if run.finished_at else None


def _answering(engine: Engine, run_id: int) -> bool:
    with engine.begin() as db:
        return any(e["line"] == "answering" for e in training.get_run(db, run_id).lines)


def test_a_newer_installed_model_takes_over_and_keeps_what_was_learned(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    migrate(url)
    engine = create_engine(url)
    installed = tmp_path / "assistant.tar.gz"
    installed.write_bytes(b"1")
    write_card(installed, fingerprint="old", figures={})
    with engine.begin() as db:
        staff = hire(db)
        message = hears(db, follow(db), QUESTION, parse=parse("training", 0.8))
        file_all(db)
        row = label_message(db, staff, message, MEANT, origin(staff))
        approve_candidate(db, staff, row.id, row.version, origin(staff))
        run_id = training.request_training(db, staff, origin(staff))
        training.take_run(db, NOW)
        figures = dict.fromkeys(("in_scope", "out_of_scope", "intents", "learned"), 1.0)
        both = {"before": figures, "after": figures}
        model = models_folder(tmp_path) / f"desk-{run_id}.tar.gz"
        training.end_run(db, run_id, NOW, figures=both, changed=[], model=model.name)
        training.put_live(db, staff, run_id, origin(staff))
    model.parent.mkdir()
    model.write_bytes(b"2")
    write_card(model, fingerprint="learned", base="old", figures={})
    write_examples(tmp_path / "learning" / f"desk-{run_id}.yml", [(QUESTION, MEANT)])
    settings = Settings(var=tmp_path, database_url=url)
    worker = Trainings(settings, engine, Loaded(tmp_path, installed), installed=installed)
    _work_until(worker, engine, lambda: model_in_use(tmp_path, installed) == model, 30)

    write_card(installed, fingerprint="new", figures={})
    assert is_outdated(model, installed)
    assert model_in_use(tmp_path, installed) == installed, "at once, also without the worker"

    def retired() -> bool:
        with engine.begin() as db:
            return bool(training.get_run(db, run_id).status == "replaced")

    _work_until(worker, engine, retired, 30)
    assert list(read_file(learned_file(tmp_path))) == [(MEANT, QUESTION)]
    assert card_of(installed)["fingerprint"] == "new"
    engine.dispose()
