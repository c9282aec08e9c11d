"""Row 52: a Keras model with a Lambda layer, which is a marshalled function."""

from __future__ import annotations

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from submissions.sandboxes import MIB
from submissions.validation.suffixes import FORMATS
from tests.attacks.arena import Arena
from tests.attacks.gate import beside_a_model, refusal
from tests.attacks.payloads import host_marker, hostile_program
from tests.attacks.registry import case
from tests.parts import TENSORFLOW_PYTHON

LIMITS = {"memory_bytes": 2048 * MIB, "pids": 256, "task_seconds": 60, "total_seconds": 90}
NAMES = ("model.keras", "a/model.keras", "model.h5")
WITHOUT_PERMIT = [name for name in FORMATS if name != "tensorflow"]
CARELESS = """
import sys
import keras
model = keras.saving.load_model(sys.argv[1], compile=False, safe_mode=False)
model(keras.ops.ones((1, 3), dtype="int32"))
"""


@case(52, "Keras Lambda", parts=("tensorflow",))
def keras_lambda(arena: Arena) -> None:
    with host_marker() as marker:
        files = hostile_program("lambda")
        data = files["model.keras"]
        assert refusal(arena, {"model.keras": data}, WITHOUT_PERMIT) == "foreign_weights"
        for name in NAMES:
            for submission_format, folder in beside_a_model(name, data):
                code = refusal(arena, folder, [submission_format])
                assert code in {"file_type", "foreign_weights"}, (submission_format, name)
        # Where an organizer permits the format, the layer is not even made.
        competition = arena.competition(allowed_formats=["tensorflow"])
        after = arena.play(arena.enter(files, competition=competition), limits=LIMITS)
        assert (after.state, after.submission.error_code) == ("failed", "bad_model")
        assert "potential risk of arbitrary code execution" in after.visible
        assert after.predictions == {}
        assert not marker.exists()


@keras_lambda.control
def who_builds_the_layer_runs_it(arena: Arena) -> None:
    with host_marker() as marker, TemporaryDirectory() as folder:
        path = Path(folder, "model.keras")
        path.write_bytes(hostile_program("lambda")["model.keras"])
        assert not marker.exists()
        subprocess.run([str(TENSORFLOW_PYTHON), "-c", CARELESS, str(path)], check=True)
        assert marker.exists()
