"""What the services of the resource database refuse, as codes; the edges say them in Chinese."""

from __future__ import annotations

from typing import Any

from bot.model.errors import ServiceError


class ServiceItemError(ServiceError):
    """A service item cannot be kept so.

    `code`: name_taken, stale, category_empty (data: categories that would have none in use), or
    one of check_item's.
    """

    def __init__(self, code: str, **data: Any) -> None:
        self.code = code
        super().__init__(**data)


class ExpertError(ServiceError):
    """An expert cannot be kept so; `code`: name_taken, stale, or one of check_expert's."""

    def __init__(self, code: str, **data: Any) -> None:
        self.code = code
        super().__init__(**data)
