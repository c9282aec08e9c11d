from __future__ import annotations

import json
from pathlib import Path

from sandbox.runner.errors import Code, RunnerError
from sandbox.runner.report import Report, peak_memory_bytes, write_report


def test_a_report_has_exactly_the_agreed_keys(tmp_path: Path) -> None:
    write_report(tmp_path, Report())
    assert list(json.loads((tmp_path / "report.json").read_text())) == [
        "status",
        "error_code",
        "message",
        "rows",
        "seconds",
        "load_seconds",
        "rows_per_second",
        "truncated_rows",
        "parameters",
        "model_bytes",
        "dtype",
        "curves",
        "peak_memory_bytes",
        "parameters_by_dtype",
        "latency_p50_ms",
        "latency_p95_ms",
        "flops_per_row",
        "gpu_peak_bytes",
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


def test_a_failure_is_told_by_code_and_message(tmp_path: Path) -> None:
    report = Report()
    report.fail(RunnerError(Code.MISSING_HEAD, "no head"))
    write_report(tmp_path, report)
    data = json.loads((tmp_path / "report.json").read_text())
    assert (data["status"], data["error_code"]) == ("failed", "missing_head")
    assert data["message"] == "no head"


def test_the_rate_leaves_loading_out() -> None:
    report = Report(rows=100, load_seconds=5.0)
    report.close(15.0)
    assert report.rows_per_second == 10.0
    assert report.seconds == 15.0


def test_a_task_that_only_loaded_has_no_rate() -> None:
    report = Report(load_seconds=2.0)
    report.close(2.0)
    assert report.rows_per_second == 0.0


def test_peak_memory_is_in_bytes() -> None:
    assert 5_000_000 < peak_memory_bytes() < 1_000_000_000_000
