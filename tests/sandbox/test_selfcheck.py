"""A guarantee that does not hold is withdrawn; a sandbox that does not start is an error."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from sandbox.backend import BackendUnavailable
from sandbox.census import Seen
from sandbox.environments import ENVIRONMENTS
from sandbox.guarantees import Guarantee
from sandbox.provable import Trace
from sandbox.selfcheck import prove
from sandbox.spec import Outcome, Progress, RunResult, RunSpec, TaskOutcome, Usage

HOLDS = {
    "posture": (Outcome.OK, b""),
    "memory": (Outcome.OUT_OF_MEMORY, b"[]\nx"),
    "processes": (Outcome.OK, b"bounded at 20\n"),
    "forever": (Outcome.TIMEOUT, b""),
    "gpu": (Outcome.OK, b""),
}
GPU = "GPU-1d2ab5cc-0a1b-4c5d-8e9f-001122334455"
REMAPPED, IDENTITY = "0 100000 65536", "0 0 4294967295"
ON, GONE = [Seen(7, True, REMAPPED)], list[Seen]()


@dataclass
class FakeBackend:
    """Answers the probes by the name in run.json; `findings` overrules what the posture saw.
    `sights` are what is seen of the machine's processes, look by look."""

    outcomes: dict[str, tuple[Outcome, bytes]] = field(default_factory=lambda: dict(HOLDS))
    findings: dict[str, bool] = field(default_factory=dict)
    seconds: float = 1.0
    sights: list[list[Seen]] = field(default_factory=lambda: [ON, GONE])
    logs: tuple[str, ...] = ()
    visible_gpus: tuple[str, ...] = (GPU.removeprefix("GPU-"),)
    gpu_ids: tuple[str, ...] = (GPU,)
    groups: list[str] = field(default_factory=list)
    name: str = "fake"

    def check(self) -> None:
        return

    def guarantees(self) -> frozenset[Guarantee]:
        return frozenset(Guarantee) - {Guarantee.KERNEL_ISOLATION}

    def environments(self) -> frozenset[str]:
        return frozenset(ENVIRONMENTS)

    def with_runner(self, package: Path) -> "FakeBackend":
        assert (package / "__main__.py").is_file()
        return self

    def remove_leftovers(self) -> None:
        return

    def shown(self) -> frozenset[str]:
        return frozenset({"/opt/mine"})

    def trace(self, run: str) -> Trace:
        return Trace(groups=(f"group-of-{run}",), logs=self.logs)

    def processes(self, mark: str, groups: Sequence[str]) -> list[Seen]:
        self.groups = list(groups)
        return self.sights.pop(0)

    def run(
        self,
        spec: RunSpec,
        *,
        output_dir: Path,
        on_progress: Callable[[Progress], None],
        should_stop: Callable[[], bool],
    ) -> RunResult:
        facts = json.loads((spec.input_dir / "run.json").read_text())
        assert facts["shown"] == ["/opt/mine"]
        probe = facts["probe"]
        outcome, log = self.outcomes[probe]
        assert should_stop() is False
        if probe == "posture":
            on_progress(Progress(event="task_started", task="a", done=0, total=0, rate=0))
            assert (spec.input_dir / "seen").is_file()
        written = output_dir / "rows"
        written.write_text("".join(json.dumps(row) + "\n" for row in self.rows(probe)))
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

    def rows(self, probe: str) -> list[dict[str, Any]]:
        if probe == "gpu":
            return [{"gpus": list(self.visible_gpus)}]
        seen_inside = set(Guarantee) - SEEN_OUTSIDE if probe == "posture" else set()
        return [
            {"guarantee": each, "held": self.findings.get(each, True), "detail": f"saw {each}"}
            for each in sorted(seen_inside)
        ]


SEEN_OUTSIDE = {Guarantee.USER_NAMESPACE, Guarantee.NO_SURVIVORS, Guarantee.GPU_EXCLUSIVE}


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
        ("memory", Outcome.OK, b"[]\nunbounded", Guarantee.MEMORY_BOUND),
        ("memory", Outcome.OUT_OF_MEMORY, b"[]\n" + b"x" * 2**21, Guarantee.LOG_BOUND),
        ("memory", Outcome.OUT_OF_MEMORY, b'["/tmp"]\nx', Guarantee.FRESH_STATE),
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


