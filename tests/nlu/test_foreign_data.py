"""The components train on whatever they are given: nothing in them knows our intents."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import yaml
from rasa.core.agent import Agent
from rasa.model_training import train_nlu

from nlu.components import Decider, IntentClassifier, TermExtractor
from nlu.importer import OnceImporter

WEATHER = ("今天天气怎么样", "明天下雨吗", "后天多少度", "周末会不会降温", "外面冷不冷")
MUSIC = ("放首歌", "来点音乐", "播放一首民谣", "我想听周杰伦", "换一首")
TRAINS = ("买一张去北京的火车票", "明早的高铁还有票吗", "查一下车次", "动车几点到", "改签火车票")
FOREIGN = {"weather": WEATHER, "music": MUSIC, "train_ticket": TRAINS}
ASKED = {"明天天气冷吗": "weather", "播放音乐": "music", "高铁票还有吗": "train_ticket"}


@pytest.fixture(scope="module")
def foreign_model(tmp_path_factory: pytest.TempPathFactory) -> Agent:
    """An assistant trained by Rasa with a configuration and data of someone else's."""
    folder = tmp_path_factory.mktemp("foreign")
    components = (IntentClassifier, TermExtractor, Decider)
    names = [{"name": f"{c.__module__}.{c.__name__}"} for c in components]
    importer = {"name": f"{OnceImporter.__module__}.{OnceImporter.__name__}"}
    _write(
        folder / "config.yml",
        {
            "recipe": "default.v1",
            "language": "zh",
            "assistant_id": "foreign",
            "importers": [importer],
            "pipeline": names,
        },
    )
    blocks = [
        {"intent": intent, "examples": "".join(f"- {text}\n" for text in texts)}
        for intent, texts in FOREIGN.items()
    ]
    _write(folder / "nlu.yml", {"version": "3.1", "nlu": blocks})
    model = train_nlu(str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder))
    assert model is not None
    return Agent.load(model)


@pytest.mark.parametrize(("text", "intent"), ASKED.items())
def test_a_foreign_assistant_understands(foreign_model: Agent, text: str, intent: str) -> None:
    parsed = asyncio.run(foreign_model.parse_message(text))
    ranking = parsed["intent_ranking"]
    assert parsed["intent"]["name"] == intent
    assert {row["name"] for row in ranking} == set(FOREIGN)
    assert sum(row["confidence"] for row in ranking) == pytest.approx(1.0)


def _write(path: Path, content: dict[str, object]) -> None:
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
