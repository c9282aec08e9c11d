"""Row 54: an HDF5 file whose data lies in another file."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from sandbox.selection import RUNNER_PACKAGE
from submissions.validation.suffixes import FORMATS
from tests.attacks.arena import Arena
from tests.attacks.gate import FOLDERS, beside_a_model, refusal
from tests.attacks.hdf5 import careless_read, dataset
from tests.attacks.registry import PLATFORM, case

CANARY = "canary-of-another-file"
NAMES = ("model.h5", "model.hdf5", "tf_model.h5", "weights.H5", "a/model.h5")
DISGUISES = {
    "transformers": ("model.safetensors", "config.json", "tokenizer_config.json"),
    "onnx": ("model.onnx",),
}


@case(54, "HDF5 external links", where=PLATFORM)
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


@hdf5_external.control
def a_careless_reader_opens_the_other_file(arena: Arena) -> None:
    with TemporaryDirectory() as outer:
        (Path(outer) / "canary.txt").write_text(CANARY)
        (Path(outer) / "model").mkdir()
        data = dataset(shape=(len(CANARY),), external="../canary.txt")
        assert careless_read(data, folder=Path(outer) / "model").tensor == CANARY.encode()
    for submission_format, folder in FOLDERS.items():
        assert refusal(arena, folder, [submission_format]) == "accepted", submission_format
