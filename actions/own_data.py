"""The personal data stored of the user: explained, exported, deleted."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.choices import payload
from actions.database import sender, settings, writing
from actions.services import Events, entity, is_telephone_alone, names_only_itself
from bot.model.handoff_words import NO, YES
from bot.services.form.says import consent_lines
from bot.services.page_links import export_address
from bot.services.personal_data import delete_personal_data, has_consent
from bot.storage.database import utc_now
from nlu.plainly import asked_of_data, wish_for_data


def _choice(title: str, choice: str, *words: str) -> dict[str, Any]:
    """A choice of this subject, with what people type instead of its title."""
    return {"title": title, "payload": payload("my_data", choice=choice), "words": [*words]}


EXPORT = _choice("导出我的信息", "export", "导出")
DELETE = _choice("删除我的信息", "delete", "删除", "删掉", "注销")
SURE = _choice(
    "确认删除", "delete_sure", *YES, "确定删除", "删除", "删", "删掉", "删吧", "是的删除"
)
KEEP = _choice("不删了", "keep", *NO, "不删", "不删除", "不要删", "先不删", "别删", "保留")


ANSWERED = ("no_keep", "delete_part", "share")
"""What is asked of the data and has an answer of its own, by `nlu.plainly`."""


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
            _explain(dispatcher, tracker)
        elif choice == "export":
            link = export_address(settings(), known[0], utc_now())
            dispatcher.utter_message(response="utter_data_export", link=link)
        elif choice == "delete":
            dispatcher.utter_message(response="utter_data_delete", buttons=[SURE, KEEP])
        elif choice == "keep":
            dispatcher.utter_message(response="utter_data_not_deleted")
        else:
            with writing() as db:
                done = delete_personal_data(db, known[0])
            if done.kept:
                numbers = "、".join(done.kept)
                dispatcher.utter_message(response="utter_data_kept", numbers=numbers)
            else:
                dispatcher.utter_message(response="utter_data_deleted")
        return []


def _explain(dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    """What is asked of one's own data, each in a few words, and the way to have it done."""
    text = str((tracker.latest_message or {}).get("text") or "")
    if is_telephone_alone(text):
        names_only_itself(dispatcher, text)
        return
    asked = asked_of_data(text)
    known = sender(tracker)
    if asked == "withdraw" and known is not None:
        with writing() as db:
            agreed = has_consent(db, known[0])
        buttons = [SURE, KEEP] if agreed else []
        response = "utter_data_withdraw" if agreed else "utter_data_no_consent"
        dispatcher.utter_message(response=response, buttons=buttons)
        return
    if asked == "policy":
        dispatcher.utter_message(response="utter_data_policy", lines=consent_lines())
    elif asked in ANSWERED:
        dispatcher.utter_message(response=f"utter_data_{asked}")
    else:
        dispatcher.utter_message(response="utter_privacy_question")
    dispatcher.utter_message(response="utter_privacy_ways", buttons=[EXPORT, DELETE])


def _wish(tracker: Tracker) -> str:
    """export, delete, delete_sure, or nothing: what was tapped or said in so many words."""
    if tapped := entity(tracker, "choice"):
        return tapped
    return wish_for_data(str(tracker.latest_message.get("text") or ""))
