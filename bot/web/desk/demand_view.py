"""What the page of a demand shows: each matter's line of life, its time left, what may be done."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from bot import demand_texts as words
from bot.model.calendar import local_time
from bot.model.demand import COMPLETED, DROPPED, WITHDRAWN, local_date, steps_for
from bot.model.rights import CENTRE, Staff
from bot.services.demand.matching import match_organisations
from bot.services.demand.matter_deadlines import Deadline
from bot.services.demand.matter_plans import propose_plans
from bot.services.demand.matter_rows import Matter, MatterStep
from bot.services.demand.news import contact_of, matter_name
from bot.services.demand.record_files import other_files, records_with_files
from bot.services.demand.steps import KINDS
from bot.services.demand.views import DemandView, MatterView
from bot.services.page_links import matter_address
from bot.services.resources.directory import item_texts, read_knowledge
from bot.settings import Settings
from bot.statistics_texts import OUTSIDE_LIST
from bot.web.desk import demand_texts as texts
from bot.web.guard import Posted
from bot.web.h5.views import review_sections
from bot.web.step_form import QUIET, step_title, usual_first
from knowledge import load_knowledge
from knowledge.form import DemandForm

PASSING = ("forward", "match", "rematch")
"""Steps that pass a matter to an organisation."""
ELSEWHERE = ("analyse", "rate_badly")
"""Steps that the page offers in another way: the analysis is of the whole demand, and a rating's
score decides which of both it is."""


@dataclass(frozen=True)
class Refusal:
    """Why something was not done, and what was typed: `where` names the form of the page."""

    where: str
    sentence: str
    lines: tuple[str, ...] = ()
    typed: Posted = field(default_factory=dict)

    def value(self, name: str) -> str:
        """What was typed in a control."""
        return (self.typed.get(name) or [""])[0]


NOTHING_REFUSED = Refusal("", "")


def demand_values(
    db: Connection, shown: DemandView, staff: Staff, settings: Settings, form: DemandForm,
    now: datetime,
) -> dict[str, Any]:  # fmt: skip
    """The values of demands/demand.html."""
    demand = shown.demand
    return {
        "shown": shown,
        "demand": demand,
        "company": demand.answers.get("company_name", ""),
        "matters": [_matter(db, shown, view, staff, settings, now) for view in shown.matters],
        "sections": review_sections(form, demand.answers, {}),
        "plans": (
            propose_plans(db, [v.matter for v in shown.matters]) if staff.role == CENTRE else []
        ),
        "items": read_knowledge(db).services,
        "categories": list(load_knowledge().categories.values()),
        "inquiries": shown.inquiries,
        "files": other_files(shown.files, None),
        "changes": _changes(shown, form),
        "words": words,
        "say": texts,
        "today": local_date(now),
    }


def matter_label(db: Connection, matter: Matter) -> str:
    """What of the service items a matter is, or that it is outside."""
    if matter.in_list is None:
        return ""
    items = item_texts(db)
    return items.get(matter.service or "", OUTSIDE_LIST)


def life_line(matter: Matter) -> list[tuple[str, str]]:
    """Each place of the line of life with its mark: done, now, late or none."""
    places = [place for place, (_, states) in enumerate(texts.LIFE) if matter.state in states]
    here = places[0] if places else len(texts.LIFE)
    if matter.state == "closed":
        here = len(texts.LIFE)
    mark = "late" if matter.urged_at else "now"
    if matter.state in (WITHDRAWN, DROPPED):
        return []
    return [
        (label, "done" if place < here else mark if place == here else "")
        for place, (label, _) in enumerate(texts.LIFE)
    ]


def deadline_tag(deadline: Deadline | None, now: datetime) -> tuple[str, str] | None:
    """(sentence, class) of the time that runs for a matter."""
    if deadline is None:
        return None
    due = f"{local_time(deadline.due_at):%m-%d %H:%M}"
    if deadline.state == COMPLETED:
        return texts.DUE_RATING.format(due=due), ""
    if deadline.due_at <= now:
        return texts.DUE_PAST.format(due=due), "tag_bad"
    if deadline.warn_at <= now:
        return texts.DUE_SOON.format(due=due), "tag_warn"
    return texts.DUE_OK.format(due=due), "tag_ok"


def step_line(step: MatterStep, shown_organisations: dict[int, Any], actor: str) -> str:
    """A step in one line, for who was too late."""
    to = shown_organisations.get(step.organisation_id or 0)
    return texts.STALE_STEP.format(
        time=f"{local_time(step.at):%H:%M}",
        actor=actor,
        step=words.STEP_NAMES[step.name],
        organisation=f"（{to.name}）" if to and to.name != actor else "",
        reason=f"，{step.reason}" if step.reason else "",
    )


def _matter(
    db: Connection, shown: DemandView, view: MatterView, staff: Staff, settings: Settings,
    now: datetime,
) -> dict[str, Any]:  # fmt: skip
    matter = view.matter
    organisation = shown.organisations.get(matter.organisation_id or 0)
    link = ""
    if organisation is not None and staff.role == CENTRE:
        link = matter_address(settings, matter.id, organisation.id, now)
    return {
        "matter": matter,
        "name": matter_name(matter),
        "label": matter_label(db, matter),
        "life": life_line(matter),
        "deadline": deadline_tag(view.deadline, now),
        "organisation": organisation,
        "contact": contact_of(db, organisation, matter) if organisation else "",
        "actions": _actions(db, view, staff),
        "link": link,
        "steps": [(step, _notice(shown, step)) for step in reversed(view.steps)],
        "records": records_with_files(view.records, shown.files),
        "files": other_files(shown.files, matter.id),
    }


def _actions(db: Connection, view: MatterView, staff: Staff) -> list[dict[str, Any]]:
    """The steps that the person may take, the usual one first; each with what it needs."""
    matter, returned = view.matter, {s.organisation_id for s in view.steps if s.name == "return"}
    steps = [s for s in steps_for(matter.state, staff.role) if s.name not in ELSEWHERE]
    made = []
    for step in usual_first(steps, matter.state):
        kind = KINDS.get(step.name, "")
        made.append(
            {
                "name": step.name,
                "title": texts.ON_BEHALF.get(step.name, step_title(step, matter.state)),
                "needs": step.needs,
                "quiet": step.name in QUIET,
                "who": texts.MATCH_TITLES[kind],
                "returned": returned,
                "candidates": _candidates(db, matter, kind) if step.name in PASSING else [],
            }
        )
    usual = "forward" if matter.in_list else "match"  # else the order stays
    return sorted(made, key=lambda action: (action["quiet"], action["name"] != usual))


def _candidates(db: Connection, matter: Matter, kind: str) -> list[Any]:
    return match_organisations(db, matter, kind=kind or None, limit=6)


def _notice(shown: DemandView, step: MatterStep) -> tuple[str, str]:
    """Whether the enterprise was told of a step."""
    if step.message_id is None:
        return "", ""
    return texts.NOTICES.get(shown.told.get(step.message_id, ""), ("", ""))


def _changes(shown: DemandView, form: DemandForm) -> list[dict[str, Any]]:
    """What the enterprise changed after it submitted: each version with old and new."""
    made = []
    for old, new in zip(shown.versions, shown.versions[1:], strict=False):
        fields = [
            (f.label, old.answers.get(f.id), new.answers.get(f.id), f)
            for f in form.fields
            if old.answers.get(f.id) != new.answers.get(f.id)
        ]
        made.append({"version": new, "fields": fields})
    return made
