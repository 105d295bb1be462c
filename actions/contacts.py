"""Telephones: of the service or department that is named, of what was spoken of, else all."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answered import answer_loosely, answered_last, contacts_of
from actions.centre import ActionShowStations
from actions.database import directory
from actions.services import Events, remember, show
from bot.model.wording import squeeze
from bot.services.resources.directory import Directory
from knowledge import CLEAR, ServiceItem, contact_lines, find_services, find_station, load_knowledge
from nlu.plainly import asks_for_station

_THAT = re.compile("那个|这个|那项|这项|对应|相应|刚才|刚刚|前面|前头|上面|它")
_DEPARTMENT = re.compile("^[市区县]|[局委办院]$")
"""What is left out where people name a department: 区农业农村委 is 农业农村."""
_OFFICE = "(?:[局委办院所](?![托员理事])|部门|单位)"
_ALONE = "(?:请问|那|区里?的?|市里?的?|永川|你们|有没有|找|问|我?要|给我)*"
_ITS_TELEPHONE = "(?:那边|那里)?的?(?:联系|办公)?(?:电话|号码|联系方式)"


class ActionShowContacts(Action):
    """Telephones, by what the message names."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_show_contacts"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Say them."""
        text = str(tracker.latest_message.get("text") or "")
        text = "" if text.startswith("/") else text
        if asks_for_station(text) or (text and find_station(load_knowledge(), text)):
            return ActionShowStations().run(dispatcher, tracker, domain)
        known = directory(tracker)
        if served := _of_department(known, text):
            for item in served:
                show(dispatcher, known, item)
            return [remember(served, served[0].categories[0])]
        if answer_loosely(dispatcher, tracker, known):
            return []
        items = _named(known, text)
        last = answered_last(known, tracker) if _THAT.search(text) else None
        if not items and last is not None:
            items = list(last.items)
        if items:
            dispatcher.utter_message(response="utter_item_contact", lines=contacts_of(items))
            return [remember(items, items[0].categories[0])]
        lines = contact_lines(known.knowledge)
        dispatcher.utter_message(response="utter_contacts", lines=lines)
        return []


def _named(known: Directory, text: str) -> list[ServiceItem]:
    """The items whose words stand in the message."""
    found = known.newly_named(text)
    return found or [m.item for m in find_services(known.knowledge, text) if m.score >= CLEAR]


def _of_department(known: Directory, text: str) -> list[ServiceItem]:
    """The items of a department that is named: by 农业 as by 区农业农村委.

    Of the one that serves nearly everything there is nothing to be told apart; and a service that
    is named comes first.
    """
    if _named(known, text):
        return []
    said = squeeze(text)
    items = known.knowledge.services
    departments = dict.fromkeys(name for item in items for name in item.departments)
    for name in departments:
        served = [item for item in items if name in item.departments]
        if _names(_DEPARTMENT.sub("", name), said) and len(served) <= len(items) // 2:
            return served
    return []


def _names(core: str, said: str) -> bool:
    """Whether a department is named: its first character and further ones (住建 as 住房), as an
    office or alone; 交通设备厂 and 农业标准化 name none."""
    name = f"{core[0]}[{core[1:]}]+"
    return bool(re.search(name + _OFFICE, said) or re.match(_ALONE + name + _ITS_TELEPHONE, said))
