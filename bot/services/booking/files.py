"""The calendar file of a booking (iCalendar, RFC 5545), for the phone's own calendar."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from icalendar import Alarm, Calendar, Event

from bot import texts
from bot.model.booking import UPCOMING
from bot.services.booking.rows import Booking
from knowledge import load_knowledge

MEDIA_TYPE = "text/calendar; charset=utf-8"
BEFORE = timedelta(hours=1)
"""When the phone reminds, besides the reminders of the account."""


def booking_file(booking: Booking) -> bytes:
    """The booking as one event. Downloaded again after a change it replaces the first one, and
    takes it out of the calendar when the booking is no more."""
    calendar = Calendar()
    calendar.add("prodid", "-//quality-service-assistant//bookings//ZH")
    calendar.add("version", "2.0")
    active = booking.status in UPCOMING
    calendar.add("method", "PUBLISH" if active else "CANCEL")
    calendar.add_component(_event(booking, active=active))
    return bytes(calendar.to_ical())


def file_name(booking: Booking) -> str:
    """Name of the file to download."""
    return f"{booking.number or booking.id}.ics"


def _event(booking: Booking, *, active: bool) -> Event:
    title = _title(booking)
    event = Event()
    event.add("uid", f"booking-{booking.id}@quality-service-assistant")
    event.add("sequence", booking.version)
    event.add("dtstamp", _utc(booking.changed_at))
    event.add("dtstart", _utc(booking.starts_at))
    event.add("dtend", _utc(booking.ends_at))
    event.add("summary", title if active else texts.BOOKING_FILE_CANCELLED.format(title=title))
    event.add("location", _station(booking.station))
    event.add("description", _description(booking))
    event.add("status", "CONFIRMED" if active else "CANCELLED")
    if active:
        event.add_component(_alarm(title))
    return event


def _alarm(title: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", -BEFORE)
    return alarm


def _title(booking: Booking) -> str:
    field = booking.field
    subject = texts.BOOKING_FILE_SUBJECT.format(fields=field) if field else ""
    return texts.BOOKING_FILE_TITLE + subject


def _description(booking: Booking) -> str:
    lines = []
    if booking.number:
        lines.append(texts.BOOKING_FILE_NUMBER.format(number=booking.number))
    if booking.topic:
        lines.append(texts.BOOKING_FILE_TOPIC.format(topic=booking.topic))
    return "\n".join(lines)


def _station(station_id: str) -> str:
    names = {station.id: station.name for station in load_knowledge().stations}
    return names.get(station_id, station_id)


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=timezone.utc)
