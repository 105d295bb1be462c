"""Fills the district's facts (knowledge/centre.yml) into what the assistant says."""

from __future__ import annotations

from typing import Any

from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.utils.endpoints import EndpointConfig

from knowledge.centre import centre_facts


class DistrictResponses(TemplatedNaturalLanguageGenerator):
    """As Rasa's own, with the facts beside the slots: {district}, {centre_telephone} …"""

    def __init__(self, endpoint_config: EndpointConfig, domain: Domain) -> None:
        super().__init__(domain.responses)

    def generate_from_slots(
        self,
        utter_action: str,
        filled_slots: dict[str, Any],
        output_channel: str,
        **kwargs: Any,
    ) -> dict[str, Any] | None:
        """A response, filled in; None where there is none of that name."""
        known = {**centre_facts(), **filled_slots}
        made: dict[str, Any] | None = super().generate_from_slots(
            utter_action, known, output_channel, **kwargs
        )
        return made
