"""Reads standard numbers in any spelling: ｇｂ６９５２－２０１５ → GB 6952-2015."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.model.field_error import FieldError
from bot.model.numerals import DIGITS, spelt_digits
from bot.model.wording import plain

_INDUSTRIES = (
    "AQ BB CB CJ CY CH DA DL DZ EJ FZ GA GC GD GH GM GY HB HG HJ HS HY JB JC JG JR JT JY LB LD LS "
    "LY MH MT MZ NB NY QB QC QJ QX RB SB SC SF SH SJ SL SN SW SY TB TD TY WB WH WJ WM WS WW XB YB "
    "YC YD YS YY YZ ZY GJB CJJ JGJ JTG JJG JJF GBJ GBZ GB"
).split()
"""Codes of national and industry standards (国家标准、行业标准代号)."""
_ABROAD = "ISO/IEC ISO IEC IATF OIML CISPR ITU EN ASTM JIS DIN BS ANSI UL SAE".split()
_YEAR = r"(?:(?:\s*[-:]\s*|\s+)((?:19|20)\d{2}|(?<=[-:])\d{2})(?!\d)(?:年?版?))?"
_NATIONAL = re.compile(
    rf"(?<![A-Z/])(DBS?\d{{2}}|{'|'.join(sorted(_INDUSTRIES, key=len, reverse=True))})"
    rf"(?:\s*/?\s*([TZ])(?![A-Z]))?[\s_/-]*(\d{{1,6}}(?:\.\d{{1,3}}){{0,2}}){_YEAR}"
)
_GROUP = re.compile(
    rf"(?<![A-Z/])([QT])\s*/\s*([A-Z\d]{{2,12}}(?=\s)|[A-Z]{{1,10}})[\s_-]*"
    rf"([A-Z]{{0,2}}\d{{1,6}}[A-Z]?(?:\.\d{{1,3}}){{0,2}}){_YEAR}"
)
_FOREIGN = re.compile(
    rf"(?<![A-Z/])({'|'.join(_ABROAD)})(?:\s*/\s*(TS|TR))?[\s_-]*"
    r"([A-Z]?\d{1,6}(?:\.\d{1,3})?(?:-\d{1,2}(?!\d)){0,2})"
    r"(?:(?:\s*[-:]\s*|\s+)((?:19|20)\d{2})(?!\d)(?:年?版?))?"
)
_SLASHES = {ord(c): "/" for c in "∕⁄╱／\\"}
_SPELT = re.compile(rf"(?<=[A-Z/\s-])[{''.join(DIGITS)}]{{2,}}|(?<=\d)[{''.join(DIGITS)}](?=\d)")


@dataclass(frozen=True)
class FoundStandard:
    """A standard number as it is stored, and where it stands in the text."""

    number: str
    start: int
    end: int


def find_standards(text: str) -> list[FoundStandard]:
    """All standard numbers in `text`, in order. The spans are of `text` as given."""
    level = _levelled(text)
    found: list[FoundStandard] = []
    for pattern, write in ((_GROUP, _write_group), (_FOREIGN, _write_foreign), (_NATIONAL, _write)):
        for match in pattern.finditer(level):
            if all(match.end() <= f.start or match.start() >= f.end for f in found):
                found.append(FoundStandard(write(match), match.start(), match.end()))
    return sorted(found, key=lambda f: f.start)


def read_standard_number(field_id: str, text: str) -> str:
    """One number, or several joined by 、."""
    spoken = re.sub(r"推荐性?国家?标准?|国标推荐(?:性)?", "GB/T", plain(text))
    found = find_standards(re.sub(r"国标|国家标准", "GB", spoken))
    if found:
        return "、".join(dict.fromkeys(f.number for f in found))
    if re.search(r"\d{3,}", spelt_digits(plain(text))):
        raise FieldError(field_id, "standard_prefix")
    raise FieldError(field_id, "no_standard")


def _levelled(text: str) -> str:
    """Upper case, one kind of dash, digits; of the same length as `text`."""
    level = plain(text).upper().translate(_SLASHES)
    level = re.sub(r"(?<=[A-Z])\s*[杠斜-](?=\s*T)", lambda f: f.group()[:-1] + "/", level)
    level = re.sub(r"(?<=\d)[一ー―‐](?=\s?(?:19|20)\d{2})", "-", level)
    level = re.sub(rf"[杠横](?=\s*[\d{''.join(DIGITS)}])", "-", level)
    return _SPELT.sub(lambda found: spelt_digits(found.group()), level)


def _write(match: re.Match[str]) -> str:
    code, kind, number, year = match.groups()
    if code.startswith("DB") and not kind:
        return f"{code}/{number}{_dashed(year)}"
    return f"{code}{'/' + kind if kind else ''} {number}{_dashed(year)}"


def _write_group(match: re.Match[str]) -> str:
    kind, code, number, year = match.groups()
    return f"{kind}/{code} {number}{_dashed(year)}"


def _write_foreign(match: re.Match[str]) -> str:
    code, kind, number, year = match.groups()
    return f"{code}{'/' + kind if kind else ''} {number}{':' + year if year else ''}"


def _dashed(year: str | None) -> str:
    return f"-{year}" if year else ""
