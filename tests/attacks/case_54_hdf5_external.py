"""Row 54: an HDF5 file whose data lies in another file."""

from __future__ import annotations

import subprocess
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from sandbox.selection import RUNNER_PACKAGE
from submissions.sandboxes import MIB
from submissions.validation.suffixes import FORMATS
from tests.attacks.arena import Arena
from tests.attacks.gate import FOLDERS, beside_a_model, refusal
from tests.attacks.hdf5 import careless_read, dataset
from tests.attacks.payloads import host_marker, hostile_program
from tests.attacks.registry import case
from tests.parts import TENSORFLOW_PYTHON

CANARY = "canary-of-another-file"
LIMITS = {"memory_bytes": 2048 * MIB, "pids": 256, "task_seconds": 60, "total_seconds": 90}
NAMES = ("model.h5", "model.hdf5", "tf_model.h5", "weights.H5", "a/model.h5")
DISGUISES = {
    "transformers": ("model.safetensors", "config.json", "tokenizer_config.json"),
    "onnx": ("model.onnx",),
}
CARELESS = """
import io, sys, zipfile
import h5py
weights = zipfile.ZipFile(sys.argv[1]).read("model.weights.h5")
print(h5py.File(io.BytesIO(weights))["layers/embedding/vars/0"][()].tobytes())
"""


@case(54, "HDF5 external links", parts=("tensorflow",))
def hdf5_external(arena: Arena) -> None:
    data = dataset(shape=(len(CANARY),), external="../canary.txt")
    for name in NAMES:
        assert refusal(arena, {name: data}, list(FORMATS)) in {"file_type", "foreign_weights"}
        for submission_format, files in beside_a_model(name, data):
            code = refusal(arena, files, [submission_format])
            assert code in {"file_type", "foreign_weights"}, (submission_format, name, code)
    for submission_format, names in DISGUISES.items():
        for name in names:
            files = {**FOLDERS[submission_format], name: data}
            assert refusal(arena, files, [submission_format]).startswith("bad_"), name
    assert not [name for name in ("h5py", "tables", "keras", "tensorflow") if find_spec(name)]
    runner = "".join(path.read_text() for path in RUNNER_PACKAGE.rglob("*.py"))
    assert "h5py" not in runner
    with host_marker() as canary:
        # Inside model.keras lies such a file too: it is opened in the sandbox alone.
        canary.write_text(CANARY * 10)
        competition = arena.competition(allowed_formats=["tensorflow"])
        entered = arena.enter(hostile_program("external"), competition=competition)
        after = arena.play(entered, limits=LIMITS)
        assert (after.state, after.submission.error_code) == ("failed", "bad_model")
        assert "H5 file with external Dataset" in after.visible
        assert CANARY not in "".join((*after.lines, *after.smoke_lines, after.visible))
        assert after.predictions == {}


@hdf5_external.control
def a_careless_reader_opens_the_other_file(arena: Arena) -> None:
    with TemporaryDirectory() as outer:
        (Path(outer) / "canary.txt").write_text(CANARY)
        (Path(outer) / "model").mkdir()
        data = dataset(shape=(len(CANARY),), external="../canary.txt")
        assert careless_read(data, folder=Path(outer) / "model").tensor == CANARY.encode()
    for submission_format, folder in FOLDERS.items():
        assert refusal(arena, folder, [submission_format]) == "accepted", submission_format
    with host_marker() as canary, TemporaryDirectory() as folder:
        canary.write_text(CANARY * 10)
        path = Path(folder, "model.keras")
        path.write_bytes(hostile_program("external")["model.keras"])
        read = [str(TENSORFLOW_PYTHON), "-c", CARELESS, str(path)]
        assert CANARY in subprocess.run(read, check=True, capture_output=True, text=True).stdout
