"""The personal data stored of the user: explained, exported, deleted."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.choices import Button
from actions.database import engine, sender, settings
from actions.services import Events, entity
from bot.services.page_links import export_address
from bot.services.personal_data import delete_personal_data
from bot.storage.database import utc_now

EXPORT: Button = {"title": "导出我的信息", "payload": '/my_data{"choice": "export"}'}
DELETE: Button = {"title": "删除我的信息", "payload": '/my_data{"choice": "delete"}'}
SURE: Button = {"title": "确认删除", "payload": '/my_data{"choice": "delete_sure"}'}
KEEP: Button = {"title": "不删了", "payload": "/deny"}


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
