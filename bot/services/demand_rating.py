"""The enterprise's rating of a served matter: once each, a bad one is followed by a visit back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.engine import Connection

from bot.model.demand import WORST_GOOD_SCORE
from bot.model.demand_actor import DemandActor, Given
from bot.services.demand_steps import take_step
from bot.services.matter_rows import Matter


def rate_matter(
    db: Connection, seen: Matter, score: int, words: str, who: DemandActor, now: datetime
) -> Matter:
    """Keep the score (1 to 5) and words; a bad one has the centre visit back (回访).

    Raises StepError score_wrong, already_rated, step_not_now, and what take_step raises.
    """
    name = "rate" if score >= WORST_GOOD_SCORE else "rate_badly"
    return take_step(db, name, seen, who, now, Given(score=score, words=words))
