"""The kinds of resources that there are, in the order in which an empty database is filled."""

from __future__ import annotations

from typing import Any

from bot.services.resources.experts import EXPERTS
from bot.services.resources.organisations import ORGANISATIONS
from bot.services.resources.rows import ResourceKind
from bot.services.resources.service_items import ITEMS

KINDS: dict[str, ResourceKind[Any, Any]] = {
    kind.what: kind for kind in (ITEMS, EXPERTS, ORGANISATIONS)
}
"""By the name under which events hold a resource's id. Organisations link items: they come last."""
