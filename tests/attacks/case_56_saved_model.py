"""Row 56: a TensorFlow SavedModel whose graph reads a file."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from submissions.validation.suffixes import FORMATS
from tests.attacks.arena import Arena
from tests.attacks.control import run_undefended
from tests.attacks.gate import beside_a_model, refusal
from tests.attacks.registry import PLATFORM, case
from tests.parts import RUNNER_PYTHON
from tests.submissions.validation.build import chunk, number

CANARY = "canary-of-the-host"
NAMES = ("saved_model.pb", "model.keras", "variables/variables.index", "graph.pb", "model.tflite")


def saved_model(path: str) -> bytes:
    """SavedModel → MetaGraphDef → GraphDef with `ReadFile(Const(path))` (saved_model.proto)."""
    text = chunk(8, number(1, 7) + chunk(8, path))
    const = chunk(1, "name") + chunk(2, "Const") + chunk(5, chunk(1, "value") + chunk(2, text))
    read = chunk(1, "content") + chunk(2, "ReadFile") + chunk(3, "name")
    return number(1, 1) + chunk(2, chunk(2, chunk(1, const) + chunk(1, read)))


def careless_run(data: bytes) -> str:
    """Do what the only operator of such a graph asks for."""
    assert b"ReadFile" in data
    start = data.index(b"/")
    return Path(data[start : start + data[start - 1]].decode()).read_text()


@case(56, "SavedModel file operators", where=PLATFORM)
def saved_model_files(arena: Arena) -> None:
    with TemporaryDirectory() as folder:
        canary = Path(folder) / "canary.txt"
        canary.write_text(CANARY)
        data = saved_model(str(canary))
        for name in NAMES:
            for submission_format, files in beside_a_model(name, data):
                code = refusal(arena, files, [submission_format])
                assert code in {"file_type", "foreign_weights"}, (submission_format, name, code)
        without_permit = [name for name in FORMATS if name != "tensorflow"]
        assert refusal(arena, {"saved_model.pb": data}, without_permit) == "foreign_weights"
        # Where an organizer permits the format, no runner knows it: nothing is loaded.
        inside = run_undefended(
            {"saved_model.pb": data}, submission_format="tensorflow", python=RUNNER_PYTHON
        )
        assert CANARY not in "".join(inside.lines)
        assert inside.predictions is None
    assert find_spec("tensorflow") is None


@saved_model_files.control
def who_runs_the_graph_reads_the_file(arena: Arena) -> None:
    with TemporaryDirectory() as folder:
        canary = Path(folder) / "canary.txt"
        canary.write_text(CANARY)
        assert careless_run(saved_model(str(canary))) == CANARY
    entered = refusal(arena, {"saved_model.pb": saved_model("/etc/passwd")}, ["tensorflow"])
    assert entered == "accepted"
