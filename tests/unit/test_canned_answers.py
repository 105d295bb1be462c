"""The specialists' canned answers: what stands in the file, and how placeholders are filled."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge import KnowledgeError
from knowledge.canned import CannedAnswer, load_canned_answers


def test_every_canned_answer_fits_one_message_and_is_marked_as_sample() -> None:
    for answer in load_canned_answers():
        text = answer.filled("李静", "王明", "凤凰湖产业促进中心")
        assert "{" not in text
        assert len(text) <= 200
        assert answer.sample, "the plan has no such wording"


@pytest.mark.parametrize(
    ("address", "filled"),
    [("李静", "李静，您好！我是港桥的王明。"), ("", "您好！我是港桥的王明。")],
)
def test_placeholders_are_filled(address: str, filled: str) -> None:
    answer = CannedAnswer("x", "开场", "{称呼}您好！我是{服务站}的{专员}。")
    assert answer.filled(address, "王明", "港桥") == filled


def test_what_a_name_holds_is_no_placeholder() -> None:
    answer = CannedAnswer("x", "开场", "{称呼}我是{专员}")
    assert answer.filled("", "{服务站}", "港桥") == "我是{服务站}"


def test_unknown_placeholder_is_refused_by_name(tmp_path: Path) -> None:
    row = '{id: hello, group: 开场, text: "{姓名}您好"}'
    (tmp_path / "canned_answers.yml").write_text(f"canned_answers:\n  - {row}\n")
    with pytest.raises(KnowledgeError, match=r"canned_answers\.yml: hello: text: .*姓名"):
        load_canned_answers(tmp_path)