def test_traces_of_a_first_run_are_not_forgiven_by_a_clean_second(tmp_path: Path) -> None:
    proof = prove(FakeBackend(findings={"fresh_state": False}), work_dir=tmp_path)
    assert dict(proof.withdrawn) == {Guarantee.FRESH_STATE: "saw fresh_state"}


def test_a_process_that_is_left_withdraws_no_survivors(tmp_path: Path) -> None:
    proof = prove(FakeBackend(sights=[ON, ON]), work_dir=tmp_path)
    assert dict(proof.withdrawn) == {Guarantee.NO_SURVIVORS: "processes left behind: [7]"}


def test_the_last_look_is_for_the_groups_of_all_runs(tmp_path: Path) -> None:
    backend = FakeBackend()
    prove(backend, work_dir=tmp_path)
    assert len(set(backend.groups)) == len(HOLDS)


def test_who_sees_no_process_of_a_run_that_is_on_has_proved_nothing(tmp_path: Path) -> None:
    withdrawn = prove(FakeBackend(sights=[GONE, GONE]), work_dir=tmp_path).withdrawn
    assert set(withdrawn) == {Guarantee.NO_SURVIVORS, Guarantee.USER_NAMESPACE}
    assert "no process of a run was seen" in withdrawn[Guarantee.NO_SURVIVORS]


def test_an_engine_that_shows_no_processes_is_named_with_its_words(tmp_path: Path) -> None:
    class Closed(FakeBackend):
        def processes(self, mark: str, groups: Sequence[str]) -> list[Seen]:
            raise BackendUnavailable("pid=host is forbidden")

    withdrawn = prove(Closed(), work_dir=tmp_path).withdrawn
    assert set(withdrawn) == {Guarantee.NO_SURVIVORS, Guarantee.USER_NAMESPACE}
    assert all("pid=host is forbidden" in said for said in withdrawn.values())


@pytest.mark.parametrize(
    ("seen", "held"),
    [
        ([Seen(7, True, REMAPPED), Seen(8, False, IDENTITY)], True),
        ([Seen(7, True, IDENTITY)], False),
        ([Seen(8, False, IDENTITY), Seen(9, False, REMAPPED)], False),
        ([Seen(8, False, REMAPPED)], True),
    ],
    ids=["its program is mapped", "its program is not", "no program and a root", "all mapped"],
)
def test_a_process_that_may_be_root_outside_withdraws_the_user_namespace(
    seen: list[Seen], held: bool, tmp_path: Path
) -> None:
    proof = prove(FakeBackend(sights=[seen, GONE]), work_dir=tmp_path)
    assert (Guarantee.USER_NAMESPACE in proof.held) is held


def test_a_log_on_the_machine_s_disk_withdraws_its_bound(tmp_path: Path) -> None:
    proof = prove(FakeBackend(logs=("/var/log/run.json",)), work_dir=tmp_path)
    assert set(proof.withdrawn) == {Guarantee.LOG_BOUND}
    assert "/var/log/run.json" in proof.withdrawn[Guarantee.LOG_BOUND]


@pytest.mark.parametrize("visible", [(), ("5c1b9e0a-8f6d-4d3c-b2a1-665544332211",)])
def test_other_gpus_than_the_worker_s_withdraw_exclusiveness(
    visible: tuple[str, ...], tmp_path: Path
) -> None:
    proof = prove(FakeBackend(visible_gpus=visible), work_dir=tmp_path)
    assert set(proof.withdrawn) == {Guarantee.GPU_EXCLUSIVE}


def test_nothing_but_the_claims_of_gpus_is_left_in_the_work_folder(tmp_path: Path) -> None:
    prove(FakeBackend(gpu_ids=()), work_dir=tmp_path)
    assert list(tmp_path.iterdir()) == []
