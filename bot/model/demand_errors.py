"""What the services of a demand's life refuse, as codes; the edges say them in Chinese."""

from __future__ import annotations

from typing import Any

from bot.model.errors import CodedError, ServiceError


class StepError(CodedError):
    """A step of a matter is not taken; data: step, state.

    `code`: step_not_now (the state does not allow it), or what is missing or wrong with it:
    reason_missing, reason_too_long, organisation_unfit (data: returned, inactive or kind),
    time_past, date_wrong, record_missing, record_too_long, record_kind, score_wrong, already_rated,
    given_back (the organisation has returned it).
    """


class StaleMatterError(ServiceError):
    """Somebody took a step since the caller read the matter.

    `current`: the Matter as it is; `steps`: the MatterSteps taken since, the first first.
    """

    code = "stale_matter"

    def __init__(self, current: Any, steps: Any) -> None:
        super().__init__(matter=current.id, state=current.state, version=current.version)
        self.current = current
        self.steps = tuple(steps)


class PlanError(CodedError):
    """A demand cannot be divided so; `code`: matters_number, category, service, too_long.

    data: place (from 1) of the matter at fault.
    """


class InquiryError(CodedError):
    """Words about a demand are not taken; `code`: empty, too_long, kind, ended or stale."""


class AttachmentError(CodedError):
    """A file is not kept; `code`: kind, too_large, empty, too_many, ended."""


class QualityMatterError(CodedError):
    """An entry of a 质量事项清单 is refused.

    `code`: company_missing, problem_missing, too_long, category, station, source, status, stale,
    answer_missing.
    """


class DemandSourceError(ServiceError):
    """A demand cannot come that way; data: source, station."""

    code = "demand_source"


class SpreadsheetError(CodedError):
    """A file is no table: `code` unreadable, columns (data: missing), too_many or empty."""
