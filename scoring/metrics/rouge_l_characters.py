"""ROUGE-L over characters, in lower case and without spaces: for scripts without spaces.

The same characters may be encoded in two ways (NFC).
"""

from __future__ import annotations

import unicodedata

from scoring.metrics.rouge import rouge_l


def _characters(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).lower().split())


METRIC = rouge_l(
    "rouge_l_characters", "ROUGE-L of characters", "characters but spaces", tokenize=_characters
)
