"""Let a task have a model that another folder holds: its files are copied, not trained again.

python examples/share_model.py --base entry/tasks/first --out entry/tasks/second
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from shared import say, stop


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--base", type=Path, required=True, help="the folder of a model")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write")
    arguments = parser.parse_args()
    if not arguments.base.is_dir():
        stop(f"there is no folder {arguments.base}")
    left_out = shutil.ignore_patterns("tasks", "submission.yaml")
    shutil.copytree(arguments.base, arguments.out, ignore=left_out, dirs_exist_ok=True)
    say(f"copied {arguments.base.name} to {arguments.out}")


if __name__ == "__main__":
    main()
