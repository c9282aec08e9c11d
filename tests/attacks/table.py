"""The table of case × backend, and how verdicts get into it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from tests.attacks.registry import Case

VERDICT = "verdict"
HELD, NOT_DECLARED, FAILED = "held", "not declared", "failed"
Verdicts = Mapping[tuple[int, str], str]


def render(cases: Sequence[Case], backends: Sequence[str], verdicts: Verdicts) -> str:
    """The table for people; a case without a verdict has failed."""
    rows = [["#", "case", *backends]]
    for case in cases:
        found = [verdicts.get((case.number, name), FAILED) for name in backends]
        rows.append([str(case.number), case.title, *found])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def summary(cases: Sequence[Case], backends: Sequence[str], verdicts: Verdicts) -> str:
    """The last line: how many cases each backend held, as JSON."""
    counts: dict[str, dict[str, int]] = {}
    for name in backends:
        found = [verdicts.get((case.number, name), FAILED) for case in cases]
        counts[name] = {
            "held": found.count(HELD),
            "not_declared": found.count(NOT_DECLARED),
            "failed": found.count(FAILED),
        }
    return json.dumps({"backends": counts, "cases": len(cases)})


def nothing_failed(cases: Sequence[Case], backends: Sequence[str], verdicts: Verdicts) -> bool:
    """Whether every case was tried on every backend, and none failed."""
    wanted = {(case.number, name) for case in cases for name in backends}
    return bool(wanted) and wanted <= verdicts.keys() and FAILED not in verdicts.values()


@dataclass
class Collector:
    """A pytest plugin: keeps the wanted trials (no `numbers`: all cases) and takes verdicts.

    A case that needs one of the `absent` parts (part → reason) is left out, and said to be.
    """

    backends: Sequence[str]
    numbers: Collection[int]
    absent: Mapping[str, str] = field(default_factory=dict)
    left_out: dict[int, str] = field(default_factory=dict)
    cases: list[Case] = field(default_factory=list)
    verdicts: dict[tuple[int, str], str] = field(default_factory=dict)
    _trials: dict[str, tuple[Case, str | None]] = field(default_factory=dict)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        kept = [item for item in items if self._wants(item)]
        items[:] = kept
        found = {case.number: case for case, _ in self._trials.values()}
        self.cases = [found[number] for number in sorted(found)]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.passed and report.when != "call":
            return
        case, backend = self._trials[report.nodeid]
        verdict = dict(report.user_properties).get(VERDICT, FAILED) if report.passed else FAILED
        for name in self.backends if backend is None else [backend]:
            if self.verdicts.get((case.number, name)) != FAILED:
                self.verdicts[case.number, name] = str(verdict)

    def _wants(self, item: pytest.Item) -> bool:
        values = item.callspec.params  # type: ignore[attr-defined]
        case, backend = values["case"], values["backend"]
        if self.numbers and case.number not in self.numbers:
            return False
        if backend is not None and backend not in self.backends:
            return False
        if reasons := [self.absent[part] for part in case.parts if part in self.absent]:
            self.left_out[case.number] = "; ".join(reasons)
            return False
        self._trials[item.nodeid] = (case, backend)
        return True
