"""What is offered to tap or to type as a number."""

from __future__ import annotations

import json
from collections.abc import Iterable

from knowledge import Knowledge, load_knowledge, services_of

Button = dict[str, str]
NONE_OF_THESE: Button = {"title": "都不是", "payload": "/none_of_these"}
PROCESS: Button = {"title": "服务流程怎么走", "payload": "/ask_process"}
FORM: Button = {"title": "填写需求表", "payload": "/start_demand_form"}
BOOK: Button = {"title": "约专家", "payload": "/book_expert"}
MY_BOOKINGS: Button = {"title": "我的预约", "payload": "/my_bookings"}
STATIONS: Button = {"title": "质量服务站在哪里", "payload": "/ask_stations"}


def payload(intent: str, **entities: str) -> str:
    """Rasa's notation for a chosen intent."""
    return f"/{intent}{json.dumps(entities, ensure_ascii=False)}"


def person_choice(reason: str) -> Button:
    """A person, offered for a reason (bot/model/handoff.py)."""
    return {"title": "转人工", "payload": payload("handoff_human", reason=reason)}


def category_choices(categories: Iterable[str] | None = None) -> list[Button]:
    """The eight categories, or some with a way out."""
    known = load_knowledge().categories
    made = [
        {"title": known[name].name, "payload": payload("category", category=name)}
        for name in (known if categories is None else categories)
    ]
    return made if categories is None else [*made, NONE_OF_THESE]


def next_steps(knowledge: Knowledge, category: str, shown: set[str]) -> list[Button]:
    """After an answer: the other items, the form, an expert, the process, the stations."""
    rest = [item for item in services_of(knowledge, category) if item.id not in shown]
    more = {
        "title": f"看{knowledge.categories[category].name}的其他服务",
        "payload": payload("category", category=category),
    }
    return [*([more] if rest else []), FORM, BOOK, PROCESS, STATIONS]
