"""What the services of the resource database refuse, as codes; the edges say them in Chinese."""

from __future__ import annotations

from bot.model.errors import CodedError


class ResourceError(CodedError):
    """A resource cannot be kept so; `code`: name_taken, stale, or one of its kind's check."""


class ServiceItemError(ResourceError):
    """Of a service item; also category_empty (data: categories that would have none in use)."""


class ExpertError(ResourceError):
    """Of an expert."""


class OrganisationError(ResourceError):
    """Of a department or technical organisation."""
