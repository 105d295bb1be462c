"""Workbooks of resources at the desk: what every kind's page does with an uploaded file."""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.requests import Request

from bot import resource_texts as sheet_texts
from bot.model.demand_errors import SpreadsheetError
from bot.model.resource_errors import ResourceError
from bot.model.rights import Staff
from bot.services.resources.rows import P, S
from bot.services.resources.sheets import ResourceSheet, import_resources
from bot.web.desk import resource_texts as texts
from bot.web.desk.desk import Desk

AT_ONCE = ("stale", "name_taken")
"""Codes of what a colleague did meanwhile: the file was checked against what stood before."""


@dataclass(frozen=True)
class ImportAnswer:
    """What is said of an upload. `done`: it was applied, else `problem` says why not."""

    done: str = ""
    problem: str = ""
    lines: list[str] = field(default_factory=list)


def take_workbook(
    desk: Desk, request: Request, staff: Staff, sheet: ResourceSheet[P, S]
) -> ImportAnswer:
    """Apply the file of the request, wholly or not at all.

    Raises ForbiddenError, the kind's error of check_all.
    """
    files = desk.files(request).get("file", [])
    if not files:
        return ImportAnswer(problem=texts.FILE_MISSING)
    try:
        with desk.engine.begin() as db:
            done = import_resources(db, sheet, files[0].content, staff, desk.origin(staff))
    except SpreadsheetError as error:
        data = {**error.data, "missing": sheet_texts.JOIN.join(error.data.get("missing", ()))}
        return ImportAnswer(problem=sheet_texts.FILE_ERRORS[error.code].format(**data))
    except ResourceError as error:
        if error.code not in AT_ONCE:
            raise
        return ImportAnswer(problem=texts.IMPORT_STALE)
    if done.problems:
        lines = [
            sheet_texts.ROW_ERROR.format(row=each.row, column=each.column, problem=each.text)
            for each in done.problems
        ]
        return ImportAnswer(problem=texts.IMPORT_NOTHING, lines=lines)
    return ImportAnswer(
        texts.IMPORTED.format(added=done.added, changed=done.changed, same=done.same)
    )
