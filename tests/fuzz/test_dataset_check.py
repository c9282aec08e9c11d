"""The reader of datasets meets three broken files at once; what it accepts can be read again."""

from __future__ import annotations

import io
import json

from hypothesis import strategies as st

from competitions.dataset_check import DatasetFacts, check_dataset
from competitions.dataset_rows import DatasetInvalid, read_inputs, read_labels, read_train
from competitions.kinds import get_kind
from competitions.rows import RowLimits
from tests.fuzz.counted_file import CountedFile
from tests.fuzz.harness import KIB, Watch, fuzz
from tests.fuzz.rows import row_files

LIMITS = RowLimits(max_bytes=96 * KIB, max_line_bytes=16 * KIB)
CLASSES = ["neg", "pos"]
ROWS = 4
_IDS = ['"r0"', '"r1"', '"r2"', '"r3"', '"t1"', "7", '""', '"\\u202e"', json.dumps("x" * 201)]
_LABELS = {"text_classification": ['"neg"', '"pos"', '"other"', "1", "null"]}
_NUMBERS = ["1", "2.5", "1e999", "NaN", "true", '"1"', "9" * 60]
_GROUPS = ['"g"', '""', "null", "[]"]
_SLICES = ["{}", '{"domain": "film"}', '{"domain": 1}', '{"": "x"}', "[]", '{"a": {"b": "c"}}']
Files = tuple[bytes, bytes, bytes | None]


def _rows(prefix: str, count: int, **fields: list[object]) -> list[bytes]:
    return [
        json.dumps({"id": f"{prefix}{n}", **{k: v[n % len(v)] for k, v in fields.items()}}).encode()
        for n in range(count)
    ]


def datasets(kind: str) -> st.SearchStrategy[Files]:
    """Inputs, labels and train split; mostly one of them is broken and the others are whole."""
    pair = kind == "sentence_similarity"
    text = {"text_a": "one", "text_b": "two"} if pair else {"text": "some words"}
    texts = [
        json.dumps(text),
        "{}",
        '{"text": 7}',
        '{"text": " "}',
        '{"text": "half \\ud800"}',
        '"text"',
        '{"text": "a", "x": "b"}',
    ]
    values: list[object] = [*CLASSES] if kind == "text_classification" else [1, 2.5]
    labels = _LABELS.get(kind, _NUMBERS)
    good = (
        _rows("r", ROWS, input=[text]),
        _rows("r", ROWS, label=values, group=["g", "h"], slices=[{"domain": "film"}]),
        _rows("t", 10, input=[text], label=values),
    )
    broken = (
        row_files(good[0], {"id": _IDS, "input": texts}),
        row_files(good[1], {"id": _IDS, "label": labels, "group": _GROUPS, "slices": _SLICES}),
        row_files(good[2], {"id": _IDS, "input": texts, "label": labels}),
    )
    whole = [st.just(b"\n".join(rows) + b"\n") for rows in good]
    one_broken = [[*whole[:place], broken[place], *whole[place + 1 :]] for place in range(3)]
    return st.one_of(
        st.tuples(whole[0], whole[1], st.none() | whole[2]),
        *(st.tuples(*files) for files in one_broken),
        st.tuples(*broken[:2], st.none() | broken[2]),
    )


def test_a_dataset_is_refused_or_can_be_read_again() -> None:
    watch = Watch(DatasetInvalid, times=40)

    def check(example: tuple[str, Files]) -> None:
        kind, files = example
        inputs, labels, train = (None if data is None else CountedFile(data) for data in files)
        facts = watch.read(
            lambda: check_dataset(
                inputs=inputs,
                labels=labels,
                train=train,
                kind=get_kind(kind),
                labels_allowed=CLASSES,
                limits=LIMITS,
            ),
            size=sum(len(data or b"") for data in files),
        )
        for file in (inputs, labels, train):
            most = LIMITS.max_bytes + LIMITS.max_line_bytes + 64 * KIB
            assert file is None or file.bytes_read <= most
        if facts is not None:
            check_facts(files, facts, kind)

    kinds = ("text_classification", "text_regression", "sentence_similarity")
    examples = [st.tuples(st.just(kind), datasets(kind)) for kind in kinds]
    fuzz(st.one_of(examples), check, watch)


def check_facts(files: Files, facts: DatasetFacts, slug: str) -> None:
    inputs, labels, train = files
    kind = get_kind(slug)
    asked = read_inputs(io.BytesIO(inputs), kind=kind)
    answered = read_labels(io.BytesIO(labels), kind=kind, labels=CLASSES)
    trained = [] if train is None else read_train(io.BytesIO(train), kind=kind, labels=CLASSES)
    ids = {row.id for row in asked}
    assert facts.rows == len(asked) == len(answered) == len(ids)
    assert ids == {row.id for row in answered}
    assert facts.train_rows == len(trained)
    assert ids.isdisjoint(row.id for row in trained)
    for row in (*asked, *trained):
        "".join(row.input.values()).encode()
    assert len({row.label for row in answered}) > 1
