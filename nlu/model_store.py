"""Which model the assistant answers with: the installed one, or one put live at the desk.

`models/assistant.tar.gz` comes from `make train`. Trainings from the desk stand in `var/models/`;
the file `live` in it names the one in use. A model's card (`.json` beside it) tells what it was
made of. When a newer model is installed, it was trained with the live corrections as well
(`var/learning/nlu.yml`) and takes over.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
INSTALLED = ROOT / "models" / "assistant.tar.gz"
_SOURCES = ("data/**/*.yml", "domain/**/*.yml", "nlu/*.py", "knowledge/*", "config.yml")


def var_folder() -> Path:
    """BOT_VAR, as the product's settings have it."""
    return Path(os.environ.get("BOT_VAR") or ROOT / "var").resolve()


def models_folder(var: Path) -> Path:
    """Where the models trained from the desk are kept."""
    return var / "models"


def learned_file(var: Path) -> Path:
    """The corrections that the model in use was trained with, beside data/nlu."""
    return var / "learning" / "nlu.yml"


def card_of(model: Path) -> dict[str, Any]:
    """{"fingerprint", "figures"} and for a desk's model "base"; empty when there is none."""
    card = model.with_name(model.name.removesuffix(".tar.gz") + ".json")
    if not model.exists() or not card.exists():
        return {}
    loaded: dict[str, Any] = json.loads(card.read_text())
    return loaded


def write_card(model: Path, **card: Any) -> None:
    """Say what `model` was made of."""
    path = model.with_name(model.name.removesuffix(".tar.gz") + ".json")
    path.write_text(json.dumps(card, indent=1) + "\n")


def fingerprint(learned: Path | None = None) -> str:
    """Hash of everything that a model is made of."""
    digest = hashlib.sha256()
    for pattern in _SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file():
                digest.update(path.relative_to(ROOT).as_posix().encode())
                digest.update(path.read_bytes())
    if learned is not None and learned.exists():
        digest.update(learned.read_bytes())
    return digest.hexdigest()


def is_outdated(model: Path, installed: Path = INSTALLED) -> bool:
    """Whether another model was installed since the desk's `model` was trained."""
    return bool(card_of(model).get("base") != card_of(installed).get("fingerprint"))


def model_in_use(var: Path, installed: Path = INSTALLED) -> Path:
    """The model that the assistant is to answer with; it may not exist yet."""
    live = models_folder(var) / "live"
    name = live.read_text().strip() if live.exists() else ""
    model = models_folder(var) / Path(name).name
    if name and model.exists() and not is_outdated(model, installed):
        return model
    return installed


def set_live(var: Path, name: str | None) -> None:
    """Name the model in use; None: the installed one."""
    live = models_folder(var) / "live"
    if name is None:
        live.unlink(missing_ok=True)
        return
    live.parent.mkdir(parents=True, exist_ok=True)
    draft = live.with_suffix(".part")
    draft.write_text(name + "\n")
    draft.replace(live)
