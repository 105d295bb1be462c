"""Elliptic questions that mean what was answered last: 那电话呢, 收费吗, 还有别的吗."""

from __future__ import annotations

from dataclasses import dataclass

from nlu.plain_words import bare_words, wordings

LONGEST = 14
"""Characters of a question that can do without naming its subject."""
LONGEST_LOOSE = 16
LONGEST_REST = 4
"""More characters than these besides the asking words name a subject: 参与制定行业标准，找谁."""
_NUMERALS = {"1": 0, "2": 1, "3": 2, "一": 0, "二": 1, "两": 1, "三": 2}


@dataclass(frozen=True)
class FollowUp:
    """What is asked of what was answered last.

    `kind`: a name of the section `follow_up` in plain_words.yml: whom to ask (contact), what else
    there is (others), who else serves it (departments), whether it costs (charge), what annex 3
    does not tell (details, where, time, bring, policy), how one gets there (access), or of a
    booking or demand (place, when, who, number). `place`: which of the items, from
    0; -1 the last; None: all.
    """

    kind: str
    place: int | None = None


def read_loosely(text: str) -> FollowUp | None:
    """What short words ask of what was answered before them; the caller knows they name nothing."""
    said = bare_words(text)
    if len(said) > LONGEST_LOOSE:
        return None
    for kind, words in wordings("loose_follow_up").items():
        if words.search(said):
            rest = wordings("parts")["light"].without(words.without(said))
            return FollowUp(kind) if len(rest) <= LONGEST_REST else None
    return None


def read_follow_up(text: str) -> FollowUp | None:
    """The follow-up that `text` is by its shape alone; None where it names a subject of its own."""
    said = bare_words(text)
    if len(said) > LONGEST:
        return None
    for kind, shape in wordings("follow_up").items():
        if found := shape.fullmatch(said):
            groups = found.groupdict()
            if groups.get("last"):
                return FollowUp(kind, -1)
            place = groups.get("place")
            return FollowUp(kind, _NUMERALS[place] if place else None)
    return None
