"""A control runs the very program of the attack, and cleans up after it."""

from __future__ import annotations

from tests.attacks.control import run_undefended, undefended
from tests.sandbox.lab import is_running

DAEMON = """
import subprocess

def attack(mark):
    subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(600)", mark], start_new_session=True
    )
    print("started")
"""


def test_a_program_gets_its_parameters_and_its_lines_are_read() -> None:
    seen = undefended("def attack(word): print(word, IN.name, OUT.name)", word="hello")
    assert seen.lines == ["hello in out"]
    assert (seen.exit_code, seen.survivors) == (0, 0)


def test_the_runner_writes_what_the_program_predicts() -> None:
    seen = undefended("def predict(batch): return ['pos'] * len(batch)")
    assert seen.predictions is not None
    assert seen.predictions.count('"pos"') == 4


def test_files_lie_beside_the_program() -> None:
    program = "def attack(): print(Path(__file__).with_name('more').read_text())"
    assert undefended(program, files={"more": b"content"}).lines == ["content"]


def test_what_a_program_leaves_running_is_counted_and_ended() -> None:
    seen = undefended(DAEMON, mark="podium-control-daemon")
    assert seen.lines == ["started"]
    assert seen.survivors == 1
    assert not is_running("podium-control-daemon")


def test_a_program_that_does_not_end_is_stopped() -> None:
    seen = undefended("def attack(): print('on'); time.sleep(600)", seconds=3)
    assert (seen.lines, seen.exit_code, seen.predictions) == (["on"], None, None)


def test_files_of_any_format_can_be_run() -> None:
    code = (
        b"def load(*_): print('mine', flush=True)\ndef predict(batch): return ['pos'] * len(batch)"
    )
    assert run_undefended({"predict.py": code}).lines == ["mine"]
