"""Which tests share a process when several processes run them (pytest-xdist).

Its own groups (``xdist_group``) have no effect under pytest 9.2.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).resolve().parent.parent
SANDBOXES = "sandboxes"
_WHOLE_MACHINE = ("tests/attacks/", "tests/e2e/")
_STARTS_SANDBOXES = re.compile(r"mark\.(docker|gvisor|bubblewrap)\b|backends\.marks\(")
_SHARES_A_RUN = re.compile(r"mark\.(runner|tensorflow)\b")


class Scheduling(LoadScopeScheduling):  # type: ignore[misc]
    """Gives each scope to one process; scopes of many tests, which take the longest, go first."""

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)


def scope_of(nodeid: str) -> str:
    """Return what a test shares its process with.

    What starts sandboxes looks at the whole machine, so all of it runs one after another. Tests of
    one file on the real runner share a run, which each process would make anew. The others go
    wherever there is room.
    """
    return _scope_of_file(nodeid.partition("::")[0]) or nodeid


@cache
def _scope_of_file(path: str) -> str:
    text = (ROOT / path).read_text()
    if path.startswith(_WHOLE_MACHINE) or _STARTS_SANDBOXES.search(text):
        return SANDBOXES
    return path if _SHARES_A_RUN.search(text) else ""
