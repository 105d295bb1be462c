"""What fits one text message of the platform, and what every database and parser takes."""

from __future__ import annotations

import re

TEXT_LIMIT = 2048  # bytes of UTF-8 in one text, practice
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """Text that every database, XML parser and terminal takes: no NUL, no lone surrogate."""
    return _FORBIDDEN.sub("", text)


def size(text: str) -> int:
    """Bytes of `text` on the wire."""
    return len(text.encode("utf-8"))


def split(text: str, limit: int = TEXT_LIMIT) -> list[str]:
    """`text` in parts of at most `limit` bytes, cut at a line, a sentence, else a character."""
    parts = []
    while size(text) > limit:
        head = text.encode("utf-8")[:limit].decode("utf-8", "ignore")
        cut = max(head.rfind("\n"), *(head.rfind(mark) + 1 for mark in "。！？；"))
        if cut < max(len(head) // 2, 1):
            cut = len(head)
        parts.append(text[:cut].rstrip())
        text = text[cut:].lstrip("\n")
    return [*parts, text]
