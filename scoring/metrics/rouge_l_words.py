"""ROUGE-L over words of any script that puts spaces between them, in lower case.

A word is a run of letters, digits and marks: in Hindi or Arabic vowels are marks. The same
characters may be encoded in two ways (NFC).
"""

from __future__ import annotations

import unicodedata

from scoring.metrics.rouge import rouge_l

_OF_WORDS = "LMN"


def _words(text: str) -> list[str]:
    folded = unicodedata.normalize("NFC", text).lower()
    return "".join(
        each if unicodedata.category(each)[0] in _OF_WORDS else " " for each in folded
    ).split()


METRIC = rouge_l(
    "rouge_l_words",
    "ROUGE-L of words",
    "words of letters and digits of any script",
    tokenize=_words,
)
