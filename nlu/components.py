"""Rasa's graph components: thin shells around nlu.classifier and nlu.decide."""

from __future__ import annotations

from typing import Any

import joblib
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.classifier import rank, train_classifier
from nlu.decide import decide

UNSURE = "nlu_fallback"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class QualityIntentClassifier(GraphComponent):
    """Ranks the intents; where they are unsure, `nlu_fallback` is put first, as Rasa does."""

    def __init__(
        self, model_storage: ModelStorage, resource: Resource, pipeline: Any | None = None
    ) -> None:
        self._storage = model_storage
        self._resource = resource
        self._pipeline = pipeline

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> QualityIntentClassifier:
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> QualityIntentClassifier:
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, joblib.load(folder / "classifier.joblib"))

    def train(self, training_data: TrainingData) -> Resource:
        """Fit and store the classifier."""
        examples = [e for e in training_data.intent_examples if e.get(TEXT)]
        self._pipeline = train_classifier(
            [e.get(TEXT) for e in examples], [e.get(INTENT) for e in examples]
        )
        with self._storage.write_to(self._resource) as folder:
            joblib.dump(self._pipeline, folder / "classifier.joblib")
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set `intent` and `intent_ranking` of each message."""
        for message in messages:
            text = message.get(TEXT)
            if not text or self._pipeline is None:
                continue
            ranking = rank(self._pipeline, text)
            rows = [{"name": name, "confidence": chance} for name, chance in ranking[:10]]
            decision = decide(ranking)
            if decision.kind == "ask_back":
                rows = [{"name": UNSURE, "confidence": 1.0 - ranking[0][1]}, *rows]
            elif decision.kind == "reject" and ranking[0][0] != "out_of_scope":
                rows = [{"name": "out_of_scope", "confidence": ranking[0][1]}, *rows]
            message.set("intent", rows[0], add_to_output=True)
            message.set("intent_ranking", rows, add_to_output=True)
        return messages
