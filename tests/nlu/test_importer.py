"""The training data read once is the data that Rasa reads."""

from __future__ import annotations

import copy
import os
from pathlib import Path

import pytest
from rasa.shared.importers.rasa import RasaFileImporter

from nlu.importer import OnceImporter

ENTITIES = """version: "3.1"
nlu:
- intent: book
  examples: |
    - 约[星期三](date)的专家
    - 我想约专家
- synonym: 星期三
  examples: |
    - 周三
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "nlu.yml"
    path.write_text(ENTITIES, encoding="utf-8")
    return path


def test_the_data_is_what_rasa_reads(file: Path) -> None:
    ours = OnceImporter(training_data_paths=str(file)).get_nlu_data("zh")
    theirs = RasaFileImporter(training_data_paths=str(file)).get_nlu_data("zh")
    assert ours.fingerprint() == theirs.fingerprint()
    assert ours.entity_synonyms == {"周三": "星期三"}
    assert [example.get("text") for example in ours.entity_examples] == ["约星期三的专家"]


def test_a_changed_file_is_read_again(file: Path) -> None:
    importer = OnceImporter(training_data_paths=str(file))
    before = importer.get_nlu_data().fingerprint()
    file.write_text(ENTITIES.replace("我想约专家", "我要约专家"), encoding="utf-8")
    os.utime(file, ns=(1, 1))
    assert importer.get_nlu_data().fingerprint() != before


def test_a_copy_is_changed_alone(file: Path) -> None:
    """Components write into the examples: the next reader must find them as they were."""
    data = OnceImporter(training_data_paths=str(file)).get_nlu_data()
    changed = copy.deepcopy(data.training_examples)
    for example in changed:
        example.set("intent", "other")
        example.set("text_tokens", [], add_to_output=True)
    assert {example.get("intent") for example in data.training_examples} == {"book"}
    assert not any("text_tokens" in e.output_properties for e in data.training_examples)
    assert {example.fingerprint() for example in changed}.isdisjoint(
        example.fingerprint() for example in data.training_examples
    )
