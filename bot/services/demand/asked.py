"""What is said of submitted demands to who urges, asks who has them, or puts them right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.engine import Connection

from bot import demand_texts as texts
from bot.model.demand import MAY_CHANGE
from bot.model.demand_actor import DemandActor
from bot.services.demand import says
from bot.services.demand.inquiries import ADDITION, QUESTION, add_inquiry, inquiries_of
from bot.services.demand.progress import progress_lines
from bot.services.demand.rows import Demand
from bot.services.form.says import Said
from bot.services.page_links import form_address
from bot.settings import Settings


def urge(db: Connection, demand: Demand, words: str, who: DemandActor, now: datetime) -> Said:
    """Put to the centre as a question, once until it is answered; how far the demand is."""
    waits = any(
        each.kind == QUESTION and not each.answered_at and each.text.startswith(texts.URGED)
        for each in inquiries_of(db, demand.id)
    )
    if not waits:
        add_inquiry(db, demand.id, QUESTION, texts.URGED + words, who, now)
    response = "utter_demand_urged_already" if waits else "utter_demand_urged"
    return Said(response, {"number": demand.number, "lines": _progress(db, demand)})


def handlers(db: Connection, demands: Sequence[Demand]) -> Said:
    """Who has them: the organisations with their telephones, else where they are."""
    lines = [f"{texts.OF_DEMAND.format(number=d.number)}\n{_progress(db, d)}" for d in demands]
    return Said("utter_demand_handlers", {"lines": "\n".join(lines)})


def to_be_changed(settings: Settings, demands: Sequence[Demand], now: datetime) -> Said:
    """The pages on which they are changed; once they are being dealt with, words may be added."""
    open_ones = [d for d in demands if d.status in MAY_CHANGE]
    if open_ones:
        lines = [
            texts.CHANGE_LINK.format(number=d.number, link=form_address(settings, d.draft_id, now))
            for d in open_ones
        ]
        return Said("utter_demand_change", {"lines": "\n".join(lines)})
    newest = demands[0]
    choice = says.pick(texts.CHOOSE[ADDITION], f"{ADDITION}:{newest.id}")
    return Said("utter_demand_change_late", {"number": newest.number}, [choice])


def _progress(db: Connection, demand: Demand) -> str:
    return "\n".join(progress_lines(db, demand))
