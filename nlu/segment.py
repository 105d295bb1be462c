"""Words of a Chinese sentence: an own jieba tokenizer that knows the district's terms."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterable

import jieba

jieba.setLogLevel(logging.WARNING)
_WORD = re.compile(r"[\w+.#/-]+")


class Segmenter:
    """Cuts a normalised text into words. `words`: terms to keep in one piece.

    The tokenizer is private: jieba's own dictionary is shared by the whole process, and what
    one component adds to it would change the others.
    """

    def __init__(self, words: Iterable[str] = ()) -> None:
        self.words = tuple(sorted({word.lower() for word in words if len(word) > 1}))
        self._jieba = jieba.Tokenizer()
        self._jieba.initialize()
        for word in self.words:
            self._jieba.add_word(word)

    @property
    def fingerprint(self) -> str:
        """Changes with the words, so that a cached training result is not used for others."""
        return hashlib.sha256("\n".join(self.words).encode()).hexdigest()[:16]

    def cut(self, text: str) -> list[str]:
        """The words in order, without blanks and marks."""
        return [word for word in self._jieba.cut(text) if _WORD.fullmatch(word)]

    def spans(self, text: str) -> list[tuple[str, int, int]]:
        """The words with their start and end in `text`, in characters."""
        return [
            (word, start, end)
            for word, start, end in self._jieba.tokenize(text)
            if _WORD.fullmatch(word)
        ]
