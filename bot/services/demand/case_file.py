"""The case file of a demand (服务档案) as a Word document, with all that was done for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.engine import Connection

from bot import demand_texts as texts
from bot.model.calendar import local_time
from bot.model.demand import ORGANISATION
from bot.model.demand_actor import DemandActor
from bot.model.form import display
from bot.services.actor_names import actor_names
from bot.services.demand.access import require_demand, sees_matter
from bot.services.demand.attachments import Attachment, files_of
from bot.services.demand.inquiries import inquiries_of
from bot.services.demand.matter_rows import Matter, matters_of, steps_of
from bot.services.demand.news import matter_name
from bot.services.demand.record_files import other_files, records_with_files
from bot.services.demand.rows import Demand, get_demand
from bot.services.demand.service_records import records_of
from bot.services.resources.organisations import list_organisations
from bot.services.word_table import COLUMNS, WRITTEN, WordTable, fill
from knowledge.form import load_form

LABEL = 10


def case_file(db: Connection, demand_id: int, who: DemandActor) -> bytes:
    """All that is known of a demand and of those of its matters that they may see, as .docx.

    Raises NotFoundError.
    """
    demand = get_demand(db, demand_id)
    parts = matters_of(db, demand_id)
    require_demand(who, demand, parts)
    table = WordTable(texts.CASE_TITLE)
    table.line(texts.CASE_NUMBER.format(number=demand.number), texts.STATE_NAMES[demand.status])
    _form(table, demand)
    names = {each.id: each.name for each in list_organisations(db)}
    files = files_of(db, demand_id, who)
    for matter in parts:
        if sees_matter(who, demand, matter):
            _matter(db, table, matter, names, files)
    if who.role != ORGANISATION:  # as on its page: a complaint may be about the organisation
        _inquiries(db, table, demand)
    if own := other_files(files, None):
        _head(table, texts.CASE_FILES)
        _pair(table, texts.CASE_FILES, _names(own))
    return table.save()


def _form(table: WordTable, demand: Demand) -> None:
    _head(table, texts.CASE_FORM)
    for field in load_form().fields:
        if value := demand.answers.get(field.id):
            _pair(table, field.label, display(field, value))


def _matter(
    db: Connection,
    table: WordTable,
    matter: Matter,
    names: dict[int, str],
    files: Sequence[Attachment],
) -> None:
    state = texts.STATE_NAMES[matter.state]
    title = {"place": matter.place, "matter": matter_name(matter), "state": state}
    _head(table, texts.CASE_MATTER.format(**title))
    _pair(table, texts.CASE_WANTS, matter.wants)
    if matter.organisation_id is not None:
        _pair(table, texts.CASE_ORGANISATION, names.get(matter.organisation_id, ""))
    if matter.starts_at is not None:
        _pair(table, texts.CASE_SCHEDULED, f"{_time(matter.starts_at)}　{matter.location}")
    _pair(table, texts.CASE_STEPS, _steps(db, matter, names))
    for record, kept in records_with_files(records_of(db, matter.id), files):
        day = record.served_on
        said = f"{day.year}年{day.month}月{day.day}日　{record.text}"
        said += texts.CASE_RECORD_FILES.format(files=_names(kept)) if kept else ""
        _pair(table, texts.RECORD_KINDS[record.kind], said)
    if own := other_files(files, matter.id):
        _pair(table, texts.CASE_FILES, _names(own))
    if matter.score is not None:
        words = matter.rating_words or ""
        _pair(table, texts.CASE_RATING, texts.CASE_SCORE.format(score=matter.score, words=words))


def _names(files: Sequence[Attachment]) -> str:
    return "\n".join(file.name for file in files)


def _steps(db: Connection, matter: Matter, names: dict[int, str]) -> str:
    steps = steps_of(db, matter.id)
    actors = actor_names(db, {step.actor for step in steps})
    lines = []
    for step in steps:
        to = names.get(step.organisation_id or 0, "")
        reason = texts.CASE_REASON.format(reason=step.reason) if step.reason else ""
        values = {
            "time": _time(step.at),
            "step": texts.STEP_NAMES[step.name],
            "actor": actors[step.actor],
            "organisation": f"　{to}" if to and to != actors[step.actor] else "",
        }
        lines.append(texts.CASE_STEP.format(**values, reason=reason))
    return "\n".join(lines)


def _inquiries(db: Connection, table: WordTable, demand: Demand) -> None:
    said = inquiries_of(db, demand.id)
    if said:
        _head(table, texts.CASE_INQUIRIES)
    for each in said:
        answer = texts.CASE_ANSWER.format(answer=each.answer) if each.answer else ""
        _pair(table, texts.INQUIRY_KINDS[each.kind], f"{_time(each.at)}　{each.text}{answer}")


def _head(table: WordTable, text: str) -> None:
    (cell,) = table.row(COLUMNS, keep=True)
    fill(cell, text, bold=True)


def _pair(table: WordTable, label: str, value: str) -> None:
    left, right = table.row(LABEL, COLUMNS - LABEL, split=True)
    fill(left, label)
    fill(right, value, font=WRITTEN)


def _time(moment: datetime) -> str:
    return f"{local_time(moment):%Y-%m-%d %H:%M}"
