"""What a service refuses, as codes; the edges say each in Chinese.

A value refused by the form itself is a FieldError of bot/model/form.py.
"""

from __future__ import annotations

from typing import Any


class ServiceError(Exception):
    """A use case was refused. `code` names the reason, `data` what the edge may show with it."""

    code: str = "refused"

    def __init__(self, **data: Any) -> None:
        super().__init__(self.code, data)
        self.data = data


class CodedError(ServiceError):
    """A refusal for one of several reasons: `code` says which."""

    def __init__(self, code: str, **data: Any) -> None:
        self.code = code
        super().__init__(**data)


class NotFoundError(ServiceError):
    """There is no such thing for this user; data: what, id."""

    code = "not_found"


class ConsentMissingError(ServiceError):
    """The user has not agreed to the present wording; no personal datum is taken before."""

    code = "consent_missing"


class DraftClosedError(ServiceError):
    """The draft was submitted or given up and takes no more answers; data: status."""

    code = "draft_closed"


class StaleDraftError(ServiceError):
    """Somebody changed the answers since the caller read them. `current`: the Draft as it is."""

    code = "stale_draft"

    def __init__(self, current: Any) -> None:
        super().__init__(draft=current.id, version=current.version)
        self.current = current


class FormChangedError(ServiceError):
    """The draft's answers are of another version of the form: migrate_draft comes first."""

    code = "form_changed"


class FormIncompleteError(ServiceError):
    """The form cannot be submitted. `problems`: field id → code, in the form's order."""

    code = "form_incomplete"

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(problems=problems)
        self.problems = problems


class DemandStateError(ServiceError):
    """The demand may not be changed or withdrawn in its state; data: number, status."""

    code = "demand_state"


class StaleDemandError(ServiceError):
    """Somebody changed the demand since the caller read it. `current`: the Demand as it is."""

    code = "stale_demand"

    def __init__(self, current: Any) -> None:
        super().__init__(number=current.number, version=current.version)
        self.current = current


class ReasonMissingError(ServiceError):
    """A submitted demand is changed or withdrawn only with a reason."""

    code = "reason_missing"


class LinkError(CodedError):
    """A link does not hold; `code` is "expired" or "invalid"."""


class SlotTakenError(ServiceError):
    """Somebody has the last seat. `alternatives`: the nearest free slots (FreeSlot), best first."""

    code = "slot_taken"

    def __init__(self, alternatives: list[Any]) -> None:
        super().__init__(time_slots=[slot.time_slot_id for slot in alternatives])
        self.alternatives = alternatives


class BookingRuleError(CodedError):
    """A rule of bot/model/booking.py forbids it; `code` is one of its RULE_CODES."""


class RotaError(CodedError):
    """A session cannot be made or changed so; `code` is one of bot/model/rota.py's ROTA_CODES."""


class StaleSessionError(ServiceError):
    """Somebody changed the session since the caller read it. `current`: it as it is now."""

    code = "stale_session"

    def __init__(self, current: Any) -> None:
        super().__init__(session=current.id, version=current.version)
        self.current = current


class ForbiddenError(ServiceError):
    """The person at the desk lacks the right, or it belongs to another station; data: which."""

    code = "forbidden"


class PasswordError(CodedError):
    """A password or code is not taken.

    `code`: wrong (not theirs), throttled, same (as before), code, or one of check_password.
    """


class StaffError(CodedError):
    """An account cannot be made or changed so.

    `code`: login_taken, login_form, name_missing, role, station, skills, organisation,
    last_admin, oneself.
    """


class TakenError(ServiceError):
    """Somebody else owns the conversation now. `owner`: an ownership.Owner.

    data: kind (assistant, queue, specialist), staff (id) and name of the specialist, else None.
    """

    code = "taken"

    def __init__(self, owner: Any, name: str | None = None) -> None:
        staff = owner.id if owner.kind == "specialist" else None
        super().__init__(kind=owner.kind, staff=staff, name=name)
        self.owner = owner


class HandoffStateError(ServiceError):
    """The hand-off's state does not allow it; data: action, status."""

    code = "handoff_state"


class HandoffRuleError(CodedError):
    """`code`: reserved (data: name), no_reason, no_outcome, no_target, empty, too_long, or of
    pictures: not_picture, too_large, no_api."""


class FeedLostError(ServiceError):
    """What comes after that number is not kept any more; data: after, first."""

    code = "feed_lost"


class ReviewError(CodedError):
    """A transcript is not marked or exported so.

    `code`: flag, changed, note_empty, note_long, too_many.
    """


class LearningError(CodedError):
    """A correction cannot be taken.

    `code`: intent (unknown), no_words, too_long, known (trained so already), changed, at_once
    (somebody else corrected the same words at this moment).
    """


class TrainingError(CodedError):
    """A training cannot be started, put live or taken back.

    `code`: busy (one is under way), nothing (no approved correction), state (it forbids that).
    """
