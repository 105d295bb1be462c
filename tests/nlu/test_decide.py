"""From a ranking to what is done: answered, asked back or turned away."""

from __future__ import annotations

from nlu.decide import DOUBT, OUT, OUTSIDE, SURE, decide


def test_a_likely_category_is_answered_and_a_less_likely_one_asked_back() -> None:
    sure = decide([("ip", SURE), ("brand", 1 - SURE)])
    assert (sure.kind, sure.intent) == ("answer", "ip")
    unsure = decide([("ip", SURE - 0.01), ("brand", 0.1)])
    assert (unsure.kind, unsure.categories) == ("ask_back", ("ip", "brand"))


def test_out_of_scope_is_turned_away_and_small_talk_counts_towards_it() -> None:
    assert decide([(OUT, OUTSIDE), ("ip", 1 - OUTSIDE)]).kind == "reject"
    assert decide([("ip", 0.45), (OUT, 0.4), ("chitchat", OUTSIDE - 0.4)]).kind == "reject"
    assert decide([("ip", 0.55), (OUT, 0.4), ("chitchat", 0.05)]).kind == "ask_back"


def test_another_intent_close_behind_out_of_scope_is_taken_before_it() -> None:
    close = decide([(OUT, 0.5), ("complain", 0.5 * DOUBT + 0.01), ("ip", 0.1)])
    assert (close.kind, close.intent) == ("answer", "complain")
    assert decide([(OUT, 0.6), ("complain", 0.6 * DOUBT - 0.01)]).kind == "reject"


def test_a_category_behind_out_of_scope_is_not_taken_before_it() -> None:
    assert decide([(OUT, 0.52), ("ip", 0.45), ("complain", 0.03)]).kind == "reject"


def test_what_is_as_good_as_unknown_is_asked_back() -> None:
    assert decide([("complain", 0.15), (OUT, 0.14), ("ip", 0.1)]).kind == "ask_back"
