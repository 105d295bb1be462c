"""Rasa's graph components: thin shells around nlu.classifier, nlu.terms and nlu.decide."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import joblib
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from knowledge import CLEAR, find_services, load_knowledge
from nlu.classifier import rank, train_classifier
from nlu.decide import ABOUT_DEMAND, DECIDED, OUT, Decision, decide, names_demand
from nlu.english import ENGLISH, english_intent
from nlu.follow_up import read_loosely
from nlu.offer_words import narrows_offer, of_waiting_list
from nlu.plainly import is_head_count, said_plainly, says_nothing, wish_for_data, without_nobody
from nlu.terms import TermFinder

UNSURE = "nlu_fallback"
FOLLOW_UP = "follow_up"
FILL_FORM = "fill_form"
FILL_BOOKING = "fill_booking"
ASKED = {"booking": FILL_BOOKING, "demand": "fill_demand"}
"""What the message answers, by what the metadata say is asked; else a field of the form."""
BESIDE_SERVICES = (FOLLOW_UP, "ask_stations")
"""Plain sentences that stand back where a service is surely asked for: 哪里可以现场检定."""
RANKED = 10
COURTESIES = ("thanks", "greet", "goodbye", "affirm", "deny", "chitchat")
"""Said besides: a service that is asked for with them stands above them."""
OF_THE_FORM = ("skip_field", "go_back", "deny", "affirm")
"""Commands and answers, which short questions resemble."""
_ASKS = re.compile("[?？]|[呢吗]|怎么|咋|如何|谁|哪|多少")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(GraphComponent):
    """Ranks the intents of whatever data it is trained on. Config: `cost` of the SVM."""

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        pipeline: Any | None = None,
    ) -> None:
        self._cost = float(config["cost"])
        self._storage = model_storage
        self._resource = resource
        self._pipeline = pipeline

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See the class."""
        return {"cost": 3.0}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> IntentClassifier:
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> IntentClassifier:
        with model_storage.read_from(resource) as folder:
            pipeline = joblib.load(folder / "classifier.joblib")
        rank(pipeline, "您好")  # reads its dictionaries now, or the first user waits for seconds
        return cls(config, model_storage, resource, pipeline)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit and store the classifier; the district's terms are its dictionary."""
        examples = [e for e in training_data.intent_examples if e.get(TEXT)]
        self._pipeline = train_classifier(
            [e.get(TEXT) for e in examples],
            [e.get(INTENT) for e in examples],
            TermFinder(load_knowledge()).words,
            self._cost,
        )
        with self._storage.write_to(self._resource) as folder:
            # Most weights are nought: what Rasa packs afterwards at its leisure is small by then.
            joblib.dump(self._pipeline, folder / "classifier.joblib", compress=1)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set `intent` and `intent_ranking` of each message."""
        for message in messages:
            text = message.get(TEXT)
            if not text or self._pipeline is None:
                continue
            rows = [
                {"name": name, "confidence": chance} for name, chance in rank(self._pipeline, text)
            ]
            message.set("intent", rows[0], add_to_output=True)
            message.set("intent_ranking", rows, add_to_output=True)
        return messages


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class TermExtractor(GraphComponent):
    """Adds what the message names as entities (nlu/terms.py)."""

    def __init__(self) -> None:
        self._finder = TermFinder(load_knowledge())

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TermExtractor:
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Set `entities` of each message."""
        for message in messages:
            found = self._finder.find(message.get(TEXT) or "")
            entities = [
                {
                    "entity": term.kind,
                    "value": term.value,
                    "start": term.start,
                    "end": term.end,
                    "confidence_entity": term.sure,
                    "extractor": "TermExtractor",
                }
                for term in found
            ]
            entities = [*message.get("entities", []), *entities]
            message.set("entities", entities, add_to_output=True)
        return messages


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class Decider(GraphComponent):
    """Puts in front of the ranking what is to be done (nlu/decide.py).

    `nlu_fallback` where the reading is unsure, `out_of_scope` where it is none of our business,
    `fill_form` while the user's demand form waits for an answer (metadata `asking`),
    and so by ASKED for a booking and for words about a submitted demand; `fill_booking` for words
    that narrow time slots (metadata `offered`); before all that, what words say plainly
    (nlu/plainly.py). A model that does not know the eight categories passes
    unchanged.
    """

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Decider:
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Set `intent` and `intent_ranking` of each message."""
        for message in messages:
            rows = message.get("intent_ranking") or []
            if not {row["name"] for row in rows} >= set(load_knowledge().categories):
                continue
            text = message.get(TEXT) or ""
            ranking = without_nobody([(row["name"], row["confidence"]) for row in rows], text)
            rows = [{"name": name, "confidence": chance} for name, chance in ranking]
            metadata = message.get("metadata") or {}
            asking, offered = metadata.get("asking") or "", bool(metadata.get("offered"))
            first = first_of(decide(ranking), text, asking, offered)
            rows = rows[:RANKED]
            if first != rows[0]["name"]:
                put = {"name": first, "confidence": 1.0 - rows[0]["confidence"], DECIDED: True}
                rows = [put, *rows]
            message.set("intent", rows[0], add_to_output=True)
            message.set("intent_ranking", rows, add_to_output=True)
        return messages


def asked_besides(text: str, categories: Sequence[str]) -> str:
    """The likeliest category where a question names one of its services: 谢谢，那商标呢."""
    found = find_services(load_knowledge(), text, limit=1) if _ASKS.search(text) else []
    if not found or not categories or found[0].score < CLEAR:
        return ""
    item = found[0].item
    return categories[0] if categories[0] in (*item.categories, *item.also) else ""


def first_of(decision: Decision, text: str, asking: str, offered: bool = False) -> str:
    """The intent that a message is handled by. `asking`: what waits for an answer, if anything.

    `offered`: time slots of experts were offered, and words may narrow them.
    """
    if wish_for_data(text):
        return "privacy_question"
    if asking in ASKED:
        return ASKED[asking]
    if offered and narrows_offer(text, decision):
        return FILL_BOOKING
    if asking:
        return FILL_FORM
    if about_waiting := of_waiting_list(text):
        return about_waiting
    if names_demand(text):
        return ABOUT_DEMAND
    sure = decision.kind == "answer"
    if is_head_count(text) or (says_nothing(text) and not sure):
        return UNSURE
    plain = said_plainly(text)
    is_service = sure and decision.intent in load_knowledge().categories
    if plain and not (is_service and plain in BESIDE_SERVICES):
        return plain
    if sure and decision.intent in OF_THE_FORM and read_loosely(text):
        return FOLLOW_UP  # 这个贵不贵 passes nothing over, where no form asks
    english = english_intent(text)
    beside = english if english not in (ENGLISH, "greet") else ""
    beside = beside or asked_besides(text, decision.categories)
    if sure and not (decision.intent in COURTESIES and beside):
        return decision.intent
    if english:
        return english
    if sure:
        return beside
    return UNSURE if decision.kind == "ask_back" else OUT
