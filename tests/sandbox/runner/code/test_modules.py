from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from sandbox.runner.code.modules import OwnModules


@pytest.fixture
def modules(monkeypatch: pytest.MonkeyPatch) -> Iterator[OwnModules]:
    monkeypatch.setattr(sys, "path", sys.path.copy())
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    before = set(sys.modules)
    yield OwnModules()
    for name in set(sys.modules) - before:
        del sys.modules[name]


def _folder(root: Path, word: str) -> Path:
    (root / "parts" / "deep").mkdir(parents=True)
    (root / "podium_helper.py").write_text(f"WORD = {word!r}\nclass Model: pass\nmodel = Model()\n")
    (root / "parts" / "deep" / "one.py").write_text(f"WORD = {word!r}\n")
    return root


def test_a_folder_s_modules_are_found_and_then_forgotten(
    modules: OwnModules, tmp_path: Path
) -> None:
    for word in ("first", "second"):
        modules.open(_folder(tmp_path / word, word))
        assert word == import_module("podium_helper").WORD
        assert word == import_module("parts.deep.one").WORD
    modules.close()
    assert {"podium_helper", "parts", "parts.deep", "parts.deep.one"}.isdisjoint(sys.modules)
    assert str(tmp_path / "second") not in sys.path


def test_modules_of_other_places_stay(modules: OwnModules, tmp_path: Path) -> None:
    modules.open(_folder(tmp_path / "one", "first"))
    json = sys.modules["json"]
    modules.close()
    assert sys.modules["json"] is json


def test_a_forgotten_folder_s_model_leaves_the_memory(modules: OwnModules, tmp_path: Path) -> None:
    modules.open(_folder(tmp_path / "one", "first"))
    model = weakref.ref(import_module("podium_helper").model)
    gc.disable()
    try:
        modules.close()
        assert model() is None
    finally:
        gc.enable()


def test_odd_things_among_the_modules_do_no_harm(
    modules: OwnModules, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Odd:
        __file__ = 3

        @property
        def __path__(self) -> list[str]:
            raise RuntimeError

    modules.open(_folder(tmp_path / "one", "first"))
    monkeypatch.setitem(sys.modules, "odd", Odd())  # type: ignore[arg-type]
    modules.close()
    assert "odd" in sys.modules
