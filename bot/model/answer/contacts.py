"""Reads telephones, e-mail addresses and 统一社会信用代码."""

from __future__ import annotations

import re

import phonenumbers
from stdnum.cn import uscc
from stdnum.exceptions import InvalidLength, ValidationError

from bot.model.field_error import FieldError
from bot.model.numerals import DIGITS, spelt_digits
from bot.model.wording import plain

HOME_AREA = "023"
"""Area code of a number given without one: Chongqing."""
_SPELT = re.compile(f"[{''.join(DIGITS)}\\d][{''.join(DIGITS)}\\d\\s-]{{4,}}")
_NUMBER = re.compile(r"\+?\(?\d[\d\s\-().+]*\d")
_EXTENSION = re.compile(r"(?:转|分机号?|ext\.?)\s*(\d{1,6})")
_STORED = re.compile(r"(\d{7,12})(?:-(\d{1,6}))?")
_EMAIL = re.compile(
    r"[a-z0-9][a-z0-9._%+-]*@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9-]+)*\.[a-z]{2,}"
)
_CODE = re.compile(r"[0-9A-Z]{8,}")


def read_telephone(field_id: str, text: str) -> str:
    """Digits: 11 of a mobile, area code and number of a landline, with -extension if given."""
    level = _SPELT.sub(lambda found: spelt_digits(found.group()), plain(text))
    extension = _EXTENSION.search(level)
    if extension:
        level = level[: extension.start()]
    problem = "no_telephone"
    for found in _NUMBER.finditer(level):
        for candidate in _candidates(found.group()):
            try:
                number = _complete(candidate)
            except FieldError as error:
                problem = error.code if problem == "no_telephone" else problem
                continue
            return f"{number}-{extension.group(1)}" if extension else number
    raise FieldError(field_id, problem)


def check_telephone(field_id: str, value: str) -> str:
    """`value` in its stored spelling, when it can be a telephone."""
    match = _STORED.fullmatch(value)
    if not match:
        return read_telephone(field_id, value)
    try:
        number = _complete(match.group(1))
    except FieldError as error:
        raise FieldError(field_id, error.code) from None
    return f"{number}-{match.group(2)}" if match.group(2) else number


def _candidates(run: str) -> list[str]:
    """The run as one number, then its beginnings and its parts, as two numbers may stand in it."""
    groups = re.findall(r"\d+", run.replace("+86", " ").replace("+", " "))
    joined = ["".join(groups[:end]) for end in range(len(groups), 0, -1)]
    return list(dict.fromkeys([*joined, *groups]))


def _complete(digits: str) -> str:
    """The number with its area code. Raises FieldError with the field left open."""
    if digits.startswith("0086"):
        digits = digits[4:]
    elif digits.startswith("86") and len(digits) >= 12:
        digits = digits[2:]
    if digits.startswith("1") and not digits.startswith("12345"):
        return _mobile(digits)
    if len(digits) == 10 and digits[:3] in ("400", "800"):
        return digits
    if not digits.startswith("0"):
        if len(digits) == 8:
            digits = HOME_AREA + digits
        elif len(digits) == 10 and _valid("0" + digits):
            digits = "0" + digits
        elif len(digits) < 5:
            raise FieldError("", "no_telephone")
        else:
            raise FieldError("", f"landline_too_{'short' if len(digits) < 8 else 'long'}")
    if _valid(digits):
        return digits
    usual = 11 if digits.startswith(("01", "02")) else 12
    if len(digits) < (11 if usual == 11 else 10):
        raise FieldError("", "landline_too_short")
    raise FieldError("", "landline_too_long" if len(digits) > usual else "telephone_unknown")


def _mobile(digits: str) -> str:
    if len(digits) < 5:
        raise FieldError("", "no_telephone")
    if len(digits) < 11:
        raise FieldError("", "mobile_too_short")
    if len(digits) > 11:
        raise FieldError("", "mobile_too_long")
    if not _valid(digits):
        raise FieldError("", "telephone_unknown")
    return digits


def _valid(digits: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(digits, "CN"))
    except phonenumbers.NumberParseException:
        return False


def read_email(field_id: str, text: str) -> str:
    """The address in lower case."""
    level = re.sub(r"\s*([@.])\s*", r"\1", plain(text))
    found = _EMAIL.search(level)
    if not found or len(found.group()) > 254 or ".." in found.group():
        raise FieldError(field_id, "email_wrong")
    return found.group()


def read_credit_code(field_id: str, text: str) -> str:
    """The 18 characters, upper case, with the right check digit."""
    level = re.sub(r"(?<=[0-9A-Z])[\s-]+(?=[0-9A-Z])", "", plain(text).upper())
    found = _CODE.search(level)
    if not found:
        raise FieldError(field_id, "no_credit_code")
    # The code has no I and no O: they are 1 and 0 misread.
    code = found.group().replace("O", "0").replace("I", "1")
    try:
        return str(uscc.validate(code))
    except InvalidLength:
        raise FieldError(field_id, "credit_code_length") from None
    except ValidationError:
        raise FieldError(field_id, "credit_code_wrong") from None


_TELEPHONES = re.compile(r"(?<!\d)(?:1[3-9]\d(?:[\s-]?\d{4}){2}|0\d{2,3}[\s-]?\d{7,8})(?!\d)")


def telephones_in(text: str) -> list[str]:
    """Mobile and landline numbers that stand in a longer text as digits."""
    numbers = []
    for run in _TELEPHONES.findall(plain(text)):
        try:
            numbers.append(read_telephone("", run))
        except FieldError:
            continue
    return numbers


def without_telephones(text: str) -> str:
    """`text` without the numbers of `telephones_in`, and without the words that announce them."""
    spans = [found.span() for found in _TELEPHONES.finditer(plain(text))]
    for start, end in reversed(spans):
        before = re.sub(r"(?:联系)?(?:电话|手机号?|号码)(?:是|[:：])?\s*$", "", text[:start])
        text = f"{before} {text[end:]}"
    return text
