"""The classifier inside a trained Rasa model, without starting Rasa."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path
from typing import Any

import joblib


class ModelError(Exception):
    """There is no model, or it holds no classifier; the message says what to run."""


def load_classifier(path: Path) -> Any:
    """The pipeline of nlu.classifier in the model at `path`; only for models built here."""
    if not path.exists():
        raise ModelError(f"{path} is missing. Run: make train")
    with tarfile.open(path) as archive:
        for member in archive.getmembers():
            if member.name.endswith("classifier.joblib"):
                file = archive.extractfile(member)
                if file is not None:
                    return joblib.load(io.BytesIO(file.read()))
    raise ModelError(f"{path} holds no classifier. Run: make train")
