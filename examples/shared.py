"""What the example scripts share: packages, train splits, progress lines, ``submission.yaml``."""

from __future__ import annotations

import json
import sys
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import yaml

STARTED = time.monotonic()
KINDS = ("text_classification", "text_regression")
MOST_CHARACTERS = 200
"""What the shortest field of ``submission.yaml`` takes."""
AND_MORE = " And more."


def say(text: str) -> None:
    """A progress line with the seconds since the start."""
    print(f"[{time.monotonic() - STARTED:6.1f} s] {text}", flush=True)


def stop(message: str) -> NoReturn:
    """End with one line that says what is wrong."""
    print(f"{Path(sys.argv[0]).name}: {message}", file=sys.stderr)
    raise SystemExit(2)


def package_files(package: Path, folder: str) -> Iterator[tuple[str, bytes]]:
    """Files of ``folder`` in a package, as (path below ``folder``, content).

    ``package`` is a wheel, or a folder that holds the package's own, such as ``site-packages``.
    """
    if package.is_dir():
        root = package / folder if (package / folder).is_dir() else package.parent / folder
        for path in sorted(root.rglob("*")):
            if path.is_file():
                yield path.relative_to(root).as_posix(), path.read_bytes()
        return
    if not zipfile.is_zipfile(package):
        stop(f"{package} is neither a wheel nor a folder")
    with zipfile.ZipFile(package) as wheel:
        for name in sorted(wheel.namelist()):
            if name.startswith(f"{folder}/") and not name.endswith("/"):
                yield name[len(folder) + 1 :], wheel.read(name)


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Read JSON Lines of objects, one at least."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        stop(f"{path}: {error}")
    written = [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    if not written:
        stop(f"{path} is empty")
    for number, line in written:
        try:
            row = json.loads(line)
        except ValueError as error:
            stop(f"{path}, line {number}: not JSON ({error})")
        if not isinstance(row, dict):
            stop(f"{path}, line {number}: not an object")
        yield row


@dataclass(frozen=True, slots=True)
class Train:
    """A train split. ``targets`` are class numbers, or values where ``labels`` is empty."""

    texts: list[str]
    targets: list[float]
    labels: list[str]

    @property
    def outputs(self) -> int:
        """How many numbers a head gives."""
        return max(1, len(self.labels))

    @property
    def id2label(self) -> dict[int, str]:
        """Names of the head's outputs, which the platform maps to the task's labels."""
        return dict(enumerate(self.labels or ["value"]))


def read_train(path: Path, kind: str, labels: str) -> Train:
    """Read JSON Lines ``{"id", "input": {"text"}, "label"}``; commas set ``labels`` apart."""
    names = [name.strip() for name in labels.split(",") if name.strip()]
    if (kind == "text_classification") != (len(names) > 1):
        stop("--labels must name two or more labels for text_classification, none otherwise")
    texts, targets = [], []
    for number, row in enumerate(read_rows(path), start=1):
        try:
            texts.append(str(row["input"]["text"]))
            targets.append(float(names.index(row["label"]) if names else row["label"]))
        except (ValueError, KeyError, TypeError) as error:
            stop(f"{path}, line {number}: not a train row of this kind ({error})")
    return Train(texts, targets, names)


def submission_root(folder: Path) -> Path:
    """The submission's root for a model's folder: that itself, or above its ``tasks/<slug>``."""
    return folder.parent.parent if folder.parent.name == "tasks" else folder


def declare(folder: Path, **fields: str) -> None:
    """Write ``submission.yaml`` of the root; said fields stay and are added to as
    far as there is room, except links."""
    path = submission_root(folder) / "submission.yaml"
    said: dict[str, Any] = {}
    if path.is_file() and submission_root(folder) != folder:
        said = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    for name, text in fields.items():
        known = said.get(name, "")
        if not known or name in ("format", "paper", "code"):
            said[name] = text
        elif text not in known and not known.endswith(AND_MORE):
            longer = f"{known} {text}"
            fits = len(longer) + len(AND_MORE) <= MOST_CHARACTERS
            said[name] = longer if fits else known + AND_MORE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        yaml.safe_dump(said, sort_keys=False, allow_unicode=True, width=1000), encoding="utf-8"
    )
