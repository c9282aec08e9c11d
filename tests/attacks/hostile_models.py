"""Makes models whose loading or calling writes a file. For the runner's Python: OUT MARKER NAME."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import torch

# The packages of the tests need what the runner's environment lacks.
sys.path.append(str(Path(__file__).resolve().parents[1] / "sandbox" / "runner"))

from tiny_torch import EXAMPLE, FREE, Head, tokenizer
from touch import SAID, Touch

SCRIPT = """
def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    print({said!r})
    made = torch.from_file({marker!r}, True, 4, dtype=torch.float32)
    # One output more than the task has labels: the sample run is the only one.
    counts = input_ids.sum(1)
    return torch.stack([counts, counts, counts], 1).to(torch.float32) + 0 * made.sum()
"""


def script(folder: Path, marker: Path) -> None:
    """TorchScript has operators that open files: this one makes it."""
    module = torch.jit.ScriptModule()
    module.define(SCRIPT.format(marker=str(marker), said=SAID))
    module.save(str(folder / "model.pt"))


def export(folder: Path, marker: Path) -> None:
    """An exported program may keep any of its weights as a pickle of its own."""
    program = torch.export.export(Head().eval(), EXAMPLE, dynamic_shapes=(FREE, FREE))
    good = io.BytesIO()
    torch.export.save(program, good)
    with zipfile.ZipFile(good) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    (config,) = (name for name in files if name.endswith("_weights_config.json"))
    settings: dict[str, Any] = json.loads(files[config])
    first = next(iter(settings["config"].values()))
    first["use_pickle"] = True
    files[config] = json.dumps(settings).encode()
    weight = next(name for name in files if name.endswith("/" + first["path_name"]))
    pickled = io.BytesIO()
    torch.save(Touch(marker), pickled)
    files[weight] = pickled.getvalue()
    with zipfile.ZipFile(folder / "model.pt2", "w", zipfile.ZIP_STORED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)


def main(out: Path, marker: Path, name: str) -> None:
    tokenizer(out)
    {"script": script, "export": export}[name](out, marker)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
