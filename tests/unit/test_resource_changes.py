"""How the history of a resource says what was done."""

from __future__ import annotations

from datetime import datetime

from bot.services.resources.history import ResourceChange
from bot.web.desk.resource_changes import change_lines, history

AT = datetime(2026, 3, 2, 1, 0)


def test_only_what_was_added_is_said_to_be_added() -> None:
    added = ResourceChange(AT, "李工", True, {}, {"telephone": "49850000"})
    empty = ResourceChange(AT, "李工", False, {}, {})
    assert history([empty, added], {}) == [(added, ["添加"])]


def test_a_field_without_a_value_before_is_a_change() -> None:
    assert change_lines(False, {}, {"telephone": "49850000"}, {}) == ["联系电话：空 → 49850000"]
