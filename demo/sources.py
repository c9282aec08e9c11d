"""Reading the packaged data: archives in, plain rows out. Nothing of them is executed.

Sources: C.J. Hutto and E. Gilbert, "VADER: A Parsimonious Rule-based Model for Sentiment Analysis
of Social Media Text", ICWSM 2014 (files ``*_GroundTruth.txt``: id, mean rating from -4 to 4, text;
tab separated). F. Hill, R. Reichart and A. Korhonen, "SimLex-999", 2015.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from demo.packages import PackageError, read_from_tar, read_from_wheel

RATINGS = "vaderSentiment-3.3.2/additional_resources/hutto_ICWSM_2014.tar.gz"
SIMLEX = "gensim/test/test_data/simlex999.txt"
RATINGS_COLUMNS = 3
SIMLEX_COLUMNS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedText:
    """A text and its mean rating; ``document`` names the review or article that it is from."""

    document: str
    text: str
    rating: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedPair:
    """Two words and their mean rating."""

    first: str
    second: str
    rating: float


def rated_texts(archive: Path, name: str) -> list[RatedText]:
    """Read one ground-truth file (``movieReviewSnippets`` …) from the pinned source archive.

    Raises:
        PackageError: a line has another shape than the documented one.
    """
    member = f"hutto_ICWSM_2014/{name}_GroundTruth.txt"
    content = read_from_tar(read_from_tar(archive, RATINGS), member)
    return list(parse_ratings(content))


def parse_ratings(content: bytes) -> Iterator[RatedText]:
    """Yield the rows whose text says anything; ids are ``document_sentence`` or just a number."""
    for columns in _columns(content, RATINGS_COLUMNS):
        identifier, rating, raw = columns
        text = tidy(raw)
        if normalised(text):
            yield RatedText(document=identifier.partition("_")[0], text=text, rating=float(rating))


def rated_pairs(wheel: Path) -> list[RatedPair]:
    """Read SimLex-999 from the pinned wheel.

    Raises:
        PackageError: a line has another shape than the documented one.
    """
    return list(parse_pairs(read_from_wheel(wheel, SIMLEX)))


def parse_pairs(content: bytes) -> Iterator[RatedPair]:
    """Yield the rows below the ``#`` lines."""
    for first, second, rating in _columns(content, SIMLEX_COLUMNS):
        yield RatedPair(first=tidy(first), second=tidy(second), rating=float(rating))


def tidy(text: str) -> str:
    """Resolve HTML entities, drop control characters and collapse white space."""
    printable = re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", html.unescape(text))
    return re.sub(r"\s+", " ", printable).strip()


def normalised(text: str) -> str:
    """Reduce a text to its words: two texts with the same words are duplicates."""
    return re.sub(r"\W+", " ", text.lower()).strip()


def _columns(content: bytes, count: int) -> Iterator[list[str]]:
    for number, line in enumerate(_decoded(content).split("\n"), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        columns = line.rstrip("\r").split("\t")
        if len(columns) != count:
            raise PackageError(f"Line {number} has {len(columns)} columns in place of {count}.")
        yield columns


def _decoded(content: bytes) -> str:
    """Some of the files are UTF-8, some Latin-1; only the former can be decoded as UTF-8."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1")
