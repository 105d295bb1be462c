"""The enterprise's rating of a served matter: once each, a bad one is followed by a visit back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.engine import Connection

from bot.model.demand import REASON_LONGEST, WORST_GOOD_SCORE
from bot.model.demand_actor import DemandActor, Given
from bot.model.demand_errors import StepError
from bot.services.demand.access import require_matter
from bot.services.demand.matter_rows import Matter, read_matter, write_matter
from bot.services.demand.rows import lock_demand
from bot.services.demand.steps import take_step
from bot.services.record import Origin, record_event


def rate_matter(
    db: Connection, seen: Matter, score: int, words: str, who: DemandActor, now: datetime
) -> Matter:
    """Keep the score (1 to 5) and words; a bad one has the centre visit back (回访).

    Raises StepError score_wrong, already_rated, step_not_now, and what take_step raises.
    """
    name = "rate" if score >= WORST_GOOD_SCORE else "rate_badly"
    return take_step(db, name, seen, who, now, Given(score=score, words=words))


def add_rating_words(
    db: Connection, matter_id: int, words: str, who: DemandActor, now: datetime
) -> None:
    """Add words to the enterprise's own rating. Raises NotFoundError, StepError not_rated."""
    demand = lock_demand(db, read_matter(db, matter_id).demand_id)
    matter = read_matter(db, matter_id)
    require_matter(who, demand, matter)
    if matter.score is None:
        raise StepError("not_rated")
    kept = "\n".join(filter(None, [matter.rating_words, words.strip()]))[:REASON_LONGEST]
    write_matter(db, matter, now, rating_words=kept)
    record_event(
        db,
        "matter_rating_words",
        demand.user_id,
        Origin(who.channel, who.name, now),
        demand=demand.id,
        matter=matter.id,
        old=bool(matter.rating_words),
        new=True,
    )
