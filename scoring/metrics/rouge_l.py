"""ROUGE-L over rouge-score's own words: runs of the letters a to z and digits, in lower case.

Texts in other scripts have no such words and score 0: ``rouge_l_words`` and ``rouge_l_characters``
are for those.
"""

from __future__ import annotations

from scoring.metrics.rouge import rouge_l


def _words(text: str) -> list[str]:
    from rouge_score.tokenize import tokenize

    words: list[str] = tokenize(text, None)
    return words


METRIC = rouge_l(
    "rouge_l",
    "ROUGE-L",
    "words of the letters a to z and digits",
    tokenize=_words,
)
