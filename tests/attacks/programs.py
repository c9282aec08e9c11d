"""The files of a hostile `python` submission."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping

PRELUDE = '''
import functools, json, os, socket, sys, time
from pathlib import Path

print = functools.partial(print, flush=True)
IN, OUT = map(Path, sys.argv[1:3])
PARAMETERS = json.loads(Path(__file__).with_name("attack.json").read_text())
TASK = {}


def attack(**parameters):
    """Do nothing."""


def load(model_dir, task):
    TASK.update(task)
    attack(**PARAMETERS)


def predict(batch):
    return [TASK["labels"][0]] * len(batch)
'''


def program_files(
    program: str, *, files: Mapping[str, bytes] | None = None, **parameters: object
) -> dict[str, bytes]:
    """A submission whose `predict.py` is the prelude and `program`; other files lie beside it.

    `parameters` must fit into JSON: attack and control are the same code and differ in them only.
    """
    return {
        "predict.py": (PRELUDE + textwrap.dedent(program)).encode(),
        "attack.json": json.dumps(parameters).encode(),
        **(files or {}),
    }
