"""Another model goes live while people talk: every message is answered, by the old or the new."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import httpx
import pytest
import sqlalchemy as sa

from bot.model.learning import READY
from bot.services.record import Origin
from bot.services.transcript import training
from bot.storage.database import create_engine, utc_now
from bot.storage.desk_tables import staff as staff_table
from bot.storage.tables import messages_in
from bot.storage.transcript_tables import training_runs
from nlu.examples import write_examples
from nlu.model_store import INSTALLED, card_of, models_folder, write_card
from tests.conftest import wait_for
from tests.e2e.product import Product
from tests.services.talk import hire


def answering_with(product: Product) -> str:
    """The model that the assistant has loaded."""
    url = f"{product.settings.rasa_url}/webhooks/turn/ready"
    return str(httpx.get(url, timeout=30, trust_env=False).json()["model"])


@pytest.mark.timeout(600)
def test_no_message_is_lost_while_models_change(product: Product) -> None:
    engine = create_engine(product.settings.database)
    model = models_folder(product.settings.var) / "desk-1.tar.gz"
    model.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(INSTALLED, model)
    write_card(model, fingerprint="desk", base=card_of(INSTALLED).get("fingerprint"), figures={})
    write_examples(product.settings.var / "learning" / "desk-1.yml", [("秤摆偏了", "metrology")])
    with engine.begin() as db:
        staff = hire(db)
        run = {"id": 1, "status": READY, "requested_by": staff.id, "requested_at": utc_now()}
        db.execute(training_runs.insert().values(**run, lines=[], model=model.name))
    stop = Event()

    def talk(user: str) -> list[str]:
        said = []
        while not stop.is_set():
            done = product.command("say", "电子秤检定找谁", "--user", user, seconds=90)
            said.append(done.stdout if done.returncode == 0 else done.stderr)
        return said

    def change(step: str, name: str) -> None:
        with engine.begin() as db:
            getattr(training, step)(db, staff, 1, Origin("desk", staff.actor, utc_now()))
        wait_for(lambda: answering_with(product) == name, 120)

    with ThreadPoolExecutor(2) as pool:
        talks = [pool.submit(talk, f"change-{number}") for number in range(2)]
        try:
            change("put_live", model.name)
            wait_for(lambda: _noted(engine), 30)
            change("take_back", INSTALLED.name)
        finally:
            stop.set()
        answers = [answer for each in talks for answer in each.result()]
    assert answers
    assert [answer for answer in answers if "49473890" not in answer] == []
    with engine.begin() as db:
        lost = db.execute(sa.select(messages_in).where(messages_in.c.status == "failed")).all()
        assert lost == []
        db.execute(training_runs.delete())
        db.execute(staff_table.delete().where(staff_table.c.id == staff.id))
    engine.dispose()


def _noted(engine: sa.engine.Engine) -> bool:
    with engine.begin() as db:
        return any(e["line"] == training.ANSWERING for e in training.get_run(db, 1).lines)
