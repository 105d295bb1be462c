"""What the classifier sees of a message: its characters, words and sounds."""

from __future__ import annotations

import re
from typing import Any

from nlu.normalise import normalise
from nlu.segment import Segmenter
from nlu.sound import syllables

_LONG_NUMBER = re.compile(r"\d{5,}")


class Features:
    """Callable analyser for a vectoriser: a text → its feature names, as often as they occur.

    `words`: terms that stay in one piece. They travel with the trained model, so that a model
    never meets a dictionary that it was not trained with.
    """

    def __init__(self, words: tuple[str, ...] = ()) -> None:
        self.words = words
        self._segmenter: Segmenter | None = None

    def __call__(self, text: str) -> list[str]:
        """Feature names of `text`: c: character n-grams, w: words, s: syllables."""
        # Which long number it is says nothing.
        plain = _LONG_NUMBER.sub("0", normalise(text))
        if not plain:  # 👌 or [强] alone: the sign is what is said
            return ["^$", *_grams([*text.strip()], 2, "e:")]
        if self._segmenter is None:
            self._segmenter = Segmenter(self.words)
        signs = ["^", *plain.replace(" ", ""), "$"]
        return [
            *_grams(signs, 3, "c:"),
            *_grams(self._segmenter.cut(plain), 2, "w:"),
            *_grams(syllables(plain), 2, "s:"),
        ]

    def __getstate__(self) -> dict[str, Any]:
        return {"words": self.words, "_segmenter": None}  # jieba's tokenizer cannot be stored


def _grams(units: list[str], longest: int, mark: str) -> list[str]:
    return [
        mark + " ".join(units[start : start + length])
        for length in range(1, longest + 1)
        for start in range(len(units) - length + 1)
    ]
