"""What the assistant says while a demand form is filled: names of responses with their values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from bot.model.form import Answers, display, place_of, progress, summary
from bot.model.handoff_words import YES
from bot.texts import CONSENT, field_error
from knowledge.form import DemandForm, FormField

Choice = dict[str, Any]


@dataclass(frozen=True)
class Said:
    """One utterance: a response of the Rasa domain, its values, and what can be chosen."""

    response: str
    values: dict[str, str] = field(default_factory=dict)
    choices: list[Choice] = field(default_factory=list)


@dataclass(frozen=True)
class FormTurn:
    """What to say. `question`: a category or intent whose answer comes before `said`.

    `stored`: answers that this turn changed, {field id: value}.
    """

    said: list[Said]
    question: str = ""
    stored: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As kept on the draft, to be said again when the message is handled twice."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> FormTurn:
        """The turn that `to_json` wrote."""
        said = [Said(**entry) for entry in data["said"]]
        return cls(said, data["question"], data["stored"])


def tap(title: str, choice: str) -> Choice:
    """A choice that is tapped: beside a question whose answer may be a number."""
    return {**pick(title, choice), "numbered": False}


def pick(title: str, choice: str) -> Choice:
    """A choice that is tapped or typed as its number."""
    return {"title": title, "payload": f'/form_choice{{"choice": "{choice}"}}'}


EMPTY = "（未填）"
RESTARTS = ("清空", "重填", "重新填", "从头来")
"""Typed for 清空重填."""
GO_ON = pick("接着填", "go_on")
SKIP = tap("跳过这项", "skip")
PAGE = tap("到网页上填", "page")
PERSON = {"title": "找工作人员", "payload": "/handoff_human", "numbered": False}
MINE = {"title": "我的需求", "payload": "/check_demand_status"}
START = {"title": "填写需求表", "payload": "/start_demand_form"}


def consent() -> Said:
    """What is collected, why, how long, how to delete; agreed to or not."""
    choices = [pick("同意，开始填写", "agree"), pick("不同意", "disagree")]
    return Said("utter_form_consent", {"lines": consent_lines()}, choices)


def prefilled(form: DemandForm, answers: Answers, names: Iterable[str]) -> Said:
    """What stands in the form from the last demand: the same still, or not."""
    every = lines(form, {name: answers[name] for name in names})
    filled = "\n".join(line for line in every.split("\n") if EMPTY not in line)
    choices = [pick("没有变化", "same"), pick("有变化", "differs")]
    return Said("utter_form_prefilled", {"lines": filled}, choices)


def give_up() -> Said:
    """Whether the draft is kept or deleted, to someone who wants to leave."""
    choices = [
        pick("先保存，以后再填", "save"),
        pick("放弃，删除已填内容", "give_up"),
        GO_ON,
    ]
    return Said("utter_form_give_up", {}, choices)


def restart() -> Said:
    """Whether everything that is filled in goes."""
    sure = {**pick("清空重填", "restart"), "words": [*YES, *RESTARTS]}
    return Said("utter_form_restart", {}, [sure, GO_ON])


def consent_lines() -> str:
    """The wording that is agreed to."""
    return "\n".join(f"{title}：{text}" for title, text in CONSENT)


def ask(form: DemandForm, path: str, answers: Answers) -> list[Said]:
    """The question of a place, with how far the form is, the options and what stands there."""
    place = place_of(form, path, answers)
    at = progress(form, path, answers)
    title = {"number": str(at.number), "total": str(at.total), "label": place.field.label}
    said = [Said("utter_form_progress", title)]
    asked = place.asked
    rows = answers.get(place.field.id) or []
    if place.column is not None and place.row is not None:
        first = place.column.id == place.field.columns[0].id
        if first and place.row >= len(rows):
            name = "utter_more" if rows else "utter_ask"
            said.append(Said(f"{name}_{place.field.id}"))
        else:
            product = rows[place.row].get(place.field.columns[0].id, "")
            said.append(Said("utter_form_row", {"product": product}))
            said.append(Said(f"utter_ask_{place.field.id}_{place.column.id}"))
    else:
        said.append(Said(f"utter_ask_{asked.id}"))
    if place.column is None and (now := display(asked, answers.get(asked.id))):
        said.append(Said("utter_form_now", {"value": now}))
    if asked.kind == "choices":
        said.append(Said("utter_form_options", {"lines": options(asked)}))
    if not asked.required:
        said[-1] = Said(said[-1].response, said[-1].values, [SKIP])
    return said


def options(asked: FormField) -> str:
    """The numbered options of a choice, 其他 last."""
    shown = [*asked.options, *(["其他（请写明）"] if asked.other else [])]
    return "\n".join(f"{number}. {text}" for number, text in enumerate(shown, 1))


def refused(asked: FormField, code: str, misses: int, near: Sequence[int] = ()) -> list[Said]:
    """Why an answer is not taken; with ways on from the second time.

    `near`: the numbers that may be meant (七八个), to be tapped."""
    values = {"reason": field_error(code), "hint": asked.hint, "example": asked.example}
    if near:
        guesses = [
            {"title": f"约{number}人", "payload": str(number), "numbered": False} for number in near
        ]
        return [Said("utter_form_range", {}, [*guesses, SKIP])]
    if misses == 1:
        return [Said("utter_form_invalid", values)]
    if misses > 2 and misses % 2:
        return [stuck(asked, values["reason"])]
    return [Said("utter_form_way_on", values, _ways(asked))]


def stuck(asked: FormField, reason: str) -> Said:
    """The same field refused again and again: how to leave it, or to have help."""
    return Said("utter_form_stuck", {"reason": reason, "example": asked.example}, _ways(asked))


def _ways(asked: FormField) -> list[Choice]:
    return [*([] if asked.required else [SKIP]), PAGE, PERSON]


def about(asked: FormField) -> Said:
    """How the field is filled in, to someone who asked about it."""
    return Said("utter_form_about", {"hint": asked.hint, "example": asked.example})


def kept(form: DemandForm, values: Mapping[str, Any], before: Answers) -> list[Said]:
    """What was stored, as it was stored; of a table only the rows that are new or changed."""
    lines = [
        f"{form.field(name).label}：{display(form.field(name), _in_work(v, before.get(name)))}"
        for name, v in shown(values)
    ]
    return [Said("utter_form_kept", {"lines": "\n".join(lines)})] if lines else []


def _in_work(value: Any, before: Any) -> Any:
    if not isinstance(value, list) or not any(isinstance(row, dict) for row in value):
        return value
    old = before or []
    return [row for n, row in enumerate(value) if n >= len(old) or row != old[n]] or value


def shown(values: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """Answers worth saying back: not those left empty."""
    return ((name, value) for name, value in values.items() if value not in (None, "", []))


def lines(form: DemandForm, answers: Answers) -> str:
    """All answers, numbered as in 改第3项."""
    return "\n".join(
        f"{line.number}. {line.field.label}：{line.text or EMPTY}"
        for line in summary(form, answers)
    )


def review(form: DemandForm, answers: Answers) -> list[Said]:
    """Everything to be checked before it is submitted."""
    choices = [
        pick("提交", "submit"),
        pick("修改", "change"),
        pick("先保存，以后再交", "save"),
        pick("到网页上核对", "page"),
    ]
    return [Said("utter_form_review", {"lines": lines(form, answers)}, choices)]
