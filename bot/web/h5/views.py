"""What the templates show: the form with its values, errors and progress."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from dataclasses import field as attribute
from typing import Any

from bot.texts import field_error
from bot.web.guard import Posted
from bot.web.h5.fields import EMPTY, controls_of, digest, row_numbers, show_lines
from knowledge.form import DemandForm, FormField, FormSection

WANTED = "wanted"
"""The field that says which sections are wanted."""


_HINTED = ("number", "date", "telephone", "credit_code", "email")


@dataclass(frozen=True)
class FieldView:
    """One field on the page.

    `held`: control name → values shown; `base`: mark of the stored value that the page knows;
    `errors`: control name → sentence; `dirty`: what is shown is not stored; `lines`: the value to
    read; `theirs`: the field as stored, when somebody changed it meanwhile.
    """

    field: FormField
    held: Posted
    base: str
    errors: Mapping[str, str] = attribute(default_factory=dict)
    dirty: bool = False
    theirs: FieldView | None = None
    prefilled: bool = False
    lines: tuple[str, ...] = ()

    def value(self, name: str) -> str:
        """What the control `name` shows."""
        return (self.held.get(name) or [""])[0]

    def hint(self, asked: FormField) -> str:
        """How a field or column is filled in; of other kinds the hint speaks of replies in chat."""
        told = asked.kind in _HINTED or asked.format in ("company", "person")
        return asked.hint if told else ""

    def chosen(self, name: str, option: str) -> bool:
        """Whether `option` is ticked."""
        return option in self.held.get(name, [])

    @property
    def blank(self) -> FieldView:
        """The field with nothing in it: what a new row is made from."""
        return FieldView(self.field, {}, self.base)

    @property
    def rows(self) -> list[int]:
        """The numbers of the rows."""
        return row_numbers(self.field, self.held)


@dataclass(frozen=True)
class SectionView:
    """A folded part of the page. `marked`: the enterprise asked for this service."""

    section: FormSection
    fields: tuple[FieldView, ...]
    done: int
    total: int
    marked: bool
    open: bool = False

    @property
    def left_out(self) -> bool:
        """Whether its answers are not submitted, as the service was unticked."""
        return self.section.chosen and not self.marked and self.done > 0


@dataclass(frozen=True)
class ReviewLine:
    """A field as the review and the result show it."""

    field: FormField
    lines: tuple[str, ...]
    problem: str = ""


def stored_view(field: FormField, value: Any, prefilled: bool = False) -> FieldView:
    """A field that shows what is stored."""
    lines = tuple(show_lines(field, value))
    held = controls_of(field, value)
    return FieldView(field, held, digest(value), prefilled=prefilled, lines=lines)


def refused_view(
    field: FormField, typed: Posted, base: str, problems: Mapping[str, str]
) -> FieldView:
    """A field that shows what was typed and why it was not taken."""
    errors = {name: field_error(code) for name, code in problems.items()}
    return FieldView(field, typed, base, errors, dirty=True)


def conflict_view(field: FormField, typed: Posted, base: str, mine: Any, stored: Any) -> FieldView:
    """A field that shows both what was typed and what somebody stored meanwhile."""
    return FieldView(
        field,
        typed,
        base,
        dirty=True,
        theirs=stored_view(field, stored),
        lines=tuple(show_lines(field, mine)),
    )


def also_wanted(
    form: DemandForm, answers: Mapping[str, Any], field_id: str, value: Any
) -> dict[str, Any]:
    """What filling in `field_id` adds to WANTED: only wanted sections are submitted."""
    section = form.section(form.field(field_id).section)
    wanted = answers.get(WANTED) or []
    if not section.chosen or value in EMPTY or section.title in wanted:
        return {}
    options = form.field(WANTED).options
    return {WANTED: [title for title in options if title in (*wanted, section.title)]}


def section_views(
    form: DemandForm, answers: Mapping[str, Any], views: Mapping[str, FieldView]
) -> list[SectionView]:
    """All sections with those of their fields that `views` has."""
    wanted = answers.get(WANTED) or []
    made = []
    for section in form.sections:
        fields = [field for field in form.fields if field.section == section.id]
        done = sum(answers.get(field.id) not in EMPTY for field in fields)
        marked = section.chosen and section.title in wanted
        shown = tuple(views[field.id] for field in fields if field.id in views)
        made.append(SectionView(section, shown, done, len(fields), marked))
    return made


def filled(form: DemandForm, answers: Mapping[str, Any]) -> int:
    """How many fields have an answer."""
    return sum(answers.get(field.id) not in EMPTY for field in form.fields)


def review_sections(
    form: DemandForm, answers: Mapping[str, Any], problems: Mapping[str, str]
) -> list[tuple[FormSection, list[ReviewLine]]]:
    """Each section's answers and what is wrong in it; what is not wanted is left out."""
    wanted = answers.get(WANTED) or []
    shown = []
    for section in form.sections:
        if section.chosen and section.title not in wanted:
            continue
        lines = [
            ReviewLine(
                field,
                tuple(show_lines(field, answers.get(field.id))),
                field_error(problems[field.id]) if field.id in problems else "",
            )
            for field in form.fields
            if field.section == section.id
            and (answers.get(field.id) not in EMPTY or field.id in problems)
        ]
        if lines:
            shown.append((section, lines))
    return shown


def unfold(sections: list[SectionView]) -> list[SectionView]:
    """Unfold the first section that has something left to do, else the first."""

    def waits(section: SectionView) -> bool:
        missing = any(v.field.required and not any(v.held.values()) for v in section.fields)
        return missing or (section.marked and not section.done)

    first = next((s.section.id for s in sections if waits(s)), sections[0].section.id)
    return [replace(s, open=s.section.id == first) for s in sections]
