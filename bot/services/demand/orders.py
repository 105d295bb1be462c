"""What people say of a submitted demand instead of tapping: 撤回, 补充：…, 满意 5分."""

from __future__ import annotations

import re
import unicodedata

from bot.model.demand import MAY_WITHDRAW
from bot.model.handoff_words import read_stars
from bot.services.demand.inquiries import ENDED, KINDS, QUESTION
from bot.services.demand.rows import Demand

WITHDRAW, PROGRESS, URGE, HANDLER = "withdraw", "progress", "urge", "handler"
"""Orders that `nlu.plainly.demand_order` reads, beside those of KINDS."""
POINTS = re.compile(r"([1-5])\s*(?:分|星|颗星)")


def read_score(text: str) -> tuple[int, str] | None:
    """(1 to 5, further words) of a rating: 5, 5分, 满意, 满意，5分; else None."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain in ("1", "2", "3", "4", "5"):
        return int(plain), ""
    if (stars := read_stars(plain)) is not None:
        return stars
    found = POINTS.findall(plain)
    if len(found) != 1:
        return None
    rest = POINTS.sub("", plain).strip(" ，,。！!")
    return int(found[0]), "" if not rest or read_stars(rest) else plain


def may_be(order: str, demand: Demand) -> bool:
    """Whether the demand, as far as it is, may be treated so."""
    if order == WITHDRAW:
        return demand.status in MAY_WITHDRAW
    return (QUESTION if order == URGE else order) in ENDED.get(demand.status, KINDS)
