"""Questions on the services: answered with annex 3."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answered import answer_loosely
from actions.choices import BOOK, FORM, category_choices, next_steps, person_choice
from actions.database import directory
from bot.model.answer.company import is_name_alone
from bot.model.answer.contacts import telephones_in
from bot.model.wording import squeeze
from bot.services.resources.directory import Directory
from knowledge import (
    ServiceItem,
    find_matters,
    find_services,
    load_knowledge,
)
from nlu.english import in_chinese
from nlu.plainly import asked_beyond_the_list, is_head_count

BEYOND = {"bring": "要带的材料", "policy": "优惠和补贴", "time": "办理的时间"}
"""What people ask of a service and annex 3 does not tell, by `nlu.plainly`."""
_OWN = re.compile(
    "(?:我|我们|公司|厂里?|老板|的|本人|联系|电话|手机|号码?|座机|微信|是|打|这个|请|记一?下)*"
)
"""What is said around one's own telephone."""
UNNAMED = 3
"""Items said of a category where no word names one of them."""
Events = list[dict[str, Any]]


def entity(tracker: Tracker, name: str) -> str | None:
    """The value of an entity in the latest message."""
    return next(tracker.get_latest_entity_values(name), None)


def ranked(tracker: Tracker) -> list[str]:
    """The two likeliest categories of the latest message."""
    known = load_knowledge().categories
    rows = tracker.latest_message.get("intent_ranking") or []
    return [row["name"] for row in rows if row["name"] in known][:2]


def show(dispatcher: CollectingDispatcher, known: Directory, item: ServiceItem) -> None:
    """Say one service item, and who serves it besides the departments that it names."""
    dispatcher.utter_message(
        response="utter_service",
        item=item.text,
        departments="、".join(item.departments),
        telephones="、".join(item.telephones),
    )
    if others := known.others.get(item.id):
        lines = "\n".join(f"{o.name}：{o.telephone}".rstrip("：") for o in others)
        dispatcher.utter_message(response="utter_service_organisations", lines=lines)


def say_items(
    dispatcher: CollectingDispatcher,
    known: Directory,
    items: Sequence[ServiceItem],
    category: str,
    before: Iterable[str] = (),
    text: str = "",
) -> Events:
    """Say the items, then the next steps as choices; a follow-up will mean them.

    `text`: the question, where it may ask what the list does not tell.

    `before`: ids of the category's items that were said just before.
    """
    for item in items:
        show(dispatcher, known, item)
    say_lacking(dispatcher, text)
    shown = {*before, *(item.id for item in items)}
    buttons = next_steps(known.knowledge, category, shown)
    dispatcher.utter_message(response="utter_next_steps", buttons=buttons)
    return [SlotSet("misses", 0), remember(items, category, before)]


def say_lacking(dispatcher: CollectingDispatcher, text: str) -> None:
    """That annex 3 does not tell what else is asked: what to bring, how long it takes …"""
    lacking = [BEYOND[kind] for kind in asked_beyond_the_list(text)]
    if lacking:
        dispatcher.utter_message(response="utter_item_lacks", what="、".join(lacking))


def remember(
    items: Sequence[ServiceItem], category: str, before: Iterable[str] = ()
) -> dict[str, Any]:
    """The event that keeps what was answered, for follow-ups."""
    kept = {"category": category, "items": [item.id for item in items], "before": sorted(before)}
    return dict(SlotSet("answered", kept))


def answer_category(
    dispatcher: CollectingDispatcher, tracker: Tracker, category: str, limit: int = 2
) -> Events:
    """Say the items that the message means, of `category` or named by new words."""
    known = directory(tracker)
    text = tracker.latest_message.get("text") or ""
    items = items_meant(known, text, category, limit)
    for item in items:
        show(dispatcher, known, item)
    say_lacking(dispatcher, text)
    return [remember(items, category)]


def items_meant(
    known: Directory, text: str, category: str | None, limit: int = 2
) -> list[ServiceItem]:
    """The items of a category that `text` means, or of each of the categories that it joins.

    Words that no training has seen go first: the classifier cannot know what category they are of.
    """
    if named := known.newly_named(text):
        return named[:limit]
    if several := find_matters(known.knowledge, text, category or ""):
        return several
    found = find_services(known.knowledge, text, category, limit=UNNAMED)
    if found and not found[0].score:  # none of its words: all that are its own may be meant
        own = [match.item for match in found if category in match.item.categories]
        return own or [found[0].item]
    return [match.item for match in found][:limit]


class ActionAnswerQuestion(Action):
    """A question of a known category, or a choice of a category or service item."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_answer_question"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Say the items meant, then the next steps as choices."""
        known = directory(tracker)
        chosen = entity(tracker, "service")
        category = entity(tracker, "category")
        intent = (tracker.latest_message.get("intent") or {}).get("name")
        text = tracker.latest_message.get("text") or ""
        if not (chosen or category) and answer_loosely(dispatcher, tracker, known):
            return []
        if chosen:
            items = [item for item in known.knowledge.services if item.id == chosen]
        elif category:
            items = [m.item for m in find_services(known.knowledge, "", category, limit=5)]
        else:
            category = intent
            items = items_meant(known, in_chinese(text) or text, category)
            if in_chinese(text):
                dispatcher.utter_message(response="utter_in_chinese")
        if not items:
            dispatcher.utter_message(response="utter_ask_again", buttons=category_choices())
            return []
        text = "" if text.startswith("/") else text
        return say_items(dispatcher, known, items, category or items[0].categories[0], text=text)


def is_telephone_alone(text: str) -> bool:
    """13800138002, 我的电话是13800138002: a telephone, and nothing that is wanted."""
    words = squeeze(text)
    return any(_OWN.fullmatch(words.replace(number, "", 1)) for number in telephones_in(text))


def names_only_itself(dispatcher: CollectingDispatcher, text: str) -> bool:
    """A name, a telephone or a head count where nothing was asked: ask what it is for.

    Whether it was so.
    """
    alone = is_name_alone(text) or is_head_count(text) or is_telephone_alone(text)
    if not alone:
        return False
    dispatcher.utter_message(
        response="utter_name_alone", buttons=[FORM, BOOK, person_choice("asked")]
    )
    return True


def likeliest(tracker: Tracker) -> float:
    """The chance of the likeliest category, 0 to 1."""
    known = load_knowledge().categories
    rows = tracker.latest_message.get("intent_ranking") or []
    return max((float(row["confidence"]) for row in rows if row["name"] in known), default=0.0)
