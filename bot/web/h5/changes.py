"""What a form that shows stored answers sends back: changed, left as they were, or in conflict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.web.guard import Posted, first
from bot.web.h5.draft_pages import SEEN
from bot.web.h5.fields import ControlError, digest, read_value
from bot.web.h5.views import FieldView, also_wanted, conflict_view, refused_view, stored_view
from knowledge.form import DemandForm


@dataclass
class Changes:
    """`values`: what the person changed, {field id: value}; `views`: all fields as the page is to
    show them; `problems`: control name → code of what does not fit."""

    values: dict[str, Any] = field(default_factory=dict)
    views: dict[str, FieldView] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)

    @property
    def conflict(self) -> bool:
        """Whether somebody stored something else meanwhile."""
        return any(view.theirs for view in self.views.values())


def read_changes(
    form: DemandForm, stored: Mapping[str, Any], posted: Posted, today: date
) -> Changes:
    """What a whole form changes of the answers `stored`.

    Each field sends the mark of the value that the page knew: only who typed something new into a
    field that somebody else changed meanwhile is in conflict.
    """
    found = Changes()
    for each in form.fields:
        known, seen = stored.get(each.id), first(posted, SEEN + each.id) or digest(None)
        try:
            value = read_value(each, posted, today)
        except ControlError as error:
            found.views[each.id] = refused_view(each, posted, seen, error.problems)
            found.problems.update(error.problems)
            continue
        if digest(value) == seen:
            found.views[each.id] = stored_view(each, known)
        elif digest(known) in (seen, digest(value)):
            found.views[each.id] = FieldView(each, posted, seen)
            found.values[each.id] = value
        else:
            found.views[each.id] = conflict_view(each, posted, digest(known), value, known)
    for name in list(found.values):
        more = also_wanted(form, {**stored, **found.values}, name, found.values[name])
        found.values.update(more)
    return found
