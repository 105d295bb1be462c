"""People for trying the desk out, from sample_staff.yml."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from knowledge.loader import FOLDER, KnowledgeError, load_knowledge, read_entries
from knowledge.resources import load_organisations


@dataclass(frozen=True)
class SampleStaff:
    """A made-up person. `id`: their login; `station`: an id of stations.yml, empty for all.

    `organisation`: id of organisations.yml, for people of a department or organisation.
    """

    id: str
    name: str
    role: str
    sample: bool
    station: str = ""
    organisation: str = ""


def load_sample_staff(folder: Path = FOLDER) -> list[SampleStaff]:
    """The sample's people, checked. Raises KnowledgeError."""
    people = read_entries(folder / "sample_staff.yml", "staff", SampleStaff)
    organisations = {each.id for each in load_organisations(folder)}
    stations = {station.id for station in load_knowledge(folder).stations}
    for person in people:
        where = f"sample_staff.yml: {person.id}"
        if not person.sample:
            raise KnowledgeError(f"{where}: sample: real people get their accounts at the desk")
        if person.station and person.station not in stations:
            raise KnowledgeError(f"{where}: station: unknown station {person.station!r}")
        if person.organisation and person.organisation not in organisations:
            raise KnowledgeError(f"{where}: organisation: unknown {person.organisation!r}")
    return people
