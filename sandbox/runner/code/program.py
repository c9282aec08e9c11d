"""The participant's ``predict.py``: imported from its own folder and called."""

import importlib.util
import sys
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

from ..errors import Code, RunnerError
from .faults import participant_code

FILE = "predict.py"
_MODULE = "predict"


class Program:
    """``load(model_dir, task)`` and ``predict(batch)`` of one folder. Raises ``bad_code``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with participant_code(folder, f"{FILE}, importing it"):
            module = import_file(folder / FILE, _MODULE)
        self._load = _function(module, "load")
        self._predict = _function(module, "predict")

    def load(self, task: Mapping[str, Any]) -> None:
        """Let it prepare for a task."""
        with participant_code(self._folder, f"{FILE}, load"):
            self._load(str(self._folder), dict(task))

    def predict(self, batch: list[Any]) -> list[Any]:
        """The answers to a batch. Raises ``bad_answer`` for another number of them, or no list."""
        rows = len(batch)
        with participant_code(self._folder, f"{FILE}, predict"):
            answers = _listed(self._predict(batch), most=rows + 1)
        if len(answers) != rows:
            number = str(len(answers)) if len(answers) < rows else f"more than {rows}"
            raise RunnerError(
                Code.BAD_ANSWER,
                f"{FILE}: predict gave {number} answers to a batch of {rows} rows.",
            )
        return answers


def import_file(path: Path, name: str) -> ModuleType:
    """Run a Python file as the module ``name``. Raises ``bad_code`` and whatever it raises."""
    if not path.is_file():
        raise RunnerError(Code.BAD_CODE, f"The folder has no {path.name}.")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _function(module: ModuleType, name: str) -> Callable[..., Any]:
    found: Any = getattr(module, name, None)
    if not callable(found):
        raise RunnerError(Code.BAD_CODE, f"{FILE} has no function {name}.")
    return found  # type: ignore[no-any-return]


def _listed(answers: Any, *, most: int) -> list[Any]:
    """At most ``most`` answers of a list, an array, a tensor or a generator."""
    if hasattr(answers, "tolist"):
        answers = answers.tolist()
    if isinstance(answers, str | bytes | Mapping) or not isinstance(answers, Iterable):
        raise RunnerError(
            Code.BAD_ANSWER,
            f"{FILE}: predict gave {type(answers).__name__}, not a list with one answer a row.",
        )
    return list(islice(answers, most))
