"""What the services of the resource database refuse, as codes; the edges say them in Chinese."""

from __future__ import annotations

from typing import Any

from bot.model.errors import ServiceError


class ResourceError(ServiceError):
    """A resource cannot be kept so; `code`: name_taken, stale, or one of its kind's check."""

    def __init__(self, code: str, **data: Any) -> None:
        self.code = code
        super().__init__(**data)


class ServiceItemError(ResourceError):
    """Of a service item; also category_empty (data: categories that would have none in use)."""


class ExpertError(ResourceError):
    """Of an expert."""


class OrganisationError(ResourceError):
    """Of a department or technical organisation."""
