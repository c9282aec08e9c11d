"""Make an entry that must fail well: a task folder without its classification head.

The root stays a good model, and tasks/<slug>/ is a copy of it. A task of the track "predict" needs
a head there, the weights have none, and a head made up on the spot would guess. The platform
refuses: this task fails with the names of the missing weights and gets no points, the others count.

    python examples/broken_head.py --base minilm --task product-sentiment --out broken
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from shared import declare, say, stop


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--base", type=Path, required=True, help="a folder without a head")
    parser.add_argument("--task", required=True, help="the task that is to fail")
    parser.add_argument("--out", type=Path, required=True, help="the submission folder to write")
    arguments = parser.parse_args()
    if not (arguments.base / "model.safetensors").is_file():
        stop(f"{arguments.base} holds no model.safetensors")
    for target in (arguments.out, arguments.out / "tasks" / arguments.task):
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(
            arguments.base, target, ignore=shutil.ignore_patterns("tasks", "submission.yaml")
        )
        say(f"copied the model to {target}")
    declare(
        arguments.out,
        format="transformers",
        description=(
            f"A model with a mistake: tasks/{arguments.task}/ lacks its classification head. "
            "It shows how one task fails while the others count."
        ),
        base_model=f"the folder {arguments.base.name}",
        training_data="none",
        training_time="none",
        compute="none",
    )
    say(f"wrote {arguments.out}")


if __name__ == "__main__":
    main()
