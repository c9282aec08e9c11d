"""The collector of a run's output meets frames that its reader would never send."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp

from hypothesis import strategies as st

from sandbox.output import Collected, CollectionFailed, collect, wanted_files
from sandbox.spec import RunSpec
from tests.fuzz.harness import KIB, Watch, fuzz
from tests.fuzz.json_texts import json_objects, json_texts
from tests.fuzz.mutations import changed, mutated
from tests.sandbox.lab import LIMITS

MOST = 100
SPEC = RunSpec(
    name="run",
    input_dir=Path("/in"),
    tasks=("a", "b"),
    limits=replace(LIMITS, output_bytes=MOST),
)
USAGE = b'{"used_bytes": 10, "used_files": 2, "full": false}\n'
_BODIES = {"report.json": b'{"status": "ok", "rows": 1}', "predictions.jsonl": b'{"id": "1"}\n'}
_HEAD = {
    "path": ['"a/report.json"', '"a/predictions.jsonl"', '"../x"', '"/etc/x"', "7"],
    "size": ["0", "27", "12", "-1", "true", "1e3", "99999999999"],
    "refused": ["null", '"absent"', '"linked"', "{}", "7"],
}
_USAGE = {
    "used_bytes": ["10", "-1", "[]", "null", '"x"', "1e999", "NaN", "7" * 5000],
    "full": ["true", "false", "1", "[]"],
}


def frame(path: str, body: bytes = b"", refused: str | None = None) -> bytes:
    return json.dumps({"path": path, "size": len(body), "refused": refused}).encode() + b"\n" + body


def answers() -> st.SearchStrategy[bytes]:
    """What the reader would say, with one part of it replaced."""
    parts = []
    for path, _ in wanted_files(SPEC):
        body = _BODIES[path.split("/")[1]]
        usual = st.sampled_from([frame(path, body), frame(path, refused="absent")])
        large = st.just(frame(path, bytes(MOST + 1)))
        parts.append(st.one_of(usual, usual, usual, usual, usual, large, odd_frames()))
    usage = json_objects({name: st.sampled_from(texts) for name, texts in _USAGE.items()})
    last = st.one_of(st.just(USAGE), st.just(USAGE), usage.map(lambda text: text.encode() + b"\n"))
    return st.tuples(*parts, last).map(b"".join)


def odd_frames() -> st.SearchStrategy[bytes]:
    heads = json_objects({name: st.sampled_from(texts) for name, texts in _HEAD.items()})
    texts = st.one_of(heads, json_texts(list(_HEAD), _HEAD["path"]))
    return st.builds(lambda text, body: text.encode() + b"\n" + body, texts, st.binary(max_size=30))


def take(data: bytes, size: int, folder: Path) -> Collected:
    pieces = (data[start : start + size] for start in range(0, len(data), size))
    return collect(pieces, spec=SPEC, output_dir=folder)


def test_frames_are_refused_or_leave_only_predictions(tmp_path: Path) -> None:
    watch = Watch(CollectionFailed, times=60, constant=512 * KIB)

    def check(example: tuple[bytes, int]) -> None:
        data, size = example
        folder = Path(mkdtemp(dir=tmp_path))
        try:
            watch.read(lambda: take(data, size, folder), size=len(data))
            written = {
                str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()
            }
            assert written <= {"a/predictions.jsonl", "b/predictions.jsonl"}
            assert all((folder / name).stat().st_size <= MOST for name in written)
        finally:
            shutil.rmtree(folder)
        assert not list(tmp_path.iterdir()), "something was written beside the folder"

    whole = b"".join(frame(p, _BODIES[p.split("/")[1]]) for p, _ in wanted_files(SPEC)) + USAGE
    data = st.one_of(changed(answers()), mutated([whole], words=[b'{"path": ', b'"size": ', b"\n"]))
    fuzz(st.tuples(data, st.sampled_from((1, 7, 100, 1 << 20))), check, watch)


def test_only_the_frames_that_were_asked_for_are_taken_in_their_order(tmp_path: Path) -> None:
    watch = Watch(CollectionFailed, times=60, constant=512 * KIB)
    paths = [path for path, _ in wanted_files(SPEC)]

    def check(order: list[str]) -> None:
        data = b"".join(frame(path, path.encode()) for path in order) + USAGE
        folder = Path(mkdtemp(dir=tmp_path))
        collected = watch.read(lambda: take(data, 1 << 20, folder), size=len(data))
        assert (collected is not None) == (order == paths)
        for path in folder.glob("*/*"):
            assert path.read_text() == str(path.relative_to(folder))
        shutil.rmtree(folder)

    orders = st.one_of(st.just(paths), st.permutations(paths), st.lists(st.sampled_from(paths)))
    fuzz(orders, check, watch)
