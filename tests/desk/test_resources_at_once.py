"""Resources that a colleague changes in the moment in which somebody else saves or imports."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import openpyxl
import pytest

from bot.services.resources import item_links, sheets
from tests.desk.demands import said, serving_organisations
from tests.desk.office import Office
from tests.desk.test_item_pages import AT, ITEM, form_of, telephones
from tests.desk.test_organisation_pages import saved


def seen_before(listed: Callable[..., list[Any]]) -> Callable[..., list[Any]]:
    """The list as it stood before a colleague changed everything on it."""

    def before(*args: Any, **given: Any) -> list[Any]:
        return [replace(each, version=each.version - 1) for each in listed(*args, **given)]

    return before


def test_item_whose_organisation_changes_meanwhile_keeps_what_was_typed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, first, _ = serving_organisations(office)
    centre = office.colleague("centre")
    form = form_of(office, ITEM, telephones="49850000", terms="校准、碳足迹")
    form["organisations"] = [str(first.id)]
    changed = seen_before(item_links.list_organisations)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(item_links, "list_organisations", changed)
        refused = centre.post(f"{AT}/{ITEM}", **form)
    assert refused.status_code == 409
    assert "同事刚修改过其中一个承接单位，这次没有保存" in said(refused)
    assert "碳足迹" in refused.text, "what was typed"
    assert telephones(office) == ("49473890",)
    assert centre.post(f"{AT}/{ITEM}", **form).status_code == 303, "once more is enough"
    assert telephones(office) == ("49850000",)


@pytest.mark.parametrize("at", ["/organisations", "/experts", AT])
def test_import_while_a_colleague_saves_says_so_and_imports_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    serving_organisations(office)
    centre = office.colleague("centre")
    book = openpyxl.load_workbook(io.BytesIO(centre.get(f"{at}/export").content))
    rows = book.active
    assert rows is not None
    place = [cell.value for cell in rows[1]].index("来源") + 1
    for row in range(2, rows.max_row + 1):
        rows.cell(row, place).value = "服务中心核对"
    file = {"file": ("导入.xlsx", saved(book))}
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(sheets, "list_resources", seen_before(sheets.list_resources))
        refused = centre.upload(f"{at}/import", file)
    assert refused.status_code == 422
    assert "同事刚修改过，这次没有导入任何内容" in said(refused)
    assert centre.upload(f"{at}/import", file).status_code == 303
