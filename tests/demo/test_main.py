"""The program itself: one at a time, an honest exit status, and JSON as the last line."""

from __future__ import annotations

import signal
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from demo import __main__ as program
from demo.encoders import DEMO
from demo.logins import read_private
from demo.processes import ChildDied, Children
from demo.show import Show
from demo.story import DemoError
from demo.supervisor import Site


@pytest.fixture(autouse=True)
def contained(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Leave this process's own children and signals untouched."""
    for name in ("adopt_orphans", "end_descendants"):
        monkeypatch.setattr(program, name, lambda: None)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture
def show(tmp_path: Path) -> Show:
    """The demo, with its state in the test's folder."""
    return replace(DEMO, folder=tmp_path)


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    events: list[str] = []
    monkeypatch.setattr(Children, "stop", lambda _self: events.append("stopped"))
    return events


def test_once_ends_with_the_json_line_after_everything_has_stopped(
    show: Show,
    stopped: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(program, "run", lambda *_: '{"backend": "bubblewrap"}')
    assert program.main(["--once"], show) == 0
    assert stopped == ["stopped"]
    assert capsys.readouterr().out.splitlines()[-2:] == ["Stopping …", '{"backend": "bubblewrap"}']


@pytest.mark.parametrize("error", [ChildDied("web died"), DemoError("ada's entry is refused")])
def test_trouble_is_told_and_everything_stopped(
    error: Exception,
    show: Show,
    stopped: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(*_: object) -> str:
        raise error

    monkeypatch.setattr(program, "run", fail)
    assert program.main(["--once"], show) == 1
    assert stopped == ["stopped"]
    assert str(error) in capsys.readouterr().out


def test_interruption_stops_everything(
    show: Show, stopped: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> str:
        signal.raise_signal(signal.SIGTERM)
        return ""

    monkeypatch.setattr(program, "run", interrupt)
    assert program.main(["--once"], show) == 130
    assert stopped == ["stopped"]


def test_second_demo_in_the_same_folder_is_refused(show: Show) -> None:
    refused = pytest.raises(DemoError, match="running already")
    with program.only_one(show), refused, program.only_one(show):
        pass
    with program.only_one(show):
        pass


def test_logins_are_written_as_announced(
    show: Show, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = {
        name: {"username": name, "password": f"pw-{name}", "token": f"podium_{name}"}
        for name in ("olga", "ada", "boris")
    }
    monkeypatch.setattr(program, "read_private", lambda _path: people)
    site = Site(Children(tmp_path), tmp_path)
    site.url = "http://127.0.0.1:8000"
    program.write_logins(show, site)
    assert stat.S_IMODE((tmp_path / "demo.json").stat().st_mode) == 0o600
    assert read_private(tmp_path / "demo.json") == {
        "url": "http://127.0.0.1:8000",
        "organizer": people["olga"],
        "participant": people["ada"],
        "competition": "pretrained-text-encoders",
    }
