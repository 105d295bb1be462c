"""TF-IDF of scikit-learn, its weights applied by index: one message in a tenth of the time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.preprocessing import normalize


class Vectors(TfidfVectorizer):
    """Texts → rows of length 1: features counted (1 + log), weighted by how rare they are.

    scikit-learn's own `transform` multiplies by a diagonal as long as the vocabulary and adds it
    up beforehand, to see that it is there: 1.5 ms a message with 300,000 features.
    """

    def __init__(self, analyzer: Callable[[str], list[str]]) -> None:
        super().__init__(analyzer=analyzer, sublinear_tf=True, dtype=np.float32)

    def fit_transform(self, raw_documents: Iterable[str], y: Any = None) -> Any:
        """As scikit-learn's."""
        rows = super().fit_transform(raw_documents, y)
        self.weights_ = self.idf_
        return rows

    def transform(self, raw_documents: Iterable[str]) -> Any:
        """As scikit-learn's."""
        rows = CountVectorizer.transform(self, raw_documents)
        rows.data = (np.log(rows.data) + 1) * self.weights_[rows.indices]
        return normalize(rows, copy=False)
