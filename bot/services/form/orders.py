"""Does what a user of the demand form says instead of an answer: 上一步, 跳过, 保存, 提交 …"""

from __future__ import annotations

from bot.model.demand import local_date
from bot.model.errors import FormIncompleteError
from bot.model.form import place_of, previous_field, skip_values
from bot.model.handoff_words import YES
from bot.services.demand.demands import submit_draft
from bot.services.form import says
from bot.services.form.check import check_form
from bot.services.form.draft_rows import Draft
from bot.services.form.drafts import open_draft
from bot.services.form.says import FormTurn, Said
from bot.services.form.talk import CHANNEL, GIVE_UP, PREFILLED, REVIEW, FormTalk
from bot.services.page_links import document_address
from bot.texts import field_error

EMPTY = ("清空", "重填", "重新填", "从头来")
"""Typed for 清空重填."""


def obey(talk: FormTalk, draft: Draft, command: str, field_id: str = "") -> FormTurn:
    """What follows a command (form_reading.Command). `field_id`: the path of a goto."""
    page = talk.page(draft)
    if command == "save":
        talk.state(draft, status="paused")
        return FormTurn([Said("utter_form_saved", page)])
    if command == "cancel":
        talk.state(draft, asking=GIVE_UP)
        choices = [
            says.pick("先保存，以后再填", "save"),
            says.pick("放弃，删除已填内容", "give_up"),
            says.pick("接着填", "go_on"),
        ]
        return FormTurn([Said("utter_form_give_up", {}, choices)])
    if command == "ask_restart":
        talk.state(draft, asking=GIVE_UP)
        sure = {**says.pick("清空重填", "restart"), "words": [*YES, *EMPTY]}
        return FormTurn([Said("utter_form_restart", {}, [sure, says.pick("接着填", "go_on")])])
    if command == "restart" and draft.asking == GIVE_UP:
        return _restart(talk, draft)
    if command == "summary":
        lines = says.lines(talk.form, draft.answers)
        said = [Said("utter_form_summary", {"lines": lines})]
        return FormTurn(said if draft.asking == REVIEW else [*said, *talk.again(draft)])
    if command == "page":
        return FormTurn([Said("utter_form_page", page)])
    if command == "submit":
        return _submit(talk, draft)
    if command == "goto" and not field_id:
        return FormTurn([Said("utter_form_how_to_change"), *talk.again(draft)])
    if command == "goto":
        return FormTurn(talk.ask(draft, field_id))
    if command == "clear":
        return _cleared(talk, draft, field_id)
    if command == "back":
        return FormTurn(_back(talk, draft))
    if command == "skip":
        return _skip(talk, draft)
    return FormTurn(talk.again(draft))


def _cleared(talk: FormTalk, draft: Draft, field_id: str) -> FormTurn:
    """Said back; what is required is asked again at once."""
    field = talk.form.field(field_id)
    said = [Said("utter_form_cleared", {"label": field.label})]
    asked = talk.ask(draft, field_id) if field.required else talk.again(draft)
    return FormTurn([*said, *asked], "", {field_id: None})


def _restart(talk: FormTalk, draft: Draft) -> FormTurn:
    """Give this draft up and begin another, with nothing in it."""
    talk.state(draft, status="given_up", asking=None)
    made = open_draft(talk.db, talk.user_id, CHANNEL, talk.now, form=talk.form)
    made = talk.save(made, dict.fromkeys(made.prefilled))  # what stood in the last demand too
    return FormTurn([Said("utter_form_restarted"), *talk.ask_open(made)])


def _back(talk: FormTalk, draft: Draft) -> list[Said]:
    asking = draft.asking or REVIEW
    if asking in (REVIEW, PREFILLED, GIVE_UP):
        fields = [f for f in talk.form.fields if f.id in draft.answers and f.asked]
        return talk.ask(draft, fields[-1].id) if fields else talk.ask_open(draft)
    before = previous_field(talk.form, asking, draft.answers)
    if before is None:
        return [Said("utter_form_first"), *talk.again(draft)]
    return talk.ask(draft, before.id)


def _skip(talk: FormTalk, draft: Draft) -> FormTurn:
    asking = draft.asking or REVIEW
    if asking in (REVIEW, PREFILLED, GIVE_UP):
        return FormTurn(talk.again(draft))
    place = place_of(talk.form, asking, draft.answers)
    if place.asked.required and place.column is None and place.field.id not in draft.answers:
        return FormTurn([Said("utter_form_required", {"label": place.field.label})])
    rows = place.field.kind == "rows"
    values = skip_values(talk.form, asking, draft.answers) if rows else {}
    if not values and place.field.id not in draft.answers:
        values = {place.field.id: []} if place.field.kind in ("choices", "rows") else {}
    draft = talk.state(talk.save(draft, values) if values else draft, misses=0)
    leave = place.column is None or place.column.id == place.field.columns[0].id
    return FormTurn(talk.ask_next(draft, asking, leave), "", values)


def _submit(talk: FormTalk, draft: Draft) -> FormTurn:
    """A demand of what the review shows: before it is shown nothing is submitted."""
    try:
        if draft.asking != REVIEW:
            check_form(talk.form, draft.answers, local_date(talk.now))
            return FormTurn(talk.ask(draft, None))
        demand = submit_draft(talk.db, draft, form=talk.form, **talk.origin)
    except FormIncompleteError as error:
        first = next(iter(error.problems))
        lines = "\n".join(
            f"{talk.form.field(name).label}：{field_error(code)}"
            for name, code in error.problems.items()
        )
        said = [Said("utter_form_incomplete", {"lines": lines}), *talk.ask(draft, first)]
        return FormTurn(said)
    link = document_address(talk.settings, demand.id, talk.now)
    values = {"number": demand.number, "link": link, "page": talk.page(draft)["link"]}
    return FormTurn([Said("utter_form_submitted", values)])
