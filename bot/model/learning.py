"""States of corrections and of trainings, and when a new model is good enough."""

from __future__ import annotations

from collections.abc import Mapping

PROPOSED = "proposed"
APPROVED = "approved"
REJECTED = "rejected"

QUEUED = "queued"
TRAINING = "training"
COMPARING = "comparing"
READY = "ready"
REFUSED = "refused"
FAILED = "failed"
LIVE = "live"
REPLACED = "replaced"
TAKEN_BACK = "taken_back"
UNDER_WAY = (QUEUED, TRAINING, COMPARING)
CAN_GO_LIVE = (READY, REPLACED, TAKEN_BACK)

WORSE = 0.01
"""A fall of a figure by more than this is not noise (as in nlu/train.py)."""
KEPT = ("in_scope", "out_of_scope", "intents")
LEARNED = "learned"
"""The share of the approved corrections that are understood as they should be."""


def worse_figures(before: Mapping[str, float], after: Mapping[str, float]) -> list[str]:
    """Names of the figures (0 to 1) that fell too far for the new model to be used."""
    fallen = [name for name in KEPT if after.get(name, 0.0) < before.get(name, 0.0) - WORSE]
    if after.get(LEARNED, 0.0) < before.get(LEARNED, 0.0):
        fallen.append(LEARNED)
    return fallen
