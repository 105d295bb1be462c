"""The district's facts stand in knowledge/ alone, and are filled into what is said."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import yaml

from bot.settings import ROOT
from knowledge import KnowledgeError, load_knowledge
from knowledge.centre import centre_facts, load_centre
from knowledge.loader import FOLDER
from knowledge.resources import load_organisations
from nlu.plainly import asks_for_station

SOURCES = ("bot", "actions", "nlu", "domain")
KINDS = {".py", ".yml", ".html", ".js", ".css", ".txt"}


def telephones() -> set[str]:
    """All that knowledge/ tells."""
    found = {t for item in load_knowledge().services for t in item.telephones}
    found |= {o.telephone for o in load_organisations() if o.telephone}
    return found | {load_centre().telephone}


def files() -> list[Path]:
    return [
        path
        for folder in SOURCES
        for path in (ROOT / folder).rglob("*")
        if path.suffix in KINDS and "vendor" not in path.parts
    ]


def test_no_telephone_of_the_district_stands_outside_knowledge() -> None:
    known = re.compile("|".join(map(re.escape, telephones())))
    assert known.search(FOLDER.joinpath("services.yml").read_text("utf-8")), "it can find one"
    assert len(files()) > 200
    told = [str(path) for path in files() if known.search(path.read_text("utf-8"))]
    assert not told


def test_no_response_names_the_district_itself() -> None:
    centre = load_centre()
    names = (centre.district, centre.department, *(s.name for s in load_knowledge().stations))
    for path in (ROOT / "domain" / "responses").glob("*.yml"):
        text = path.read_text("utf-8")
        assert not [name for name in names if name in text], path.name


def test_the_telephone_is_the_departments_own() -> None:
    of_department = {o.name: o.telephone for o in load_organisations()}
    assert load_centre().telephone == of_department[load_centre().department]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"49859793"', '"anrufen"', "telephone"),
        ("region: [重庆", "region: []  # [重庆", "region"),
        ("    district: 永川区\n", "", "district"),
    ],
)
def test_a_broken_centre_is_named(tmp_path: Path, old: str, new: str, told: str) -> None:
    shutil.copytree(FOLDER, tmp_path / "k", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    file = tmp_path / "k" / "centre.yml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=f"centre.yml.*{told}"):
        load_centre(tmp_path / "k")


@pytest.mark.parametrize("text", ["凤凰湖在哪里", "三教园区怎么走", "政务大厅在哪"])
def test_stations_are_understood_by_the_names_of_knowledge(text: str) -> None:
    assert asks_for_station(text)


def test_what_is_said_holds_the_facts() -> None:
    pytest.importorskip("rasa")
    from rasa.shared.core.domain import Domain
    from rasa.utils.endpoints import EndpointConfig

    from nlu.responses import DistrictResponses

    read = yaml.safe_load((ROOT / "domain/responses/smalltalk.yml").read_text("utf-8"))
    domain = Domain.from_dict({"responses": read["responses"]})
    spoken = DistrictResponses(EndpointConfig(), domain)
    made = spoken.generate_from_slots("utter_complain", {}, "wechat")
    assert made is not None
    assert centre_facts()["centre_telephone"] in made["text"]
    assert spoken.generate_from_slots("utter_nothing", {}, "wechat") is None
