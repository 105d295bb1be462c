"""Does what a user of the demand form says instead of an answer: 上一步, 跳过, 保存, 提交 …"""

from __future__ import annotations

from collections.abc import Callable

from bot.model.demand import local_date
from bot.model.errors import FormIncompleteError
from bot.model.form import place_of, previous_field, skip_values
from bot.services.demand.demands import submit_draft
from bot.services.form import says
from bot.services.form.check import check_form
from bot.services.form.draft_rows import Draft
from bot.services.form.says import FormTurn, Said
from bot.services.form.talk import GIVE_UP, PREFILLED, REVIEW, FormTalk
from bot.services.page_links import document_address
from bot.texts import field_error


def obey(talk: FormTalk, draft: Draft, command: str, field_id: str = "") -> FormTurn:
    """What follows a command (see form_talk.reading).

    `field_id`: the path of a goto, the field of a clear.
    """
    order = ORDERS.get(command)
    return order(talk, draft, field_id) if order else FormTurn(talk.again(draft))


def _save(talk: FormTalk, draft: Draft, _: str) -> FormTurn:
    talk.state(draft, status="paused")
    return FormTurn([Said("utter_form_saved", talk.page(draft))])


def _cancel(talk: FormTalk, draft: Draft, _: str) -> FormTurn:
    """Nothing is deleted before it is confirmed."""
    talk.state(draft, asking=GIVE_UP)
    return FormTurn([says.give_up()])


def _summary(talk: FormTalk, draft: Draft, _: str) -> FormTurn:
    lines = says.lines(talk.form, draft.answers)
    said = [Said("utter_form_summary", {"lines": lines})]
    return FormTurn(said if draft.asking == REVIEW else [*said, *talk.again(draft)])


def _page(talk: FormTalk, draft: Draft, _: str) -> FormTurn:
    return FormTurn([Said("utter_form_page", talk.page(draft))])


def _goto(talk: FormTalk, draft: Draft, path: str) -> FormTurn:
    if path:
        return FormTurn(talk.ask(draft, path))
    return FormTurn([Said("utter_form_how_to_change"), *talk.again(draft)])


def _clear(talk: FormTalk, draft: Draft, field_id: str) -> FormTurn:
    """Said back; what is required is asked again at once."""
    field = talk.form.field(field_id)
    said = [Said("utter_form_cleared", {"label": field.label})]
    asked = talk.ask(draft, field_id) if field.required else talk.again(draft)
    return FormTurn([*said, *asked], "", {field_id: None})


def _back(talk: FormTalk, draft: Draft, _: str) -> FormTurn:
    asking = draft.asking or REVIEW
    if asking in (REVIEW, PREFILLED, GIVE_UP):
        fields = [f for f in talk.form.fields if f.id in draft.answers and f.asked]
        return FormTurn(talk.ask(draft, fields[-1].id) if fields else talk.ask_open(draft))
    before = previous_field(talk.form, asking, draft.answers)
    if before is None:
        return FormTurn([Said("utter_form_first"), *talk.again(draft)])
    return FormTurn(talk.ask(draft, before.id))


def _skip(talk: FormTalk, draft: Draft, _: str) -> FormTurn:
    asking = draft.asking or REVIEW
    if asking in (REVIEW, PREFILLED, GIVE_UP):
        return FormTurn(talk.again(draft))
    place = place_of(talk.form, asking, draft.answers)
    if place.asked.required and place.column is None and place.field.id not in draft.answers:
        misses = talk.state(draft, misses=draft.misses + 1).misses
        if misses > 2:
            return FormTurn([says.stuck(place.asked, field_error("required"))])
        return FormTurn([Said("utter_form_required", {"label": place.field.label})])
    rows = place.field.kind == "rows"
    values = skip_values(talk.form, asking, draft.answers) if rows else {}
    if not values and place.field.id not in draft.answers:
        values = {place.field.id: []} if place.field.kind in ("choices", "rows") else {}
    draft = talk.state(talk.save(draft, values) if values else draft, misses=0)
    leave = place.column is None or place.column.id == place.field.columns[0].id
    return FormTurn(talk.ask_next(draft, asking, leave), "", values)


def _submit(talk: FormTalk, draft: Draft, _: str) -> FormTurn:
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


ORDERS: dict[str, Callable[[FormTalk, Draft, str], FormTurn]] = {
    "save": _save,
    "cancel": _cancel,
    "summary": _summary,
    "page": _page,
    "submit": _submit,
    "goto": _goto,
    "clear": _clear,
    "back": _back,
    "skip": _skip,
}
