"""Rasa made faster does what Rasa does."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.events import BotUttered, Event, SlotSet, UserUttered

from nlu import rasa_speed

ANSWERS: list[Any] = [
    {"events": [], "responses": []},
    {"events": [{"event": "slot", "name": "misses", "value": 1}], "responses": [{"text": "好"}]},
    {"events": "none", "responses": []},
    {"events": [], "responses": ["好"]},
    [],
]
"""What an action server may answer; the last three are malformed."""


@pytest.mark.parametrize("answer", ANSWERS)
def test_answers_of_actions_are_judged_as_by_rasa(answer: Any) -> None:
    try:
        jsonschema.validate(answer, RemoteAction.action_response_format_spec())
    except jsonschema.ValidationError:
        with pytest.raises(jsonschema.ValidationError):
            rasa_speed.validate_action_result(RemoteAction("action_x", None), answer)
        assert answer in ANSWERS[2:]
    else:
        assert rasa_speed.validate_action_result(RemoteAction("action_x", None), answer)
        assert answer in ANSWERS[:2]


def test_events_are_found_by_their_type() -> None:
    rasa_speed.speed_up()
    rasa_speed.speed_up()
    for kind in (BotUttered, SlotSet, UserUttered):
        assert Event.resolve_by_type(kind.type_name) is kind
    with pytest.raises(ValueError, match="nonsense"):
        Event.resolve_by_type("nonsense")
