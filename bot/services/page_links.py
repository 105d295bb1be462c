"""Addresses of the pages that a person opens from the chat: each a link signed for one thing."""

from __future__ import annotations

from datetime import datetime

from bot.link_secret import read_secret
from bot.services.links import make_link, read_link
from bot.settings import Settings

FORM = "draft"
"""Purpose of a link whose subject is a draft's id: its page, and what became of it."""
EXPORT = "export"
"""Purpose of a link whose subject is a user's id: everything stored of that user."""
EXPORT_SECONDS = 3600.0
DOCUMENT = "document"
"""Purpose of a link whose subject is a demand's id: the filled form to download."""

BOOKING = "booking"
"""Purpose of a link whose subject is a user's id: the calendar, and what they have booked."""
BOOKING_SECONDS = 7 * 86_400.0
"""The reminder a day before still finds the page that was opened to book; then it closes."""
MATTER = "matter"
"""Purpose of a link for an organisation without sign-in: its subject is matter and organisation."""
MATTER_SECONDS = 30 * 86_400.0
"""Longer than a service takes by knowledge/deadlines.yml; the centre can send a new one."""

CALENDAR = "calendar"
"""Purpose of a link whose subject is a booking's id: its calendar file to download."""
CALENDAR_SECONDS = 60 * 86_400.0
"""Longer than any booking is ahead: the file is downloaded again after a change."""


def form_address(settings: Settings, draft_id: int, now: datetime) -> str:
    """The page of a draft: to fill it, later to see, change or withdraw the demand it became."""
    seconds = settings.draft_link_seconds
    token = make_link(read_secret(settings), FORM, str(draft_id), seconds, now)
    return f"{settings.link_base}/h5/form/{token}"


def document_address(settings: Settings, demand_id: int, now: datetime) -> str:
    """The filled form of a demand as a Word document."""
    token = document_token(settings, demand_id, now)
    return f"{settings.link_base}/h5/document/{token}"


def document_token(settings: Settings, demand_id: int, now: datetime) -> str:
    """The last part of `document_address`."""
    seconds = settings.document_link_seconds
    return make_link(read_secret(settings), DOCUMENT, str(demand_id), seconds, now)


def matter_address(settings: Settings, matter_id: int, organisation_id: int, now: datetime) -> str:
    """The page on which an organisation accepts, returns, schedules and records a matter."""
    subject = f"{matter_id}:{organisation_id}"
    token = make_link(read_secret(settings), MATTER, subject, MATTER_SECONDS, now)
    return f"{settings.link_base}/h5/matter/{token}"


def read_matter_link(settings: Settings, token: str, now: datetime) -> tuple[int, int]:
    """(matter id, organisation id) of a link of `matter_address`. Raises LinkError.

    Whether the matter is still the organisation's, the services decide: see demand_actor.by_link.
    """
    matter_id, organisation_id = read_link(read_secret(settings), MATTER, token, now).split(":")
    return int(matter_id), int(organisation_id)


def export_address(settings: Settings, user_id: int, now: datetime) -> str:
    """All that is stored of a user, as a file to download."""
    token = make_link(read_secret(settings), EXPORT, str(user_id), EXPORT_SECONDS, now)
    return f"{settings.link_base}/h5/export/{token}"


def booking_address(settings: Settings, user_id: int, now: datetime) -> str:
    """The calendar page of a user."""
    token = make_link(read_secret(settings), BOOKING, str(user_id), BOOKING_SECONDS, now)
    return f"{settings.link_base}/h5/booking/{token}"


def calendar_address(settings: Settings, booking_id: int, now: datetime) -> str:
    """The calendar file of a booking."""
    return f"{settings.link_base}/h5/calendar/{calendar_token(settings, booking_id, now)}"


def calendar_token(settings: Settings, booking_id: int, now: datetime) -> str:
    """The last part of `calendar_address`."""
    return make_link(read_secret(settings), CALENDAR, str(booking_id), CALENDAR_SECONDS, now)
