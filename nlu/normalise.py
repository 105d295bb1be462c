"""Makes one spelling of many: width, script, case, emoji, repeated marks."""

from __future__ import annotations

import re
import unicodedata

from zhconv import convert

_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d]")
_REPEATED = re.compile(r"([^\w\s])\1+")
_BETWEEN = re.compile(r"(?<=[\u4e00-\u9fff，。？！、])\s+|\s+(?=[\u4e00-\u9fff，。？！、])")
_LONG_RUN = re.compile(r"(.)\1{3,}")


def normalise(text: str) -> str:
    """`text` as the classifier reads it: NFKC, simplified, lower case, one blank at most."""
    text = convert(unicodedata.normalize("NFKC", text), "zh-cn").lower()
    text = _EMOJI.sub(" ", text)
    text = _REPEATED.sub(r"\1", text)
    text = _LONG_RUN.sub(r"\1\1\1", text)
    return _BETWEEN.sub("", " ".join(text.split()))
