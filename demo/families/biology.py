"""Tasks on sequences: real peptides; folds and contacts that are made up here."""

from __future__ import annotations

import random
from pathlib import Path

from demo.packages import PackageError, read_from_wheel
from demo.splits import Example

PEPTIDES = "modlamp/data/AMPvsUniProt.csv"
CLASSES = ("other", "antimicrobial")
FOLDS = ("coil", "helix", "strand")
AMINO_ACIDS = "ACDEFGHIKLMNPQRSTVWY"
PARTNERS = dict(zip("KRHWC", "EDNYC", strict=True))
_SHORT = 25
_LIKES = {"helix": "AELMQKRH", "strand": "VIYFWTC", "coil": "GPNDS"}
_LENGTHS = {"helix": (7, 15), "strand": (4, 9), "coil": (3, 8)}
_AFTER = {"helix": ("coil",), "strand": ("coil",), "coil": ("helix", "strand")}
_TYPICAL = 0.75
_UNKNOWN_ENDS = 2
_LADDER = 12
_LOOP = 24
_BACKGROUND = "AFGILMPQSTV"


def peptides(wheel: Path) -> list[Example]:
    """Antimicrobial peptides and others of UniProt; the first line is a header. The 558 repeated
    sequences form groups.

    Raises:
        PackageError: a line has another shape than the documented one.
    """
    lines = read_from_wheel(wheel, PEPTIDES).decode("ascii").splitlines()[1:]
    examples = []
    for number, line in enumerate(lines, start=2):
        sequence, _, label = line.partition(",")
        if label.strip() not in ("0", "1") or not set(sequence) <= set(AMINO_ACIDS):
            raise PackageError(f"{PEPTIDES}, line {number} is no peptide with 0 or 1.")
        length = "short" if len(sequence) < _SHORT else "long"
        name = CLASSES[int(label)]
        examples.append(_example(sequence, name, {"length": length}))
    return examples


def folds(rows: int) -> list[Example]:
    """Chains of helices, strands and coils, whose letters like one of them. Ends are not known."""
    rng = random.Random("folds")
    examples = []
    for _ in range(rows):
        sequence, labels = _chain(rng)
        known: list[str | None] = [*labels]
        known[:_UNKNOWN_ENDS] = known[-_UNKNOWN_ENDS:] = [None] * _UNKNOWN_ENDS
        length = "short" if len(sequence) < 60 else "long"
        examples.append(_example(sequence, known, {"length": length}))
    return examples


def _chain(rng: random.Random) -> tuple[str, list[str]]:
    letters: list[str] = []
    labels: list[str] = []
    kind = "coil"
    end = rng.randrange(40, 80)
    while len(letters) < end:
        stretch = rng.randrange(*_LENGTHS[kind])
        likes = _LIKES[kind]
        letters += [
            rng.choice(likes if rng.random() < _TYPICAL else AMINO_ACIDS) for _ in range(stretch)
        ]
        labels += [kind] * stretch
        kind = rng.choice(_AFTER[kind])
    return "".join(letters), labels


def contacts(rows: int) -> list[Example]:
    """Sequences in which a ladder of letters finds its partners, in reverse, behind a loop.

    Each pair of a ladder is a contact, as between two strands that run against each other.
    """
    rng = random.Random("contacts")
    return [_hairpins(rng) for _ in range(rows)]


def _hairpins(rng: random.Random) -> Example:
    letters: list[str] = []
    pairs: list[list[int]] = []
    for _ in range(rng.choice((1, 2))):
        letters += _filler(rng, 2, 8)
        ladder = [rng.choice(tuple(PARTNERS)) for _ in range(_LADDER)]
        first = len(letters)
        letters += ladder + _filler(rng, _LOOP, _LOOP + 6)
        second = len(letters)
        letters += [PARTNERS[letter] for letter in reversed(ladder)]
        pairs += [[first + n, second + _LADDER - 1 - n] for n in range(_LADDER)]
    letters += _filler(rng, 2, 8)
    sequence = "".join(letters)
    label = {"length": len(sequence), "pairs": sorted(pairs)}
    count = "one" if len(pairs) == _LADDER else "two"
    return _example(sequence, label, {"ladders": count})


def _filler(rng: random.Random, least: int, most: int) -> list[str]:
    return [rng.choice(_BACKGROUND) for _ in range(rng.randrange(least, most))]


def _example(sequence: str, label: object, slices: dict[str, str]) -> Example:
    return Example(input={"sequence": sequence}, label=label, keys=(sequence,), slices=slices)
