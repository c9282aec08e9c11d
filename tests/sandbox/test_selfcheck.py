"""A guarantee that does not hold is withdrawn; a sandbox that does not start is an error."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from sandbox.backend import Backend, BackendUnavailable
from sandbox.guarantees import Guarantee
from sandbox.selfcheck import prove
from sandbox.spec import Outcome, Progress, RunResult, RunSpec, TaskOutcome, Usage

HOLDS = {
    "posture": (Outcome.OK, b""),
    "memory": (Outcome.OUT_OF_MEMORY, b"x"),
    "processes": (Outcome.OK, b"bounded at 20\n"),
    "forever": (Outcome.TIMEOUT, b""),
}


@dataclass
class FakeBackend:
    """Answers the probes by the name in run.json; `findings` overrules what the posture saw."""

    outcomes: dict[str, tuple[Outcome, bytes]] = field(default_factory=lambda: dict(HOLDS))
    findings: dict[str, bool] = field(default_factory=dict)
    seconds: float = 1.0
    package: Path | None = None
    name: str = "fake"

    def check(self) -> None:
        return

    def guarantees(self) -> frozenset[Guarantee]:
        return frozenset(Guarantee) - {Guarantee.KERNEL_ISOLATION}

    def with_runner(self, package: Path) -> Backend:
        assert (package / "__main__.py").is_file()
        return self

    def run(
        self,
        spec: RunSpec,
        *,
        output_dir: Path,
        on_progress: Callable[[Progress], None],
        should_stop: Callable[[], bool],
    ) -> RunResult:
        probe = json.loads((spec.input_dir / "run.json").read_text())["probe"]
        outcome, log = self.outcomes[probe]
        written = output_dir / "rows"
        rows: list[dict[str, Any]] = [
            {"guarantee": each, "held": self.findings.get(each, True), "detail": f"saw {each}"}
            for each in Guarantee
            if probe == "posture"
        ]
        written.write_text("".join(json.dumps(row) + "\n" for row in rows))
        task = TaskOutcome(
            task=spec.tasks[0],
            outcome=outcome,
            error_code=None,
            message=None,
            predictions=written,
        )
        usage = Usage(wall_seconds=self.seconds, peak_memory_bytes=1, output_bytes=1, log_bytes=1)
        return RunResult(
            outcome=outcome,
            reason="because",
            tasks=(task,),
            usage=usage,
            log=log,
            backend="fake",
            exit_code=0,
        )


def test_what_holds_is_held(tmp_path: Path) -> None:
    proof = prove(FakeBackend(), work_dir=tmp_path)
    assert proof.held == frozenset(Guarantee) - {Guarantee.KERNEL_ISOLATION}
    assert dict(proof.withdrawn) == {}


def test_what_was_not_declared_is_not_held_though_it_was_seen(tmp_path: Path) -> None:
    assert Guarantee.KERNEL_ISOLATION not in prove(FakeBackend(), work_dir=tmp_path).held


def test_what_does_not_hold_is_withdrawn_with_what_was_seen(tmp_path: Path) -> None:
    proof = prove(FakeBackend(findings={"no_network": False}), work_dir=tmp_path)
    assert dict(proof.withdrawn) == {Guarantee.NO_NETWORK: "saw no_network"}
    assert Guarantee.NO_NETWORK not in proof.held


@pytest.mark.parametrize(
    ("probe", "outcome", "log", "withdrawn"),
    [
        ("memory", Outcome.OK, b"unbounded", Guarantee.MEMORY_BOUND),
        ("memory", Outcome.OUT_OF_MEMORY, b"x" * 2**21, Guarantee.LOG_BOUND),
        ("processes", Outcome.OK, b"unbounded", Guarantee.PIDS_BOUND),
        ("forever", Outcome.OK, b"", Guarantee.WALL_CLOCK),
    ],
)
def test_an_unbound_run_withdraws_its_bound(
    probe: str, outcome: Outcome, log: bytes, withdrawn: Guarantee, tmp_path: Path
) -> None:
    backend = FakeBackend(outcomes={**HOLDS, probe: (outcome, log)})
    assert set(prove(backend, work_dir=tmp_path).withdrawn) == {withdrawn}


def test_a_runtime_that_ends_the_sandbox_at_the_limit_bounds_it(tmp_path: Path) -> None:
    backend = FakeBackend(outcomes={**HOLDS, "processes": (Outcome.CRASHED, b"")})
    assert Guarantee.PIDS_BOUND in prove(backend, work_dir=tmp_path).held


def test_a_late_kill_withdraws_the_clock(tmp_path: Path) -> None:
    proof = prove(FakeBackend(seconds=60), work_dir=tmp_path)
    assert set(proof.withdrawn) == {Guarantee.WALL_CLOCK}


def test_a_sandbox_that_does_not_start_is_an_error_with_its_reason(tmp_path: Path) -> None:
    backend = FakeBackend(outcomes={**HOLDS, "posture": (Outcome.PLATFORM_FAULT, b"")})
    with pytest.raises(BackendUnavailable, match="did not start: because"):
        prove(backend, work_dir=tmp_path)


def test_a_probe_that_fails_is_an_error_with_its_log(tmp_path: Path) -> None:
    backend = FakeBackend(outcomes={**HOLDS, "posture": (Outcome.CRASHED, b"no module runner")})
    with pytest.raises(BackendUnavailable, match="no module runner"):
        prove(backend, work_dir=tmp_path)


def test_nothing_is_left_in_the_work_folder(tmp_path: Path) -> None:
    prove(FakeBackend(), work_dir=tmp_path)
    assert list(tmp_path.iterdir()) == []
