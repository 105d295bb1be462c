"""What the user has here: submitted demands, and the personal data stored."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.choices import FORM, Button
from actions.database import engine, sender, settings
from actions.services import Events, entity
from bot.demand_texts import STATE_NAMES
from bot.model.demand import local_date
from bot.services.demands import Demand, list_demands
from bot.services.handoff_says import last_settled
from bot.services.page_links import export_address, form_address
from bot.services.personal_data import delete_personal_data
from bot.storage.database import utc_now

EXPORT: Button = {"title": "导出我的信息", "payload": '/my_data{"choice": "export"}'}
DELETE: Button = {"title": "删除我的信息", "payload": '/my_data{"choice": "delete"}'}
SURE: Button = {"title": "确认删除", "payload": '/my_data{"choice": "delete_sure"}'}
KEEP: Button = {"title": "不删了", "payload": "/deny"}
SHOWN = 5


class ActionMyDemands(Action):
    """The user's own demands with number and state; never anybody else's."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_my_demands"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Say what a person settled last, then the demands, the newest first, each with a link."""
        known = sender(tracker)
        if known is None:
            dispatcher.utter_message(response="utter_form_only_in_wechat")
            return []
        with engine().begin() as db:
            mine = list_demands(db, known[0])[:SHOWN]
            settled = last_settled(db, known[0], utc_now())
        if settled:
            dispatcher.utter_message(text=settled)
        if not mine:
            dispatcher.utter_message(response="utter_no_demands", buttons=[FORM])
            return []
        lines = "\n".join(_line(demand) for demand in mine)
        dispatcher.utter_message(response="utter_my_demands", lines=lines)
        return []


def _line(demand: Demand) -> str:
    link = form_address(settings(), demand.draft_id, utc_now())
    day = f"{local_date(demand.submitted_at):%Y年%-m月%-d日}"
    status = STATE_NAMES[demand.status]
    return f'<a href="{link}">{demand.number}</a>（{day}）{status}'


class ActionMyData(Action):
    """Questions on personal data; export and deletion on demand."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_my_data"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> Events:
        """Explain, export, or delete after asking once more."""
        known = sender(tracker)
        choice = _wish(tracker)
        if known is None or not choice:
            dispatcher.utter_message(response="utter_privacy_question", buttons=[EXPORT, DELETE])
        elif choice == "export":
            link = export_address(settings(), known[0], utc_now())
            dispatcher.utter_message(response="utter_data_export", link=link)
        elif choice == "delete":
            dispatcher.utter_message(response="utter_data_delete", buttons=[SURE, KEEP])
        else:
            with engine().begin() as db:
                done = delete_personal_data(db, known[0])
            if done.kept:
                numbers = "、".join(done.kept)
                dispatcher.utter_message(response="utter_data_kept", numbers=numbers)
            else:
                dispatcher.utter_message(response="utter_data_deleted")
        return []


def _wish(tracker: Tracker) -> str:
    """export, delete, delete_sure, or nothing: what was tapped or said in so many words."""
    if tapped := entity(tracker, "choice"):
        return tapped
    text = str(tracker.latest_message.get("text") or "")
    if "我的" not in text or any(mark in text for mark in "？?吗"):
        return ""
    if "导出" in text:
        return "export"
    return "delete" if "删" in text or "注销" in text else ""
