from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.runner.code.modules import OwnModules
from sandbox.runner.errors import Code, RunnerError
from sandbox.runner.formats.hub import hub_module

TASK = {"slug": "movies"}


@pytest.fixture
def modules(monkeypatch: pytest.MonkeyPatch) -> Iterator[OwnModules]:
    monkeypatch.setattr(sys, "path", sys.path.copy())
    opened = OwnModules()
    yield opened
    opened.close()


def _write(folder: Path, text: str) -> Path:
    (folder / "hubconf.py").write_text(text)
    return folder


def test_the_entry_of_our_name_is_told_the_task(modules: OwnModules, tmp_path: Path) -> None:
    text = "def other(): pass\ndef podium_model(task): return lambda: task['slug']"
    assert hub_module(_write(tmp_path, text), TASK, modules)() == "movies"


def test_without_it_the_only_public_function_is_called(modules: OwnModules, tmp_path: Path) -> None:
    text = "from json import loads\ndef _mine(): pass\ndef tiny(big=False): return lambda: big"
    assert hub_module(_write(tmp_path, text), TASK, modules)() is False


def test_a_class_beside_the_only_function_is_no_entry(modules: OwnModules, tmp_path: Path) -> None:
    text = "class Net:\n    def __call__(self): return 3\ndef tiny(): return Net()"
    assert hub_module(_write(tmp_path, text), TASK, modules)() == 3


def test_a_class_by_itself_is_the_entry(modules: OwnModules, tmp_path: Path) -> None:
    text = "class Net:\n    def __call__(self): return 3"
    assert hub_module(_write(tmp_path, text), TASK, modules)() == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "there is none"),
        ("def one(): pass\ndef two(): pass", "there are one, two"),
        ("dependencies = ['json', 'not_here']\ndef podium_model(task): pass", "package not_here"),
        ("dependencies = 'not_here'\ndef podium_model(task): pass", "package not_here"),
        ("def podium_model(task): return 3", "the entry gave int"),
    ],
)
def test_an_entry_that_is_none_is_named(
    text: str, said: str, modules: OwnModules, tmp_path: Path
) -> None:
    with pytest.raises(RunnerError, match=said) as caught:
        hub_module(_write(tmp_path, text), TASK, modules)
    assert caught.value.code == Code.BAD_CODE


def test_helpers_beside_it_are_forgotten_with_it(modules: OwnModules, tmp_path: Path) -> None:
    (tmp_path / "podium_parts.py").write_text("def made(): pass")
    hub_module(
        _write(tmp_path, "from podium_parts import made\ndef tiny(): return made"), {}, modules
    )
    assert "podium_parts" in sys.modules
    modules.close()
    assert {"podium_parts", "hubconf"}.isdisjoint(sys.modules)
