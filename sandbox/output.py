"""Collects what a dead sandbox left in /out: the files named by the contract and nothing else."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from sandbox import report as reports
from sandbox.report import BadReport, parse_report
from sandbox.spec import RunSpec

_LINE_BYTES = 4096
MAX_EXTRA_BYTES = 1 << 20


class CollectionFailed(Exception):
    """The reader's stream broke: a fault of the platform."""


@dataclass(slots=True)
class Found:
    """What lay there for one task. `refused` maps a file's name to the code of its refusal."""

    report: dict[str, Any] | None = None
    predictions: Path | None = None
    refused: dict[str, str] = field(default_factory=dict)
    extras: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Collected:
    """The output of a run. `full` says that its filesystem had no room left."""

    tasks: dict[str, Found]
    used_bytes: int
    full: bool


def wanted_files(spec: RunSpec) -> list[tuple[str, int]]:
    """Every path below /out that is read, with its limit in bytes."""
    wanted = []
    for task in spec.tasks:
        wanted.append((f"{task}/report.json", reports.MAX_BYTES))
        wanted.append((f"{task}/predictions.jsonl", spec.limits.output_bytes))
        wanted += [(f"{task}/{name}", MAX_EXTRA_BYTES) for name in spec.extra_files]
    return wanted


def collect(frames: Iterable[bytes], *, spec: RunSpec, output_dir: Path) -> Collected:
    """Take the reader's frames; predictions go to `output_dir/<task>/predictions.jsonl`.

    Raises CollectionFailed when the frames are not those of `wanted_files`.
    """
    stream = _Frames(frames)
    tasks = {task: Found() for task in spec.tasks}
    for path, limit in wanted_files(spec):
        head = stream.head()
        size, refused = head.get("size"), head.get("refused")
        if head.get("path") != path or not isinstance(size, int) or not 0 <= size <= limit:
            raise CollectionFailed("the reader answered something else than it was asked")
        task, name = path.split("/")
        if refused is not None:
            if name not in spec.extra_files:
                tasks[task].refused[name] = str(refused)
        elif name == "report.json":
            _take_report(b"".join(stream.body(size)), tasks[task])
        elif name in spec.extra_files:
            tasks[task].extras[name] = b"".join(stream.body(size))
        else:
            target = output_dir / task / name
            target.parent.mkdir()
            with target.open("xb") as sink:
                _copy(stream.body(size), sink)
            tasks[task].predictions = target
    usage = stream.head()
    used = usage.get("used_bytes")
    if not isinstance(used, int) or used < 0:
        raise CollectionFailed("the reader does not say how much was used")
    return Collected(tasks=tasks, used_bytes=used, full=usage.get("full") is True)


def _take_report(raw: bytes, found: Found) -> None:
    try:
        found.report = parse_report(raw)
    except BadReport as error:
        found.refused["report.json"] = str(error)


def _copy(chunks: Iterable[bytes], sink: BinaryIO) -> None:
    for chunk in chunks:
        sink.write(chunk)


class _Frames:
    """Cuts a stream of chunks of any size into lines and bodies."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._buffer = b""

    def head(self) -> dict[str, Any]:
        while b"\n" not in self._buffer and len(self._buffer) <= _LINE_BYTES:
            self._buffer += self._next()
        line, _, self._buffer = self._buffer.partition(b"\n")
        try:
            said = json.loads(line)
        except (ValueError, RecursionError):
            raise CollectionFailed("the reader's answer is not JSON") from None
        if not isinstance(said, dict):
            raise CollectionFailed("the reader's answer is no object")
        return said

    def body(self, size: int) -> Iterator[bytes]:
        while size > 0:
            data = self._buffer or self._next()
            self._buffer = data[size:]
            yield data[:size]
            size -= min(size, len(data))

    def _next(self) -> bytes:
        for chunk in self._chunks:
            if chunk:
                return chunk
        raise CollectionFailed("the reader stopped in the middle")
