"""The quick vectors are scikit-learn's TF-IDF, number by number."""

from __future__ import annotations

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from nlu.features import Features
from nlu.vectors import Vectors
from tests.nlu.training_data import examples

LEARNED = 1500


def test_quick_vectors_equal_those_of_scikit_learn() -> None:
    texts = [text for _, _, text in examples()][::10]
    learned, unseen = texts[:LEARNED], [*texts[LEARNED:], "", "检测检测检测检测", "zzzz"]
    quick = Vectors(Features())
    plain = TfidfVectorizer(analyzer=Features(), sublinear_tf=True, dtype=np.float32)
    assert (quick.fit_transform(learned) != plain.fit_transform(learned)).nnz == 0
    assert len(unseen) > 400
    assert quick.transform(unseen).nnz > 10_000
    assert (quick.transform(unseen) != plain.transform(unseen)).nnz == 0
    assert list(quick.get_feature_names_out()) == list(plain.get_feature_names_out())
