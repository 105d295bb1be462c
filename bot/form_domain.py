"""`python -m bot.form_domain`: writes domain/demand_form.yml from knowledge/demand_form.yml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from bot.settings import ROOT
from knowledge.form import DemandForm, load_form

TARGET = ROOT / "domain" / "demand_form.yml"
HEAD = """# Made from knowledge/demand_form.yml by `python -m bot.form_domain`: do not edit.
# Slots show reviewers what was answered; the draft in the database is what counts.
"""


def form_domain(form: DemandForm) -> dict[str, Any]:
    """The form's part of the Rasa domain: a slot and a question for each field."""
    slot = {"type": "any", "influence_conversation": False, "mappings": [{"type": "custom"}]}
    responses: dict[str, Any] = {}
    for field in form.fields:
        responses[f"utter_ask_{field.id}"] = [{"text": field.question}]
        if field.more:
            responses[f"utter_more_{field.id}"] = [{"text": field.more}]
        for column in field.columns:
            responses[f"utter_ask_{field.id}_{column.id}"] = [{"text": column.question}]
    return {
        "version": "3.1",
        "slots": {field.id: {**slot, "mappings": [{"type": "custom"}]} for field in form.fields},
        "responses": responses,
    }


def form_domain_text(form: DemandForm) -> str:
    """The file's text."""
    body = yaml.safe_dump(form_domain(form), allow_unicode=True, sort_keys=False, width=200)
    return HEAD + str(body)


def main(target: Path = TARGET) -> None:
    """Write the file."""
    target.write_text(form_domain_text(load_form()), encoding="utf-8")
    print(f"Written: {target.relative_to(ROOT)}. Now run: make train")


if __name__ == "__main__":
    main()
