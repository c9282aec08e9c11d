from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError

import pytest

from sandbox.runner.code.faults import participant_code
from sandbox.runner.errors import Code, RunnerError, TaskTimeout


class Mute(Exception):
    def __str__(self) -> str:
        raise ValueError("no words")


class Own(BaseException):
    pass


@pytest.fixture
def closed_stderr(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    stream.close()
    monkeypatch.setattr(sys, "stderr", stream)


def _raised(error: BaseException, folder: Path) -> RunnerError:
    with pytest.raises(RunnerError) as caught, participant_code(folder, "predict.py, load"):
        raise error
    return caught.value


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (KeyError("k"), Code.BAD_CODE, "predict.py, load: KeyError: 'k'"),
        (Mute(), Code.BAD_CODE, "predict.py, load: Mute."),
        (Own("bye"), Code.BAD_CODE, "predict.py, load: Own: bye"),
        (SystemExit(0), Code.BAD_CODE, "predict.py, load: SystemExit: 0"),
        (KeyboardInterrupt(), Code.BAD_CODE, "predict.py, load: KeyboardInterrupt."),
        (
            URLError("no name"),
            Code.BAD_CODE,
            "predict.py, load: It asks the network, and the sandbox has none: put what it fetches "
            "into the folder. URLError: <urlopen error no name>",
        ),
        (MemoryError(), Code.OUT_OF_MEMORY, "The model needs more memory than the sandbox has."),
    ],
)
def test_whatever_is_raised_becomes_a_code(
    error: BaseException, code: Code, message: str, tmp_path: Path
) -> None:
    found = _raised(error, tmp_path)
    assert (found.code, found.message) == (code, message)


def test_a_connection_behind_another_error_is_named(tmp_path: Path) -> None:
    error = OSError("not in the cache")
    error.__cause__ = ConnectionRefusedError()
    assert "the sandbox has none" in _raised(error, tmp_path).message
    error.__cause__ = error
    assert "the sandbox has none" not in _raised(error, tmp_path).message


def test_the_runner_s_own_errors_pass(tmp_path: Path) -> None:
    own = RunnerError(Code.BAD_ANSWER, "said already")
    assert _raised(own, tmp_path) is own
    with pytest.raises(TaskTimeout), participant_code(tmp_path, "x"):
        raise TaskTimeout


def test_the_last_line_of_the_folder_s_own_code_is_named(tmp_path: Path) -> None:
    helper = tmp_path / "parts" / "helper.py"
    helper.parent.mkdir()
    helper.write_text("def fail(then):\n    then()\n")
    scope: dict[str, Callable[[Callable[[], None]], None]] = {}
    exec(compile(helper.read_text(), str(helper), "exec"), scope)

    def deeper() -> None:
        raise ValueError("odd")

    with pytest.raises(RunnerError) as caught, participant_code(tmp_path, "predict.py, predict"):
        scope["fail"](deeper)
    assert caught.value.message == "predict.py, predict (parts/helper.py, line 2): ValueError: odd"


def test_the_traceback_goes_to_the_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _raised(KeyError("k"), tmp_path)
    _raised(Mute(), tmp_path)
    log = capsys.readouterr().err
    assert "Traceback" in log
    assert "KeyError: 'k'" in log
    assert "Mute" in log


def test_the_traceback_begins_in_the_folder_s_own_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own.py").write_text("def fail():\n    raise ValueError('odd')\n")
    scope: dict[str, Callable[[], None]] = {}
    exec(compile((tmp_path / "own.py").read_text(), str(tmp_path / "own.py"), "exec"), scope)
    with pytest.raises(RunnerError), participant_code(tmp_path, "x"):
        scope["fail"]()
    log = capsys.readouterr().err
    assert "own.py" in log
    assert "faults.py" not in log


@pytest.mark.usefixtures("closed_stderr")
def test_a_log_that_the_code_closed_changes_nothing(tmp_path: Path) -> None:
    assert _raised(KeyError("k"), tmp_path).code == Code.BAD_CODE
