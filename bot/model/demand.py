"""The rules of a submitted demand: its number, its categories, and the table of its life.

A demand is served as one matter (事项) for each category that it asks for, or as the centre splits
it. Each matter moves by TRANSITIONS; the demand's own state follows from its matters.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from knowledge.form import DemandForm, FormField

SUBMITTED = "submitted"  # 已提交: waits for the centre
ANALYSED = "analysed"  # 汇总分析: known what it is, waits to be passed on
RETURNED = "returned"  # 退回: waits to be matched again
ASSESSING = "assessing"  # 评估: with the department or organisation
ACCEPTED = "accepted"  # 接收: waits for its date
SCHEDULED = "scheduled"  # 预约服务
IN_SERVICE = "in_service"  # 服务中
REVISITING = "revisiting"  # 回访: badly rated, the centre asks what was wrong
COMPLETED = "completed"  # 完成: waits for the rating
RATED = "rated"  # 评价: waits to be closed
CLOSED = "closed"  # 办结
WITHDRAWN = "withdrawn"  # 撤回
DROPPED = "dropped"  # 撤销: the demand was changed or divided without it
OPEN_STATES = (
    SUBMITTED,
    ANALYSED,
    RETURNED,
    ASSESSING,
    ACCEPTED,
    SCHEDULED,
    IN_SERVICE,
    REVISITING,
    COMPLETED,
    RATED,
)
"""In the order of a life: of several matters, the one furthest behind is the demand's state."""
DEMAND_STATES = (*OPEN_STATES, CLOSED, WITHDRAWN)
DESK_SOURCES = ("window", "phone", "visit")
"""How an enterprise comes to staff that take its demand down."""
STATES = (*DEMAND_STATES, DROPPED)
"""Of a matter; a demand has always one that was not dropped."""
ENDED = frozenset(STATES) - set(OPEN_STATES)
UNTIL_SERVED = OPEN_STATES[:7]
"""Up to 服务中: who is late in one of these, served the enterprise late."""

ENTERPRISE, SYSTEM = "enterprise", "system"
CENTRE, SPECIALIST, CLERK, ORGANISATION = "centre", "specialist", "clerk", "organisation"
ACTORS = (ENTERPRISE, SYSTEM, CENTRE, SPECIALIST, CLERK, ORGANISATION, "admin")
"""Whoever may come to a demand: roles of staff, the enterprise itself, the clock."""

WORST_GOOD_SCORE = 3
"""Of 1 to 5; a worse one is followed by a visit back."""
REASON_LONGEST = 300
"""Characters of a reason: it is read in a list, and told in one message of the platform."""


@dataclass(frozen=True)
class Transition:
    """A step of a matter. `target` None: its state stays.

    `needs`: what must be given: organisation, reason, time, record, score. `tells`: the key in
    bot/texts.py's DEMAND_NEWS of what the enterprise is told; empty: nothing.
    """

    name: str
    sources: frozenset[str]
    target: str | None
    roles: frozenset[str]
    needs: tuple[str, ...] = ()
    tells: str = ""


def _step(
    name: str,
    sources: Iterable[str],
    target: str | None,
    roles: Iterable[str],
    needs: tuple[str, ...] = (),
    tells: str = "",
) -> Transition:
    return Transition(name, frozenset(sources), target, frozenset(roles), needs, tells)


_SERVING = (ORGANISATION, SPECIALIST, CENTRE)
"""The organisation itself, or who records for it on the telephone."""
_CARING = (SPECIALIST, CENTRE)
_FOR_ENTERPRISE = (ENTERPRISE, SPECIALIST, CLERK, CENTRE)
"""The enterprise itself, or who records what it said at the window."""
_BEFORE_SERVICE = (SUBMITTED, ANALYSED, RETURNED, ASSESSING, ACCEPTED, SCHEDULED)

