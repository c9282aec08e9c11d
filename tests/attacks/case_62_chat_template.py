"""Row 62: a chat template that reaches for Python."""

import json
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from submissions.sandboxes import MIB
from tests.attacks.arena import Arena
from tests.attacks.payloads import host_marker
from tests.attacks.registry import case
from tests.attacks.touch import SAID
from tests.parts import ROOT, RUNNER_PYTHON

LIMITS = {
    "memory_bytes": 2048 * MIB,
    "task_seconds": 60,
    "total_seconds": 90,
    "pids": 128,
}

RENDER = """
import sys
from jinja2 import Environment

Environment().from_string(sys.argv[1]).render(messages=[], bos_token="")
"""


@case(62, "chat-template injection")
def chat_template(arena: Arena) -> None:
    with host_marker() as marker:
        files = _with_template(_folder(), _template(marker))
        competition = arena.competition(allowed_formats=["transformers"])
        after = arena.play(arena.enter(files, competition=competition), limits=LIMITS)
        assert (after.state, after.outcome) == ("scored", "ok")
        # It is rendered neither inside nor, for a page, on the machine.
        visible = after.visible
        assert SAID not in {*after.smoke_lines, *after.lines}
        assert not marker.exists()
        assert "__globals__" not in visible


@chat_template.control
def who_renders_it_runs_it(arena: Arena) -> None:
    with host_marker() as marker:
        made = [str(RUNNER_PYTHON), "-c", RENDER, _template(marker)]
        seen = subprocess.run(made, check=True, capture_output=True, text=True)
        assert seen.stdout == f"{SAID}\n"
        assert marker.exists()


@cache
def _folder() -> dict[str, bytes]:
    """A tiny model that answers."""
    maker = ROOT / "tests" / "sandbox" / "runner" / "tiny_models.py"
    with TemporaryDirectory() as folder:
        made = [str(RUNNER_PYTHON), str(maker), folder, "placeholder-labels"]
        subprocess.run(made, check=True, capture_output=True)
        paths = Path(folder, "placeholder-labels").iterdir()
        return {path.name: path.read_bytes() for path in paths}


def _with_template(files: Mapping[str, bytes], template: str) -> dict[str, bytes]:
    """Everywhere where transformers looks for one."""
    settings = json.loads(files["tokenizer_config.json"])
    settings["chat_template"] = template
    return {
        **files,
        "tokenizer_config.json": json.dumps(settings).encode(),
        "chat_template.jinja": template.encode(),
        "chat_template.json": json.dumps({"chat_template": template}).encode(),
    }


def _template(marker: Path) -> str:
    source = f"print({SAID!r}); open({str(marker)!r}, 'w').close()"
    return "{{ cycler.__init__.__globals__.__builtins__.exec(" + json.dumps(source) + ") }}"
