"""What the classifier sees of a message, and that its one matrix is what was trained."""

from __future__ import annotations

import numpy as np

from nlu.classifier import as_one, calibrated, train_classifier
from nlu.features import Features
from nlu.vectors import Vectors
from tests.nlu.training_data import examples


def test_a_lone_sign_is_a_feature_and_one_behind_words_is_none() -> None:
    features = Features()
    assert "e:👌" in features("👌")
    assert features("[强]") != features("[弱]")
    assert features("谢谢👌") == features("谢谢")


def test_a_lone_sign_is_understood_as_what_was_learned_for_it() -> None:
    learned = ("affirm", "deny", "thanks")
    rows = [(text, intent) for _, intent, text in examples() if intent in learned]
    model = train_classifier([text for text, _ in rows], [intent for _, intent in rows])
    assert list(model.predict(["👌", "🌹"])) == ["affirm", "thanks"]


def test_one_matrix_gives_the_probabilities_of_its_parts() -> None:
    rows = list(examples())[::40]
    texts, intents = [text for _, _, text in rows], [intent for _, intent, _ in rows]
    vectors = Vectors(Features())
    stack = calibrated(intents).fit(vectors.fit_transform(texts), intents)
    asked = vectors.transform(["商标怎么注册", "地磅检定", "👌", ""])
    whole = as_one(stack)
    assert list(whole.classes_) == list(stack.classes_)
    assert whole.coef_.T.flags.c_contiguous, "or all of it is copied at each parse"
    assert np.allclose(whole.predict_proba(asked), stack.predict_proba(asked), atol=2e-3)
