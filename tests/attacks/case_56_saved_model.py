"""Row 56: a TensorFlow SavedModel whose graph reads and writes files."""

from __future__ import annotations

from importlib.util import find_spec

from submissions.sandboxes import MIB
from submissions.validation.suffixes import FORMATS
from tests.attacks.arena import Arena
from tests.attacks.control import run_undefended
from tests.attacks.gate import beside_a_model, refusal
from tests.attacks.payloads import host_marker, hostile_program
from tests.attacks.registry import case
from tests.attacks.touch import SAID
from tests.parts import TENSORFLOW_PYTHON

LIMITS = {"memory_bytes": 2048 * MIB, "pids": 256, "task_seconds": 60, "total_seconds": 90}
NAMES = ("saved_model.pb", "model.keras", "variables/variables.index", "graph.pb", "model.tflite")


@case(56, "SavedModel file operators", parts=("tensorflow",))
def saved_model_files(arena: Arena) -> None:
    with host_marker() as marker:
        files = hostile_program("files")
        for name in NAMES:
            for submission_format, folder in beside_a_model(name, files["saved_model.pb"]):
                code = refusal(arena, folder, [submission_format])
                assert code in {"file_type", "foreign_weights"}, (submission_format, name, code)
        without_permit = [name for name in FORMATS if name != "tensorflow"]
        assert refusal(arena, files, without_permit) in {"foreign_weights", "format_not_allowed"}
        # Where an organizer permits the format, its operators find and write nothing of the host.
        marker.touch()
        competition = arena.competition(allowed_formats=["tensorflow"])
        after = arena.play(arena.enter(files, competition=competition), limits=LIMITS)
        assert f"{SAID} 0" in after.lines
        assert (after.state, after.submission.error_code) == ("failed", "wrong_labels")
        assert not marker.with_name(f"{marker.name}.made").exists()
    assert find_spec("tensorflow") is None


@saved_model_files.control
def who_runs_the_graph_reads_and_writes(arena: Arena) -> None:
    with host_marker() as marker:
        marker.touch()
        made = marker.with_name(f"{marker.name}.made")
        try:
            seen = run_undefended(
                hostile_program("files"),
                submission_format="tensorflow",
                python=TENSORFLOW_PYTHON,
                seconds=90,
            )
            assert f"{SAID} 1" in seen.lines
            assert made.exists()
        finally:
            made.unlink(missing_ok=True)
