"""Rasa's DIET on our words, trained as Rasa trains it: the slow one of the candidates."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import structlog
import yaml
from rasa.core.agent import Agent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.model_training import train_nlu
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from knowledge import load_knowledge
from nlu.examples import write_examples
from nlu.normalise import normalise
from nlu.segment import Segmenter
from nlu.terms import TermFinder

EPOCHS = 20


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class OwnWords(Tokenizer):
    """The words that the classifier in use sees, as Rasa's tokens."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self._segmenter = Segmenter(TermFinder(load_knowledge()).words)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See Tokenizer."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_"}

    @classmethod
    def create(cls, config: dict[str, Any], *_: Any) -> OwnWords:
        """See GraphComponent."""
        return cls(config)

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """See Tokenizer; a text without any word is one token."""
        plain = normalise(message.get(attribute)) or "。"
        spans = self._segmenter.spans(plain) or [(plain, 0, len(plain))]
        return [Token(word, start, end) for word, start, end in spans]


class Diet:
    """A trained DIET with the face of a pipeline of scikit-learn."""

    def __init__(self, model: str, intents: list[str]) -> None:
        quiet = structlog.make_filtering_bound_logger(logging.WARNING)
        structlog.configure(wrapper_class=quiet)  # Rasa tells each parse
        self._agent = Agent.load(model)
        self.classes_ = np.array(sorted(set(intents)))

    def predict_proba(self, texts: list[str]) -> np.ndarray:
        """One row for each text, one column for each of `classes_`."""
        return np.array([asyncio.run(self._chances(text)) for text in texts])

    async def _chances(self, text: str) -> list[float]:
        parsed = await self._agent.parse_message(text)
        ranking = parsed["intent_ranking"]
        chances = defaultdict(float, {row["name"]: row["confidence"] for row in ranking})
        return [chances[name] for name in self.classes_]


def diet(texts: list[str], intents: list[str]) -> Diet:
    """jieba words + char_wb 1–4-grams, counted, + DIET."""
    pipeline: list[dict[str, Any]] = [
        {"name": "tests.bench.diet.OwnWords"},
        {"name": "CountVectorsFeaturizer"},
        {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
        {
            "name": "DIETClassifier",
            "epochs": EPOCHS,
            "entity_recognition": False,
            "constrain_similarities": True,
            "ranking_length": 0,
            "random_seed": 1,
        },
    ]
    config = {"recipe": "default.v1", "language": "zh", "assistant_id": "bench"}
    with tempfile.TemporaryDirectory(prefix="bench") as made:
        folder = Path(made)
        (folder / "config.yml").write_text(yaml.safe_dump({**config, "pipeline": pipeline}))
        write_examples(folder / "nlu.yml", zip(texts, intents, strict=True))
        model = train_nlu(str(folder / "config.yml"), str(folder / "nlu.yml"), made)
        assert model is not None
        return Diet(model, intents)