TRANSITIONS = {
    step.name: step
    for step in (
        _step("analyse", [SUBMITTED], ANALYSED, [CENTRE], (), "analysed"),
        _step("forward", [ANALYSED], ASSESSING, [CENTRE], ("organisation",), "forwarded"),
        _step("match", [ANALYSED], ASSESSING, [CENTRE], ("organisation",), "matched"),
        _step("rematch", [RETURNED], ASSESSING, [CENTRE], ("organisation",), "rematched"),
        _step("accept", [ASSESSING], ACCEPTED, _SERVING, (), "accepted"),
        _step("return", [ASSESSING, ACCEPTED], RETURNED, _SERVING, ("reason",), "returned"),
        _step("schedule", [ACCEPTED, SCHEDULED], SCHEDULED, _SERVING, ("time",), "scheduled"),
        _step("start", [SCHEDULED], IN_SERVICE, _SERVING, (), "started"),
        _step("record", [ACCEPTED, SCHEDULED, IN_SERVICE], None, _SERVING, ("record",)),
        _step("complete", [IN_SERVICE], COMPLETED, _SERVING, ("record",), "completed"),
        _step("rate", [COMPLETED], RATED, _FOR_ENTERPRISE, ("score",)),
        _step("rate_badly", [COMPLETED], REVISITING, _FOR_ENTERPRISE, ("score",)),
        _step("revisit", [REVISITING], RATED, _CARING, ("reason",)),
        _step("resume", [REVISITING], IN_SERVICE, _CARING, ("reason",), "resumed"),
        _step("close", [RATED, COMPLETED], CLOSED, [CENTRE], (), "closed"),
        _step("close_unrated", [COMPLETED], CLOSED, [SYSTEM], (), "closed"),
        _step("end", [ANALYSED, RETURNED], CLOSED, [CENTRE], ("reason",), "ended"),
        _step("withdraw", _BEFORE_SERVICE, WITHDRAWN, _FOR_ENTERPRISE, ("reason",)),
        _step("drop", [SUBMITTED], DROPPED, [SYSTEM], ("reason",)),
        _step("urge", set(OPEN_STATES) - {COMPLETED}, None, [CENTRE, SYSTEM]),
    )
}
"""The whole life of a matter (plan, chapter 五（二）、（三）), in its order."""

WAITS_FOR = {
    CENTRE: (SUBMITTED, ANALYSED, RETURNED, REVISITING, RATED),
    SPECIALIST: (REVISITING,),
    ORGANISATION: (ASSESSING, ACCEPTED, SCHEDULED, IN_SERVICE),
}
"""Whose turn it is: by role, the states in which a matter waits for it."""

MAY_CHANGE = frozenset({SUBMITTED})
"""Once somebody works on a demand, the enterprise adds words instead of changing the form."""
MAY_WITHDRAW = TRANSITIONS["withdraw"].sources
CHINA = timedelta(hours=8)
"""The whole country keeps one time, without summer time."""


def steps_for(state: str, role: str) -> list[Transition]:
    """What somebody of a role may do with a matter in a state, in the table's order."""
    return [t for t in TRANSITIONS.values() if state in t.sources and role in t.roles]


def demand_state(matters: Iterable[str]) -> str:
    """The demand's state by its matters' (one or more): the open one furthest behind.

    With none open it is closed, unless every matter was withdrawn.
    """
    states = set(matters)
    for state in OPEN_STATES:
        if state in states:
            return state
    return CLOSED if CLOSED in states else WITHDRAWN


def local_date(moment: datetime) -> date:
    """The day in China of a UTC moment."""
    return (moment + CHINA).date()


def demand_number(year: int, sequence: int) -> str:
    """ZLXQ-2026-0001: 质量需求, the year of submission, its place in that year."""
    return f"ZLXQ-{year}-{sequence:04d}"


def clean_number(text: str) -> str:
    """A demand's number as people type it (full width, small letters, blanks) in its one form."""
    return "".join(unicodedata.normalize("NFKC", text).upper().split())


def categories_of(form: DemandForm, answers: Mapping[str, Any]) -> list[str]:
    """The categories that the answers ask for, in the form's order."""
    found: dict[str, None] = {}
    for field in form.fields:
        for category in _categories(form, field, answers.get(field.id)):
            found.setdefault(category)
    return list(found)


def wants_of(form: DemandForm, answers: Mapping[str, Any]) -> dict[str, list[str]]:
    """What is asked for by category, "" for what is in none (九、其他服务), in the form's order.

    Options and free words as the enterprise gave them; a section that is wanted without saying
    what of it is there with an empty list. Never empty: who submits wants something.
    """
    chosen = answers.get(WANTED) or ()
    sections = [s.category or "" for s in form.sections if s.title in chosen]
    found: dict[str, list[str]] = {c: [] for c in [*categories_of(form, answers), *sections]}
    for field in form.fields:
        value = answers.get(field.id)
        if field.kind == "choices" and value and field.id not in NO_WANTS:
            own = form.section(field.section).category or ""
            known = dict(zip(field.options, field.option_categories, strict=True))
            for option in value:
                found.setdefault(known.get(option) or own, []).append(option)
        elif field.id == OTHER_WANTS and value:
            found.setdefault("", []).append(str(value))
    return found or {"": []}


WANTED = "wanted"
"""The field that names the sections of the form that are wanted."""
NO_WANTS = (WANTED, "methods")
"""Fields of the form with choices that ask for nothing by themselves."""
OTHER_WANTS = "other_wants"
"""The field of section 九: services that no category names."""


def _categories(form: DemandForm, field: FormField, value: Any) -> list[str]:
    own = form.section(field.section).category
    if not value:
        return []
    if field.kind != "choices":
        return [own] if own else []
    known = dict(zip(field.options, field.option_categories, strict=True))
    return [category for option in value if (category := known.get(option, own))]
