"""Names what a participant's code raises: file, line and the exception's class."""

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..errors import Code, RunnerError, TaskTimeout, as_runner_error, error_text

_NETWORK = {
    *("URLError", "gaierror", "ConnectionError", "ConnectError"),
    *("OfflineModeIsEnabled", "LocalEntryNotFoundError"),
}
"""Of Python, requests, httpx and huggingface_hub, which need not be there."""

_NO_NETWORK = "It asks the network, and the sandbox has none: put what it fetches into the folder."
_MOST_CAUSES = 20


@contextmanager
def participant_code(folder: Path, doing: str) -> Iterator[None]:
    """Turn all that ``folder``'s code raises into ``bad_code`` (or ``out_of_memory``).

    ``doing`` says what was called. The whole traceback goes to the log. Leaving the program by
    ``sys.exit`` is an error too: other tasks must still run.
    """
    try:
        yield
    except (RunnerError, TaskTimeout):
        raise
    except BaseException as error:  # noqa: BLE001 - a participant's code can raise anything
        with suppress(Exception):  # the code may have closed stderr
            _print(error, folder)
        message = f"{doing}{_place(error, folder)}: {_described(error)}"
        if isinstance(error, Exception):
            raise as_runner_error(error, code=Code.BAD_CODE, message=message) from None
        raise RunnerError(Code.BAD_CODE, message) from None


def _print(error: BaseException, folder: Path) -> None:
    """The traceback from where the folder's own code begins, as its author would see it."""
    place = error.__traceback__
    while place and not Path(place.tb_frame.f_code.co_filename).is_relative_to(folder):
        place = place.tb_next
    own = place or error.__traceback__
    traceback.print_exception(type(error), error, own, file=sys.stderr)


def _described(error: BaseException) -> str:
    text = error_text(error)
    said = f"{type(error).__name__}: {text}" if text else f"{type(error).__name__}."
    return f"{_NO_NETWORK} {said}" if _asks_the_network(error) else said


def _asks_the_network(error: BaseException) -> bool:
    """Whether the exception, or one that it came of, is a connection that can't be made."""
    seen: BaseException | None = error
    for _ in range(_MOST_CAUSES):
        if seen is None:
            return False
        names = {each.__name__ for each in type(seen).__mro__}
        if not names.isdisjoint(_NETWORK):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def _place(error: BaseException, folder: Path) -> str:
    """The last line of the folder's own code that the error went through."""
    inside = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(folder)
    ]
    if not inside:
        return ""
    name = Path(inside[-1].filename).relative_to(folder)
    return f" ({name}, line {inside[-1].lineno})"
