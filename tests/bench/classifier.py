"""The classifier's parse and training beside plain jieba, word counts and regression."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import jieba
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from bot.settings import ROOT
from nlu.classifier import rank
from nlu.evaluate import read_questions
from nlu.model_file import load_classifier
from tests.bench.figures import Figure, at, median_ms
from tests.nlu.training_data import QUESTIONS, examples

PARSES = 400
PARSE_RATIO = 2.0


def measure(var: Path) -> list[Figure]:
    """One parse, and a training of the whole assistant."""
    texts, intents = zip(*((text, intent) for _, intent, text in examples()), strict=True)
    jieba.initialize()
    plain = make_pipeline(
        CountVectorizer(tokenizer=jieba.lcut, token_pattern=None),
        LogisticRegression(max_iter=400),
    )
    begun = time.perf_counter()
    plain.fit(list(texts), list(intents))
    plain_seconds = time.perf_counter() - begun
    begun = time.perf_counter()
    own = load_classifier(train(var))
    own_seconds = time.perf_counter() - begun
    rank(own, "热身")
    ways: tuple[list[float], list[float]] = ([], [])
    for question in read_questions(QUESTIONS)[:PARSES]:
        begun = time.perf_counter()
        rank(own, question["text"])
        between = time.perf_counter()
        plain.predict_proba([question["text"]])
        ways[0].append(between - begun)
        ways[1].append(time.perf_counter() - between)
    against = f"plain jieba + CountVectorizer + LogisticRegression, {len(texts)} examples"
    mine, theirs = map(median_ms, ways)
    return [
        Figure("a parse, median", mine, "ms", theirs, against, PARSE_RATIO),
        Figure("a parse, p99", at(ways[0], 0.99) * 1000, "ms", at(ways[1], 0.99) * 1000, against),
        Figure("training of the assistant", own_seconds, "s", plain_seconds, against),
    ]


def train(var: Path) -> Path:
    """Train the whole assistant apart from the model in use; the new model."""
    argv = [sys.executable, "-m", "rasa", "train", "--force", "--domain", "domain"]
    argv += ["--data", "data", "--config", "config.yml", "--out", str(var)]
    argv += ["--fixed-model-name", "bench"]
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "RASA_TELEMETRY_ENABLED": "false"}
    environ = {**os.environ, **quiet, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(argv, cwd=ROOT, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return var / "bench.tar.gz"
