"""Row 61: a tokenizer whose regular expressions take without end."""

import json
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest

from competitions.kinds.samples import TEXTS
from submissions.sandboxes import MIB
from tests.attacks.arena import Arena
from tests.attacks.registry import case
from tests.parts import RUNNER_PYTHON
from tests.sandbox.runner.formats import onnx_writer

SLOW = r"(?:(?:\w+)+\s?)+[\d#]{3}"
"""Tried at every letter of a long word up to the engine's own bound of steps."""
SPLITS = 400
LIMITS = {
    "memory_bytes": 1024 * MIB,
    "output_bytes": 2 * MIB,
    "task_seconds": 6,
    "total_seconds": 60,
    "pids": 128,
}


@case(61, "tokenizer ReDoS")
def tokenizer_redos(arena: Arena) -> None:
    competition = arena.competition(allowed_formats=["onnx"])
    plain, slow = (
        arena.play(arena.enter(_folder(splits=splits), competition=competition), limits=LIMITS)
        for splits in (0, SPLITS)
    )
    assert (plain.state, plain.outcome) == ("scored", "ok")
    assert (slow.state, slow.outcome) == ("failed", "timeout")
    assert slow.submission.error_code == "timeout"


@tokenizer_redos.control
def the_tokenizer_alone_takes_longer(arena: Arena) -> None:
    text = max((sample["text"] for sample in TEXTS), key=len)
    tokenizer = _folder(splits=SPLITS)["tokenizer.json"]
    source = "import sys; from tokenizers import Tokenizer; t = Tokenizer.from_str(sys.argv[1]); "
    source += "print('made', flush=True); t.encode(sys.argv[2])"
    with pytest.raises(subprocess.TimeoutExpired) as ended:
        subprocess.run(
            [str(RUNNER_PYTHON), "-c", source, tokenizer.decode(), text],
            timeout=LIMITS["task_seconds"],
            capture_output=True,
        )
    assert ended.value.stdout == b"made\n"


def _folder(*, splits: int) -> dict[str, bytes]:
    pieces: list[dict[str, Any]] = [{"type": "WhitespaceSplit"}]
    split = {"type": "Split", "pattern": {"Regex": SLOW}, "behavior": "Isolated", "invert": False}
    tokenizer = {
        "version": "1.0",
        "added_tokens": [],
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [split] * splits + pieces},
        "model": {"type": "WordLevel", "vocab": {"[UNK]": 0, "row": 1}, "unk_token": "[UNK]"},
    }
    vectors = np.ones((2, 2), dtype=np.float32)
    with TemporaryDirectory() as folder:
        path = Path(folder, "model.onnx")
        onnx_writer.write(path, onnx_writer.first_token(vectors, "logits"))
        model = path.read_bytes()
    return {"model.onnx": model, "tokenizer.json": json.dumps(tokenizer).encode()}
