"""Row 50: TorchScript whose operators write files."""

from submissions.sandboxes import MIB
from tests.attacks.arena import Arena
from tests.attacks.control import run_undefended
from tests.attacks.payloads import host_marker, hostile_model
from tests.attacks.registry import case
from tests.attacks.touch import SAID
from tests.parts import RUNNER_PYTHON

LIMITS = {"memory_bytes": 2048 * MIB, "task_seconds": 60, "total_seconds": 90}


@case(50, "TorchScript")
def torchscript(arena: Arena) -> None:
    with host_marker() as marker:
        competition = arena.competition(allowed_formats=["torch"])
        after = arena.play(
            arena.enter(hostile_model("script"), competition=competition), limits=LIMITS
        )
        assert SAID in after.lines
        assert (after.state, after.submission.error_code) == ("failed", "wrong_labels")
        assert not marker.exists()


@torchscript.control
def who_calls_it_runs_it(arena: Arena) -> None:
    with host_marker() as marker:
        seen = run_undefended(
            hostile_model("script"), submission_format="torch", python=RUNNER_PYTHON, seconds=90
        )
        assert SAID in seen.lines
        assert marker.exists()
