"""What people say of a submitted demand instead of tapping: 撤回, 补充：…, 满意 5分."""

from __future__ import annotations

import re
import unicodedata

from bot.model.demand import MAY_WITHDRAW
from bot.model.handoff_words import read_stars
from bot.services.demand.inquiries import ADDITION, ENDED, KINDS
from bot.services.demand.rows import Demand

WITHDRAW, PROGRESS = "withdraw", "progress"
POINTS = re.compile(r"([1-5])\s*(?:分|星|颗星)")
_ORDERS = {
    WITHDRAW: re.compile(r"(?:我?(?:要|想)|请|帮我)*(?:撤回|撤销)(?:我?的?需求表?|它|了|吧|一下)*"),
    ADDITION: re.compile(
        r"(?:我?(?:要|想)|请|帮我|还)*(?:补充|追加)(?:需求|说明|内容|材料|一下|一点|几句)*"
        r"(?:[:：，,]\s*(?P<words>.+))?",
        re.S,
    ),
    PROGRESS: re.compile(
        r"(?:我?(?:要|想))*(?:查|看|问)?(?:一?下)?(?:我的)?(?:需求|办理)?的?(?:进度|进展)|我的需求"
    ),
}
"""What is to be done with a submitted demand, in words instead of a tap."""


def read_order(text: str) -> tuple[str, str]:
    """(withdraw, addition or progress, the words to be added); else two empty texts."""
    said = unicodedata.normalize("NFKC", text).strip().rstrip("。.！!")
    for order, words in _ORDERS.items():
        if found := words.fullmatch(said):
            return order, (found.groupdict().get("words") or "").strip()
    return "", ""


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
    return order in ENDED.get(demand.status, KINDS)
