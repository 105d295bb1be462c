"""The intent classifier: linear, calibrated, trained in seconds (docs/decisions/0003)."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from sklearn.ensemble import StackingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from nlu.features import Features
from nlu.vectors import Vectors

FOLDS = 3
"""Parts of the training data whose margins, found without them, teach the probabilities."""
CALM = 0.03
"""Freedom of the regression on the margins: with more it is surer than it is right, and worse
where an intent has few examples."""


def train_classifier(
    texts: list[str], intents: list[str], words: tuple[str, ...] = (), cost: float = 1.0
) -> Pipeline:
    """A pipeline fitted to `texts` and their `intents`: any labels, any texts."""
    pipeline = make_pipeline(Vectors(Features(words)), calibrated_svm(intents, cost)).fit(
        texts, intents
    )
    for margins in getattr(pipeline[-1], "estimators_", ()):
        margins.coef_ = margins.coef_.astype(np.float32)  # half the memory, the same answers
    return pipeline


def calibrated_svm(intents: list[str], cost: float = 1.0) -> Any:
    """The classifier without its features, not yet fitted.

    The margins of a linear SVM are turned into probabilities by a regression on margins of
    examples that the SVM had not seen: sure answers are right, wrong ones are unsure.
    """
    fewest = min(Counter(intents).values())
    if fewest < 2:  # an intent with a single example cannot be held out
        return LogisticRegression(C=10 * cost, class_weight="balanced", max_iter=200)
    return StackingClassifier(
        [("margins", LinearSVC(C=cost, class_weight="balanced", tol=1e-2))],
        make_pipeline(StandardScaler(), LogisticRegression(C=CALM, max_iter=500)),
        cv=min(FOLDS, fewest),
        stack_method="decision_function",
    )


def rank(pipeline: Pipeline, text: str) -> list[tuple[str, float]]:
    """All intents with their probabilities, the likeliest first."""
    chances: Any = pipeline.predict_proba([text])[0]
    order = np.argsort(-chances, kind="stable")
    return [(str(pipeline.classes_[i]), float(chances[i])) for i in order]
