"""Row 17: swap the output for a link after it was checked."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from submissions.steps import infer
from tests.attacks import forged
from tests.attacks.arena import Arena
from tests.attacks.registry import case
from tests.sandbox.lab import is_running

SWAP = """
import os, sys
from pathlib import Path

path, target, mark = sys.argv[1:]
good, link, spare = Path(path), Path(path + ".link"), Path(path + ".good")
text = good.read_text()
while True:
    link.symlink_to(target)
    os.replace(link, good)
    spare.write_text(text)
    os.replace(spare, good)
"""
PROGRAM = (
    forged.PRELUDE
    + f"SWAP = {SWAP!r}\n"
    + """
import subprocess


def attack(target, mark):
    if not hidden():
        return
    forge(TASK["slug"], right_or_not(TASK["slug"]))
    path = OUT / TASK["slug"] / "predictions.jsonl"
    started = subprocess.Popen(
        [sys.executable, "-c", SWAP, str(path), target, mark],
        start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    while not path.is_symlink():
        pass
    print("swapping", started.poll() is None)
    leave()
"""
)
CANARY = "a file of the machine"


@case(17, "swap after check")
def swap(arena: Arena) -> None:
    running: list[bool] = []
    real, mark = infer._store, uuid4().hex

    def store(*given: object) -> infer.Returned:
        running.append(is_running(mark))
        return real(*given)  # type: ignore[arg-type]

    with TemporaryDirectory() as folder, arena.patch.context() as patch:
        patch.setattr(infer, "_store", store)
        after = arena.attack(PROGRAM, target=str(_canary(folder)), mark=mark)
    assert after.lines == ["swapping True"]
    # It was a file or a link when all ended; either way nothing moved while it was read.
    assert running == [False]
    assert after.outcome == "ok"
    assert after.tasks["attacked"].error_code in {"", "bad_output"}
    assert all(CANARY.encode() not in data for data in after.predictions.values())
    assert CANARY not in after.visible


@swap.control
def it_goes_on_behind_the_runner(arena: Arena) -> None:
    with TemporaryDirectory() as folder:
        seen = arena.undefended(PROGRAM, target=str(_canary(folder)), mark=uuid4().hex)
    assert seen.lines == ["swapping True"]
    assert seen.exit_code == 0
    assert seen.survivors == 1


def _canary(folder: str) -> Path:
    target = Path(folder, "predictions.jsonl")
    target.write_text(json.dumps({"id": CANARY, "label": "pos"}) + "\n")
    return target
