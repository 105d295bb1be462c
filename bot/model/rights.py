"""Who may do what at the desk: one table, and the checks that every service begins with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.model.errors import ForbiddenError

SPECIALIST = "specialist"  # 质量服务专员: takes chats, records demands on behalf
CLERK = "clerk"  # 窗口受理人员: the same at a service window
CENTRE = "centre"  # 质量服务中心: runs demands, rota, resources, learning
ADMIN = "admin"  # keeps accounts; sees no enterprise's data unmasked
ORGANISATION = "organisation"  # a department's or technical organisation's own people
ROLES = (SPECIALIST, CLERK, CENTRE, ADMIN, ORGANISATION)

_FRONT = frozenset({SPECIALIST, CLERK, CENTRE})
_CENTRE = frozenset({CENTRE})
RIGHTS: Mapping[str, frozenset[str]] = {
    "chats": _FRONT,  # see the queue, take and answer chats (own station, see require_station)
    "chats_supervise": _CENTRE,  # see and pass on what others have
    "transcripts": frozenset({CENTRE, ADMIN}),
    "transcripts_export": _CENTRE,
    "personal_data_unmasked": _CENTRE,  # in transcripts, lists and exports
    "learning": _CENTRE,  # mark an intent right or wrong
    "learning_approve": _CENTRE,  # take candidates into the training data
    "models": _CENTRE,  # train, put live, take back: who judges the corrections judges the model
    "demands": _FRONT | {ORGANISATION},  # see demands: own station's, own organisation's
    "demands_record": _FRONT,  # 代为接件, 巡访
    "demands_analyse": _CENTRE,  # analyse, forward, match, urge, close
    # Accept, return, schedule, record service: themselves, or on behalf of who telephoned.
    "demands_serve": frozenset({CENTRE, SPECIALIST, ORGANISATION}),
    "rota": _FRONT,  # see the rota, attendance, book at the desk
    "rota_change": _CENTRE,
    "resources": _FRONT,  # see service items, organisations, experts
    "resources_change": _CENTRE,
    "statistics": _FRONT,  # a station's people: their station's
    "staff": frozenset({ADMIN}),
    "audit": frozenset({CENTRE, ADMIN}),
}


@dataclass(frozen=True)
class Staff:
    """Somebody who works at the desk, as services get to know them."""

    id: int
    login: str
    name: str  # shown to colleagues and to the user
    role: str  # one of ROLES
    station: str | None = None  # scene of their station; None: all stations
    organisation_id: int | None = None  # for role organisation
    skills: tuple[str, ...] = ()  # category ids; empty: all
    available: bool = True  # takes chats now

    @property
    def actor(self) -> str:
        """As the record of events names them."""
        return f"staff:{self.id}"

    def may(self, right: str) -> bool:
        """Whether their role has the right, a key of RIGHTS."""
        return self.role in RIGHTS[right]

    def serves(self, station: str | None) -> bool:
        """Whether what belongs to `station` is theirs to see; what has no station is everyone's."""
        return not self.station or not station or self.station == station


def require(staff: Staff, right: str) -> None:
    """Raises ForbiddenError when their role lacks the right."""
    if not staff.may(right):
        raise ForbiddenError(right=right)


def require_station(staff: Staff, station: str | None) -> None:
    """Raises ForbiddenError for what belongs to another station than theirs."""
    if not staff.serves(station):
        raise ForbiddenError(station=station)
