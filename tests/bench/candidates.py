"""`python -m tests.bench.candidates`: the classifiers that were tried, on the same questions.

Each is trained on data/nlu and measured on tests/nlu/test_questions.jsonl (docs/decisions/0003).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import jieba
import numpy as np
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB
from sklearn.pipeline import Pipeline, make_pipeline, make_union

from knowledge import load_knowledge
from nlu.classifier import calibrated_svm, train_classifier
from nlu.evaluate import evaluate, read_questions
from nlu.features import Features
from nlu.terms import TermFinder
from tests.nlu.training_data import QUESTIONS, examples

Train = Callable[[list[str], list[str]], Pipeline]


class Without(Features):
    """The features less those with one mark (c:, w: or s:)."""

    def __init__(self, mark: str, words: tuple[str, ...]) -> None:
        super().__init__(words)
        self.mark = mark

    def __call__(self, text: str) -> list[str]:
        """See Features."""
        return [name for name in super().__call__(text) if not name.startswith(self.mark)]


def plain_words(text: str) -> list[str]:
    """jieba's words with its own dictionary: what most Chinese assistants start from."""
    return [word for word in jieba.cut(text) if word.strip()]


def baseline(texts: list[str], intents: list[str]) -> Pipeline:
    """jieba words + char_wb 1–4-grams, counted, + logistic regression."""
    counts = make_union(
        CountVectorizer(analyzer=plain_words),
        CountVectorizer(analyzer="char_wb", ngram_range=(1, 4)),
    )
    model = LogisticRegression(max_iter=100, tol=1e-3, n_jobs=2)
    return make_pipeline(counts, model).fit(texts, intents)


def regression(texts: list[str], intents: list[str]) -> Pipeline:
    """Our features + one logistic regression for each intent."""
    vectors = TfidfVectorizer(analyzer=Features(), sublinear_tf=True, dtype=np.float32)
    model = LogisticRegression(C=10, solver="liblinear", class_weight="balanced")
    return make_pipeline(vectors, model).fit(texts, intents)


def bayes(texts: list[str], intents: list[str]) -> Pipeline:
    """Our features + complement naive Bayes."""
    vectors = TfidfVectorizer(analyzer=Features(), sublinear_tf=True, dtype=np.float32)
    return make_pipeline(vectors, ComplementNB(alpha=0.3)).fit(texts, intents)


def without(mark: str) -> Train:
    """The classifier in use, trained without one kind of feature."""

    def train(texts: list[str], intents: list[str]) -> Pipeline:
        vectors = TfidfVectorizer(analyzer=Without(mark, ()), sublinear_tf=True, dtype=np.float32)
        return make_pipeline(vectors, calibrated_svm(intents)).fit(texts, intents)

    return train


def in_use(texts: list[str], intents: list[str]) -> Pipeline:
    """The classifier in use, with the district's terms as its dictionary."""
    return train_classifier(texts, intents, TermFinder(load_knowledge()).words)


def in_use_plain(texts: list[str], intents: list[str]) -> Pipeline:
    """The classifier in use, with jieba's own dictionary."""
    return train_classifier(texts, intents)


CANDIDATES: dict[str, Train] = {
    "SVM margins, calibrated (in use)": in_use,
    "… with jieba's own dictionary": in_use_plain,
    "… without sounds": without("s:"),
    "… without words": without("w:"),
    "… without characters": without("c:"),
    "LR on our features": regression,
    "complement naive Bayes": bayes,
    "jieba + char_wb + LR": baseline,
}


def rows() -> Iterator[str]:
    """One line for each candidate, as it is measured."""
    texts, intents = zip(*((text, intent) for _, intent, text in examples()), strict=True)
    questions = read_questions(QUESTIONS)
    yield f"{len(texts)} examples, {len(questions)} questions"
    head = ("in scope", 9), ("top 2", 8), ("out", 8), ("turned away", 13), ("intents", 9)
    yield " " * 36 + "".join(f"{n:>{w}}" for n, w in (*head, ("answered", 10), ("s", 6)))
    for name, train in CANDIDATES.items():
        begun = time.monotonic()
        model = train(list(texts), list(intents))
        seconds = time.monotonic() - begun
        report = evaluate(model, questions)
        yield (
            f"{name:36}{report['in_scope']['accuracy']:9.1%}{report['in_scope']['top2']:8.1%}"
            f"{report['out_of_scope']['recall']:8.1%}{report['false_rejections']['rate']:13.1%}"
            f"{report['intents']['accuracy']:9.1%}{report['answered']['precision']:10.1%}"
            f"{seconds:6.0f}"
        )


if __name__ == "__main__":
    for row in rows():
        print(row, flush=True)
