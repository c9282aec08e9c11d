"""The reader of a task's report, which a hostile runner may have written."""

from __future__ import annotations

import json

from hypothesis import strategies as st

from sandbox.report import MAX_BYTES, BadReport, parse_report
from tests.fuzz.harness import Watch, fuzz
from tests.fuzz.json_texts import json_objects, json_texts
from tests.fuzz.mutations import changed, mutated

KNOWN = {
    "status": ['"ok"', '"failed"', '"great"', "[]", "null"],
    "rows": ["0", "7", "-1", "true", "1.5", "9223372036854775808", "1e999"],
    "seconds": ["0.5", "1e15", "NaN", "Infinity", "-1", "7" * 400],
    "error_code": ['"bad_model"', '"Bad Model"', "7", '"x\\u0000"', json.dumps("x" * 80)],
    "message": [
        '"It broke."',
        '"\\u001b[31mred\\u202e"',
        '"\\ud800"',
        json.dumps("long " * 900),
        "[]",
    ],
    "dtype": ['"float32"', '"<b>"', "{}"],
    "curves": [
        '[{"steps": [1, 2], "losses": [0.5, 0.25]}]',
        '[{"steps": [2, 1], "losses": [0.5, 0.25]}]',
        '[{"steps": [1], "losses": [1e999]}]',
        '[{"steps": [true], "losses": [-1]}]',
        '[{"steps": [1], "losses": ["<b>"], "stranger": 1}]',
        json.dumps([{"steps": [1], "losses": [0.5]}] * 11),
        json.dumps([{"steps": list(range(1, 202)), "losses": [0.5] * 201}]),
        json.dumps([{"steps": list(range(1, 201)), "losses": [0.123456] * 200}] * 10),
        "[" * 70 + "]" * 70,
    ],
    "stranger": ["1", '"x"'],
}
GOOD = json.dumps(
    {
        "status": "ok",
        "rows": 7,
        "seconds": 1.5,
        "parameters": 10,
        "dtype": "float32",
        "curves": [{"steps": [1, 3], "losses": [0.7, 0.2]}],
    }
).encode()


def reports() -> st.SearchStrategy[bytes]:
    values = {name: st.sampled_from(texts) for name, texts in KNOWN.items()}
    known = [text for texts in KNOWN.values() for text in texts]
    texts = st.one_of(json_objects(values), json_objects(values), json_texts(list(KNOWN), known))
    words = [f'"{name}": '.encode() for name in KNOWN]
    return st.one_of(changed(texts.map(lambda text: text.encode())), mutated([GOOD], words=words))


def test_a_report_is_refused_or_reduced_to_what_is_known() -> None:
    watch = Watch(BadReport, times=60)

    def check(raw: bytes) -> None:
        report = watch.read(lambda: parse_report(raw), size=len(raw))
        if report is None:
            return
        assert len(raw) <= MAX_BYTES
        assert report["status"] in ("ok", "failed")
        assert "stranger" not in report
        written = json.dumps(report, ensure_ascii=False, allow_nan=False).encode()
        assert len(written) < 60_000
        for curve in report.get("curves", []):
            assert curve.keys() == {"steps", "losses"}
            assert 1 <= len(curve["steps"]) == len(curve["losses"]) <= 200
            assert curve["steps"] == sorted(set(curve["steps"]))
            assert all(0 <= loss == float(f"{loss:.4g}") for loss in curve["losses"])
        said = f"{report.get('message', '')}{report.get('error_code', '')}{report.get('dtype', '')}"
        assert not set(said) & set("\x00\x1b\u202e\ud800")

    fuzz(reports(), check, watch)
