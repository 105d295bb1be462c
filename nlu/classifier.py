"""The intent classifier: linear, calibrated, trained in seconds (docs/decisions/0003)."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from sklearn.ensemble import StackingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB
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
DIGITS = 3
"""Decimal places of the weights: more change no probability by a thousandth, and do not pack."""
SMOOTHING = 0.3
"""What naive Bayes adds to the count of every word: what it has not seen is not impossible."""


class BayesMargins(ComplementNB):
    """Complement naive Bayes that tells how far each intent is above the mean of all."""

    @property
    def weights(self) -> Any:
        """Array of intents × features."""
        return self.feature_log_prob_ - self.feature_log_prob_.mean(axis=0)

    def decision_function(self, rows: Any) -> Any:
        """Margins by intent; linear in the features, as those of the SVM."""
        return rows @ self.weights.T


def train_classifier(
    texts: list[str], intents: list[str], words: tuple[str, ...] = (), cost: float = 3.0
) -> Pipeline:
    """A pipeline fitted to `texts` and their `intents`: any labels, any texts."""
    vectors = Vectors(Features(words))
    rows = vectors.fit_transform(texts)
    model = calibrated(intents, cost).fit(rows, intents)
    if isinstance(model, StackingClassifier):
        model = as_one(model)
    return make_pipeline(vectors, model)


def calibrated(intents: list[str], cost: float = 3.0) -> Any:
    """The classifier without its features, not yet fitted.

    The margins of a linear SVM and of naive Bayes are turned into probabilities by a regression
    on margins of examples that neither had seen: sure answers are right, wrong ones are unsure.
    """
    counts = Counter(intents)
    fewest = min(counts.values())
    if fewest < 2 or len(counts) < 3:  # an intent with a single example cannot be held out
        return LogisticRegression(C=10, class_weight="balanced", max_iter=200)
    return StackingClassifier(
        [
            ("svm", LinearSVC(C=cost, class_weight="balanced", tol=1e-2)),
            ("bayes", BayesMargins(alpha=SMOOTHING)),
        ],
        make_pipeline(StandardScaler(), LogisticRegression(C=CALM, max_iter=500)),
        cv=min(FOLDS, fewest),
        stack_method="decision_function",
    )


def as_one(stack: StackingClassifier) -> LogisticRegression:
    """`stack` multiplied out: every part of it is linear, so is the whole.

    The same probabilities by one matrix of weights: half the memory, and less time.
    """
    svm, bayes = stack.estimators_
    scaler, regression = stack.final_estimator_
    on_margins = regression.coef_ / scaler.scale_
    of_svm, of_bayes = np.hsplit(on_margins, 2)
    whole = LogisticRegression()
    whole.classes_ = stack.classes_
    weights = of_svm @ svm.coef_ + of_bayes @ bayes.weights
    # By columns: scikit-learn turns it round, and scipy copies all of it at each parse otherwise.
    whole.coef_ = np.asfortranarray(weights.round(DIGITS), dtype=np.float32)
    whole.intercept_ = regression.intercept_ - on_margins @ scaler.mean_ + of_svm @ svm.intercept_
    return whole


def rank(pipeline: Pipeline, text: str) -> list[tuple[str, float]]:
    """All intents with their probabilities, the likeliest first."""
    chances: Any = pipeline.predict_proba([text])[0]
    order = np.argsort(-chances, kind="stable")
    return [(str(pipeline.classes_[i]), float(chances[i])) for i in order]
