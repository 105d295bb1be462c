"""Why a value does not fit its field, as codes."""

from __future__ import annotations

CODES = (
    "empty",
    "too_short",
    "too_long",
    "odd_characters",
    "full_name",
    "person_name",
    "address_unclear",
    "unclear",
    "wrong_type",
    "no_number",
    "several_numbers",
    "number_range",
    "not_whole",
    "number_too_small",
    "number_too_large",
    "no_year",
    "impossible_date",
    "future_date",
    "date_too_early",
    "several_dates",
    "no_telephone",
    "mobile_too_short",
    "mobile_too_long",
    "landline_too_short",
    "landline_too_long",
    "telephone_unknown",
    "no_credit_code",
    "credit_code_length",
    "credit_code_wrong",
    "email_wrong",
    "no_option",
    "several_options",
    "option_number",
    "other_unsaid",
    "yes_or_no",
    "standard_prefix",
    "no_standard",
    "nothing_stored",
    "unknown_column",
    "unknown_field",
    "too_many_rows",
    "required",
)
"""Every code; each has a sentence for people at the edge."""


class FieldError(Exception):
    """`field_id`'s value is refused; `code` is one of CODES."""

    def __init__(self, field_id: str, code: str) -> None:
        super().__init__(f"{field_id}: {code}")
        self.field_id = field_id
        self.code = code
