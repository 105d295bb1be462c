"""What the assistant says about submitted demands: names of responses, values, choices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy.engine import Connection

from bot import demand_texts as texts
from bot.model.demand import local_date
from bot.model.errors import ServiceError
from bot.services.demand.matter_rows import Matter
from bot.services.demand.news import matter_name, score_choices
from bot.services.demand.progress import progress_lines
from bot.services.demand.rows import Demand
from bot.services.form.says import START, Choice, Said
from bot.services.page_links import form_address
from bot.settings import Settings

NO_QUESTION = frozenset(
    "rate_service complain thanks affirm deny chitchat greet goodbye out_of_scope".split()
)
"""Intents of words that belong to a rating."""
REFUSALS = {
    "too_long": "utter_demand_too_long",
    "reason_too_long": "utter_demand_too_long",
    "already_rated": "utter_demand_rated_already",
}


def pick(title: str, choice: str, *, numbered: bool = True) -> Choice:
    """A choice of this subject."""
    payload = f'/demand_choice{{"choice": "{choice}"}}'
    return {"title": title, "payload": payload, "numbered": numbered}


STOP = pick(texts.STOP_WORDS, "stop", numbered=False)


def none() -> Said:
    """Nothing was submitted yet."""
    return Said("utter_no_demands", choices=[START])


def unknown(number: str) -> Said:
    """There is no such demand of this user; whether there is one of another is not said."""
    return Said("utter_demand_unknown", {"number": number})


def listed(demands: Sequence[Demand], order: str = "show") -> Said:
    """Several demands to choose from, the newest first. `order`: what is done with the chosen."""
    choices = [
        pick(
            texts.CHOOSE_DEMAND.format(number=d.number, state=texts.STATE_NAMES[d.status]),
            f"{order}:{d.id}",
        )
        for d in demands
    ]
    return Said("utter_my_demands" if order == "show" else "utter_which_demand", choices=choices)


def shown(
    db: Connection,
    settings: Settings,
    demand: Demand,
    unrated: Iterable[Matter],
    may: Iterable[str],
    now: datetime,
) -> Said:
    """How far one demand is, and what may be done; `may`: keys of texts.CHOOSE."""
    day = local_date(demand.submitted_at)
    values = {
        "number": demand.number,
        "day": f"{day.year}年{day.month}月{day.day}日",
        "lines": "\n".join(progress_lines(db, demand)),
        "link": form_address(settings, demand.draft_id, now),
    }
    rate = [
        pick(texts.CHOOSE_RATE.format(matter=matter_name(m)), f"rate:{m.id}:0") for m in unrated
    ]
    choices = [*rate, *(pick(texts.CHOOSE[kind], f"{kind}:{demand.id}") for kind in may)]
    return Said("utter_demand_state", values, choices)


def ask_score(matter: Matter, number: str) -> Said:
    """One to five."""
    values = {"number": number, "matter": matter_name(matter)}
    return Said("utter_demand_ask_score", values, score_choices(matter))


def ask_which(matters: Sequence[Matter], numbers: Mapping[int, str]) -> Said:
    """Which of several served matters is rated."""
    choices = [
        pick(f"{numbers[m.id]} {texts.CHOOSE_RATE.format(matter=matter_name(m))}", f"rate:{m.id}:0")
        for m in matters
    ]
    return Said("utter_demand_ask_which", choices=choices)


def refusal(error: ServiceError) -> Said:
    """Why something was not done."""
    if error.code == "not_found":
        return unknown("")
    return Said(REFUSALS.get(error.code, "utter_demand_not_now"))
