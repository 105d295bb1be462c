"""A field added to knowledge/demand_form.yml is at the desk without a line of code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.form import FOLDER, load_form
from tests.desk.demands import FENGHUANGHU, said
from tests.desk.office import Office, serving_office
from tests.desk.test_walk_in_pages import FORM, key_of, stored

ADDED = (
    "      - {id: website, label: 企业网址, kind: text, required: false, question: 网址是？,"
    " hint: 请写网址。, example: www.example.com}\n"
)


@pytest.fixture
def changed_office(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Office]:
    """The desk of a district whose form asks for a website too."""
    text = (FOLDER / "demand_form.yml").read_text(encoding="utf-8")
    path = tmp_path / "demand_form.yml"
    path.write_text(text.replace("      - id: wanted\n", ADDED + "      - id: wanted\n", 1))
    monkeypatch.setattr(load_form, "__defaults__", (path,))
    with serving_office(office.settings, office.engine) as changed:
        yield changed


def test_added_field_is_filled_in_and_shown_at_the_desk(changed_office: Office) -> None:
    clerk = changed_office.colleague("clerk", station=FENGHUANGHU)
    key = key_of(clerk)
    page = clerk.get("/demands/new")
    assert "企业网址" in said(page)
    assert 'name="website"' in page.text
    answer = clerk.post("/demands/new", key=key, **FORM, website="www.yc-example.cn")
    assert answer.status_code == 303
    (demand,) = stored(changed_office)
    assert demand.answers["website"] == "www.yc-example.cn"
    assert "企业网址" in said(clerk.get(f"/demands/{demand.id}"))
    assert "www.yc-example.cn" in said(clerk.get(f"/demands/{demand.id}"))


def test_field_that_the_form_does_not_have_is_not_taken(office: Office) -> None:
    """Without the line in the YAML the same posting stores nothing of it."""
    clerk = office.colleague("clerk", station=FENGHUANGHU)
    clerk.post("/demands/new", key=key_of(clerk), **FORM, website="www.yc-example.cn")
    (demand,) = stored(office)
    assert "website" not in demand.answers
