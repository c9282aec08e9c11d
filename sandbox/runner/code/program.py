"""The participant's ``predict.py``: imported from its own folder, called, its errors named."""

import importlib.util
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..errors import Code, RunnerError, as_runner_error

FILE = "predict.py"
_MODULE = "predict"


class Program:
    """``load(model_dir, task)`` and ``predict(batch)`` of one folder. Raises ``bad_code``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._forget_others()
        with self._named("importing it"):
            module = self._import()
        self._load = self._function(module, "load")
        self._predict = self._function(module, "predict")

    def load(self, folder: Path, task: Mapping[str, Any]) -> None:
        """Let it prepare for a task."""
        with self._named("load"):
            self._load(str(folder), dict(task))

    def predict(self, batch: list[Any]) -> Sequence[Any]:
        """The answers to a batch. Raises ``bad_answer`` for another number of them."""
        with self._named("predict"):
            answers = self._predict(batch)
            found = list(answers)
        if len(found) != len(batch):
            raise RunnerError(
                Code.BAD_ANSWER,
                f"{FILE}: predict gave {len(found)} answers to a batch of {len(batch)} rows.",
            )
        return found

    def _forget_others(self) -> None:
        """Two task folders may have modules of one name: those of another folder go."""
        root = _root(self._folder)
        for name, module in list(sys.modules.items()):
            file = getattr(module, "__file__", None)
            if file and Path(file).is_relative_to(root):
                del sys.modules[name]
        sys.path[:] = [path for path in sys.path if not Path(path).is_relative_to(root)]
        sys.path.insert(0, str(self._folder))

    def _import(self) -> Any:
        path = self._folder / FILE
        if not path.is_file():
            raise RunnerError(Code.MODEL_MISSING, f"The folder has no {FILE}.")
        spec = importlib.util.spec_from_file_location(_MODULE, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[_MODULE] = module
        spec.loader.exec_module(module)
        return module

    def _function(self, module: Any, name: str) -> Callable[..., Any]:
        found = getattr(module, name, None)
        if not callable(found):
            raise RunnerError(Code.BAD_CODE, f"{FILE} has no function {name}.")
        return found  # type: ignore[no-any-return]

    @contextmanager
    def _named(self, doing: str) -> Iterator[None]:
        try:
            yield
        except RunnerError:
            raise
        except (Exception, SystemExit) as error:
            traceback.print_exc(file=sys.stderr)
            place = self._place(error)
            said = f"{FILE}, {doing}{place}: {type(error).__name__}: {error}"
            if isinstance(error, SystemExit):
                raise RunnerError(Code.BAD_CODE, said) from error
            raise as_runner_error(error, code=Code.BAD_CODE, message=said) from error

    def _place(self, error: BaseException) -> str:
        """The last line of the participant's own code that the error went through."""
        inside = [
            frame
            for frame in traceback.extract_tb(error.__traceback__)
            if Path(frame.filename).is_relative_to(self._folder)
        ]
        if not inside:
            return ""
        name = Path(inside[-1].filename).relative_to(self._folder)
        return f" ({name} line {inside[-1].lineno})"


def _root(folder: Path) -> Path:
    """The submission's own root, above any task folder."""
    return folder.parent.parent if folder.parent.name == "tasks" else folder
