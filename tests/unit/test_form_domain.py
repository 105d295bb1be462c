"""The generated part of the Rasa domain is what the form's definition makes of it."""

from __future__ import annotations

from bot.form_domain import TARGET, form_domain_text
from knowledge.form import load_form


def test_generated_domain_has_not_drifted() -> None:
    assert TARGET.read_text(encoding="utf-8") == form_domain_text(load_form()), (
        "knowledge/demand_form.yml changed: run python -m bot.form_domain, then make train"
    )
