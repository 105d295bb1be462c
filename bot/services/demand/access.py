"""Which demands and matters somebody may see: what is not theirs does not exist for them."""

from __future__ import annotations

from bot.model.demand import CENTRE, CLERK, ENTERPRISE, ORGANISATION, SPECIALIST, SYSTEM
from bot.model.demand_actor import DemandActor
from bot.model.errors import NotFoundError
from bot.services.demand.matter_rows import Matter
from bot.services.demand.rows import Demand


def sees_demand(who: DemandActor, demand: Demand) -> bool:
    """Whether they may see the demand by itself; organisations see matters, not demands."""
    if who.role in (CENTRE, SYSTEM):
        return True
    if who.role in (SPECIALIST, CLERK):
        return not who.station or not demand.station or demand.station == who.station
    return who.role == ENTERPRISE and demand.user_id == who.user_id


def sees_matter(who: DemandActor, demand: Demand, matter: Matter) -> bool:
    """Whether they may see the matter: an organisation those only that it has."""
    if who.role == ORGANISATION:
        return who.organisation_id is not None and matter.organisation_id == who.organisation_id
    return sees_demand(who, demand)


def require_matter(who: DemandActor, demand: Demand, matter: Matter) -> None:
    """Raises NotFoundError, as for a matter that there is not."""
    if not sees_matter(who, demand, matter):
        raise NotFoundError(what="matter", id=matter.id)


def require_demand(who: DemandActor, demand: Demand, matters: list[Matter]) -> None:
    """Raises NotFoundError unless they may see it or a matter of it."""
    if not any(sees_matter(who, demand, m) for m in matters) and not sees_demand(who, demand):
        raise NotFoundError(what="demand", id=demand.id)
