"""What a message says so plainly that its words decide, not the classifier."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from nlu.follow_up import read_follow_up
from nlu.plain_words import bare_words, says, wordings

COMPLAINTS = ("complaint", "insult", "unanswered", "complaint_where")
PLAIN = {
    "books": "book_expert",
    "correction": "correct_field",
    "rating": "rate_service",
    "pictures": "ask_pictures",
    "notices_stop": "ask_notices",
    "notices_kept": "ask_notices",
    "agrees_alone": "agree",
    "acknowledged": "affirm",
    "demand_told": "start_demand_form",
    "station_visit": "ask_stations",
    "contact_again": "ask_contact",
}
"""Wordings of `plain` and the intents that they are, the first that fits."""
LONGEST_ASIDE = 24
"""Characters of what is said beside a message that is being left."""
LONGEST = 20
"""Characters of a message that is one plain sentence."""
_NUMBER = re.compile(r"\d{4}")
_WANTS_PERSON = re.compile(
    "人|客服|专员|老师|专家|领导|科长|主任|主管|经理|师傅|同事|管事|接线|懂|活的|真的|机器|转|[a-z]"
)


def wish_for_data(text: str) -> str:
    """delete or export, of one's own data in so many words; else empty."""
    return _first_of("data", text)


def asked_of_data(text: str) -> str:
    """What is asked of one's own data, by the section `own_data`; else empty."""
    said = bare_words(text)
    return next((n for n, words in wordings("own_data").items() if words.search(said)), "")


def asks_to_stop_notices(text: str) -> bool:
    """别再给我发消息了: what we send is not wanted."""
    return says("notices_stop", text)


def asks_where_to_complain(text: str) -> bool:
    """那我找谁投诉, 投诉电话多少."""
    return says("complaint_where", text)


def asks_for_station(text: str) -> bool:
    """Where the stations are, or when somebody is there; of telephones and experts it is not."""
    return says("station_place", text) or says("hours", text)


def asks_for_hours(text: str) -> bool:
    """When somebody is there, wherever that is."""
    return says("hours", text)


def complains(text: str) -> bool:
    """Whether we, or somebody of ours, are complained of or insulted."""
    said = bare_words(text)
    bribed = len(said) <= LONGEST and wordings("plain")["bribe"].search(said)
    return bool(bribed) or any(says(each, text) for each in COMPLAINTS)


def telephone_unanswered(text: str) -> bool:
    """电话打不通, 没人接: one that we told."""
    return says("unanswered", text)


def about_message(text: str) -> bool:
    """How a complaint or a message that was left is getting on, or that it is taken back."""
    return says("of_message", text)


def names_message(text: str) -> bool:
    """Whether a complaint or a message is spoken of by its name."""
    return bool(wordings("parts")["message"].search(bare_words(text)))


def takes_back(text: str) -> bool:
    """撤回投诉, 取消留言, 不投诉了."""
    return says("taken_back", text)


def wants_to_leave_message(text: str) -> bool:
    """留个言可以不, 回到留言."""
    return says("leave_message", text)


def said_in_box(text: str) -> str:
    """What is said where a message is left: refuse, to_person, person_now, telephone, standing,
    leave_for (plain_words.yml) or hours; else empty. With a number in it, it is the message."""
    said = bare_words(text)
    if len(said) > LONGEST_ASIDE or _NUMBER.search(said):
        return ""
    return "hours" if asks_for_hours(text) else _first_of("message_box", text)


def demand_order(text: str) -> tuple[str, str]:
    """What is wanted of a submitted demand, and the words to be added to it; else empty texts.

    The order: a name of the section `demand` in plain_words.yml.
    """
    said = unicodedata.normalize("NFKC", text).strip().rstrip("。.!?~… ")
    for order, words in wordings("demand").items():
        if found := words.fullmatch(said):
            return order, (found.groupdict().get("words") or "").strip()
    return "", ""


def read_leaving(text: str) -> str:
    """give_up, save, submit or go_on: an answer to whether the form is given up; else empty."""
    return _first_of("leaving", text)


def begins_again(text: str) -> bool:
    """清空重填, 从头来过: the form is to be emptied."""
    return says("restart", text)


def asked_beyond_the_list(text: str) -> list[str]:
    """What a question asks that annex 3 does not tell of any service: bring, policy, time."""
    said = bare_words(text)
    return [what for what, words in wordings("lacking").items() if words.search(said)]


def is_head_count(text: str) -> bool:
    """三十来个人: how many people there are, and nothing else."""
    return says("head_count", text)


def says_nothing(text: str) -> bool:
    """Marks alone, or a number where no choice has it."""
    said = bare_words(text)
    return not said or (said.isdecimal() and len(said) < 4)


def said_plainly(text: str) -> str:
    """The intent of a message whose words leave no doubt while nothing is asked; else empty."""
    if wants_to_leave_message(text):
        return "handoff_human"
    if about_message(text):
        return "check_demand_status"
    if complains(text):
        return "complain"
    if demand_order(text)[0]:
        return "check_demand_status"
    if begins_again(text):
        return "start_demand_form"
    if read_leaving(text) == "submit":
        if re.search("需求(?!表)", text):
            return "start_demand_form"  # where one was put aside, it goes on
        return "show_summary"  # of a form that was put aside; else that there is none
    if plain := next((intent for name, intent in PLAIN.items() if says(name, text)), ""):
        return plain
    return "follow_up" if read_follow_up(text) else ""


def _first_of(kind: str, text: str) -> str:
    """The first name of a section of plain_words.yml whose wording `text` is; else empty."""
    said = bare_words(text)
    return next((name for name, words in wordings(kind).items() if words.fullmatch(said)), "")


def without_nobody(ranking: Sequence[tuple[str, float]], text: str) -> list[tuple[str, float]]:
    """`ranking` without the wish for a person where the words speak of none, but count heads."""
    said = bare_words(text)
    if _WANTS_PERSON.search(wordings("parts")["people"].without(said)) or len(said) < 2:
        return list(ranking)
    return [(name, chance) for name, chance in ranking if name != "handoff_human"]
