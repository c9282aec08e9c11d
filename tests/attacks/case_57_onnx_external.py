"""Row 57: an ONNX graph whose weights lie in a file of the host."""

from __future__ import annotations

import base64
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.attacks.arena import Arena
from tests.attacks.gate import FOLDERS, refusal
from tests.attacks.registry import case
from tests.parts import RUNNER_PYTHON
from tests.submissions.validation.build import chunk, number

CANARY = "canary-0123456789"
LIMITS = {"memory_bytes": 1 << 30, "task_seconds": 60, "total_seconds": 90}
PROGRAM = """
import base64, tempfile

def attack(folder, graphs):
    import onnxruntime
    onnxruntime.set_default_logger_severity(4)
    for name, packed in graphs.items():
        graph = base64.b64decode(packed)
        for how in (from_a_file, beside_the_file, through_a_link):
            try:
                print(name, how.__name__, how(onnxruntime, graph, folder))
            except Exception as error:
                print(name, how.__name__, "refused", type(error).__name__)

def tensor(onnxruntime, model):
    return bytes(onnxruntime.InferenceSession(model).run(None, {})[0]).decode(errors="replace")

def from_a_file(onnxruntime, graph, folder):
    path = Path(tempfile.mkdtemp(), "model.onnx")
    path.write_bytes(graph)
    return tensor(onnxruntime, str(path))

def beside_the_file(onnxruntime, graph, folder):
    os.chdir(folder)
    return tensor(onnxruntime, graph)

def through_a_link(onnxruntime, graph, folder):
    own = Path(tempfile.mkdtemp())
    os.symlink(Path(folder), own / "link")
    os.chdir(own / "link")
    return tensor(onnxruntime, graph)
"""


def external(location: str, *, length: int = len(CANARY)) -> bytes:
    """A model whose output is a tensor of bytes from the file `location` (onnx.proto)."""
    entries = {"location": location, "offset": "0", "length": str(length)}
    where = b"".join(chunk(13, chunk(1, key) + chunk(2, text)) for key, text in entries.items())
    weights = number(1, length) + number(2, 2) + chunk(8, "w") + where + number(14, 1)
    shape = chunk(2, chunk(1, number(1, length)))
    output = chunk(1, "y") + chunk(2, chunk(1, number(1, 2) + shape))
    node = chunk(1, "w") + chunk(2, "y") + chunk(4, "Identity")
    graph = chunk(1, node) + chunk(2, "graph") + chunk(5, weights) + chunk(12, output)
    return number(1, 8) + chunk(8, chunk(1, "") + number(2, 17)) + chunk(7, graph)


def _locations(canary: Path) -> dict[str, str]:
    return {"above": "../../etc/passwd", "absolute": str(canary), "beside": canary.name}


def _parameters(canary: Path) -> dict[str, object]:
    graphs = {name: external(place) for name, place in _locations(canary).items()}
    packed = {name: base64.b64encode(graph).decode() for name, graph in graphs.items()}
    return {"folder": str(canary.parent), "graphs": packed}


@case(57, "ONNX external data")
def onnx_external(arena: Arena) -> None:
    with TemporaryDirectory() as folder:
        canary = Path(folder) / "canary.bin"
        canary.write_text(CANARY)
        Path(folder).chmod(0o755)
        for location in _locations(canary).values():
            files = {**FOLDERS["onnx"], "model.onnx": external(location)}
            assert refusal(arena, files, ["onnx"]) == "external_data", location
        after = arena.attack(PROGRAM, limits=LIMITS, **_parameters(canary))
    assert len(after.lines) == len(_locations(canary)) * 3, after.lines
    assert all(" refused " in line for line in after.lines), after.lines
    assert CANARY not in after.visible
    assert (after.state, after.outcome) == ("scored", "ok")


@onnx_external.control
def it_is_in_the_tensor_where_the_file_is_in_reach(arena: Arena) -> None:
    with TemporaryDirectory() as folder:
        canary = Path(folder) / "canary.bin"
        canary.write_text(CANARY)
        done = arena.undefended(PROGRAM, python=RUNNER_PYTHON, **_parameters(canary))
    assert f"beside beside_the_file {CANARY}" in done.lines, done.lines
    assert f"beside through_a_link {CANARY}" in done.lines, done.lines
