"""`python -m tests.bench.candidates`: the classifiers that were tried, on the same questions.

Each is trained on data/nlu and measured on tests/nlu/test_questions.jsonl (docs/decisions/0003).
`--each 15` trains on as many examples of each intent, `--only WORDS` tries those whose name holds
WORDS, `--diet` tries Rasa's DIET, too, which takes by far the longest.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import jieba
from scipy.special import softmax
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB, MultinomialNB
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

from knowledge import load_knowledge
from nlu.classifier import calibrated, train_classifier
from nlu.evaluate import evaluate, read_questions
from nlu.features import Features
from nlu.terms import TermFinder
from nlu.vectors import Vectors
from tests.nlu.training_data import QUESTIONS, examples

Train = Callable[[list[str], list[str]], Any]


class Without(Features):
    """The features less those with one mark (c:, w: or s:)."""

    def __init__(self, mark: str, words: tuple[str, ...]) -> None:
        super().__init__(words)
        self.mark = mark

    def __call__(self, text: str) -> list[str]:
        """See Features."""
        return [name for name in super().__call__(text) if not name.startswith(self.mark)]


class WithTerms(Features):
    """The features and the terms that the message names, by kind and by value."""

    def __init__(self, finder: TermFinder) -> None:
        super().__init__(finder.words)
        self.finder = finder

    def __call__(self, text: str) -> list[str]:
        """See Features."""
        found = self.finder.find(text)
        terms = [mark for term in found for mark in (f"t:{term.kind}", f"t:{term.value}")]
        return [*super().__call__(text), *terms]


class Margins(LinearSVC):
    """A linear SVM whose margins are passed off as probabilities."""

    def predict_proba(self, rows: Any) -> Any:
        """As scikit-learn's."""
        return softmax(self.decision_function(rows), axis=1)


def plain_words(text: str) -> list[str]:
    """jieba's words with its own dictionary: what most Chinese assistants start from."""
    return [word for word in jieba.cut(text) if word.strip()]


def counted(words: bool, characters: bool) -> Train:
    """jieba words, char_wb 1–4-grams, or both, counted, + logistic regression."""
    counts = []
    if words:
        counts.append(CountVectorizer(analyzer=plain_words))
    if characters:
        counts.append(CountVectorizer(analyzer="char_wb", ngram_range=(1, 4)))
    model = LogisticRegression(max_iter=100, tol=1e-3)
    return lambda texts, intents: make_pipeline(make_union(*counts), model).fit(texts, intents)


def on_features(model: Any, features: Features | None = None) -> Train:
    """`model` on our features, or on others made like them."""
    vectors = Vectors(features or Features())
    return lambda texts, intents: make_pipeline(vectors, model).fit(texts, intents)


def on_other_features(features: Callable[[], Features]) -> Train:
    """The classifier in use on other features."""
    return lambda texts, intents: on_features(calibrated(intents), features())(texts, intents)


def calibrated_svm(texts: list[str], intents: list[str]) -> Any:
    """The classifier in use without naive Bayes."""
    stack = calibrated(intents)
    stack.estimators = stack.estimators[:1]
    return on_features(stack, Features(TermFinder(load_knowledge()).words))(texts, intents)


def in_use(texts: list[str], intents: list[str]) -> Any:
    """The classifier in use, with the district's terms as its dictionary."""
    return train_classifier(texts, intents, TermFinder(load_knowledge()).words)


def diet(texts: list[str], intents: list[str]) -> Any:
    """Rasa's DIET; imported only when asked for."""
    from tests.bench.diet import diet as train

    return train(texts, intents)


CANDIDATES: dict[str, Train] = {
    "SVM and Bayes, calibrated (in use)": in_use,
    "… without naive Bayes": calibrated_svm,
    "… with jieba's own dictionary": train_classifier,
    "… with terms as features": on_other_features(lambda: WithTerms(TermFinder(load_knowledge()))),
    "… without sounds": on_other_features(lambda: Without("s:", ())),
    "… without words": on_other_features(lambda: Without("w:", ())),
    "… without characters": on_other_features(lambda: Without("c:", ())),
    "SVM margins as they are": on_features(Margins(class_weight="balanced", tol=1e-2)),
    "LR on our features": on_features(
        LogisticRegression(C=10, solver="liblinear", class_weight="balanced")
    ),
    "complement naive Bayes": on_features(ComplementNB(alpha=0.3)),
    "multinomial naive Bayes": on_features(MultinomialNB(alpha=0.1)),
    "jieba words + LR": counted(words=True, characters=False),
    "char_wb + LR": counted(words=False, characters=True),
    "jieba words, char_wb + LR": counted(words=True, characters=True),
}


def training_set(each: int | None) -> tuple[list[str], list[str]]:
    """Texts and intents: all, or `each` of every intent, drawn alike at every call."""
    by_intent: dict[str, list[str]] = defaultdict(list)
    for _, intent, text in examples():
        by_intent[intent].append(text)
    draw = random.Random(1)
    pairs = [
        (text, intent)
        for intent, texts in by_intent.items()
        for text in (draw.sample(texts, min(each, len(texts))) if each else texts)
    ]
    return [text for text, _ in pairs], [intent for _, intent in pairs]


def rows(candidates: dict[str, Train], each: int | None = None) -> Iterator[str]:
    """One line for each candidate, as it is measured; seconds of training, ms of a parse."""
    texts, intents = training_set(each)
    questions = read_questions(QUESTIONS)
    yield f"{len(texts)} examples, {len(questions)} questions; seconds and ms of processor time"
    columns = ("all", "in scope", "top 2", "out", "turned away", "intents", "answered", "s", "ms")
    yield " " * 34 + "".join(f"{name:>{max(7, len(name) + 2)}}" for name in columns)
    for name, train in candidates.items():
        begun = time.process_time()
        model = train(texts, intents)
        trained = time.process_time()
        report = evaluate(model, questions)
        parse = (time.process_time() - trained) / len(questions) * 1000
        right = 1 - len(report["confusions"]) / len(questions)
        yield (
            f"{name:34}{right:7.1%}{report['in_scope']['accuracy']:10.1%}"
            f"{report['in_scope']['top2']:7.1%}{report['out_of_scope']['recall']:7.1%}"
            f"{report['false_rejections']['rate']:13.1%}{report['intents']['accuracy']:9.1%}"
            f"{report['answered']['precision']:10.1%}{trained - begun:7.0f}{parse:7.1f}"
        )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.candidates", description=__doc__)
    parser.add_argument("--each", type=int, metavar="N", help="examples of each intent")
    parser.add_argument("--only", default="", metavar="WORDS", help="in the candidate's name")
    parser.add_argument("--diet", action="store_true", help="Rasa's DIET, too")
    options = parser.parse_args()
    candidates = CANDIDATES | ({"DIET": diet} if options.diet else {})
    chosen = {name: train for name, train in candidates.items() if options.only in name}
    for row in rows(chosen, options.each):
        print(row, flush=True)


if __name__ == "__main__":
    main()
