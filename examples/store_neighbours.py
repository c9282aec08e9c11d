"""Make a submission of nearest neighbours: train rows, and code that finds those like a row.

The folder gets the code of examples/neighbours and the rows of each task. The competition must
allow the format "python". Nothing is trained; the code knows the kinds whose rows are texts, words,
tables, sequences or histories.

    python examples/store_neighbours.py --out neighbours \\
        --rows first-task first/train.jsonl --rows second-task second/train.jsonl
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

from shared import declare, read_rows, say

CODE = Path(__file__).resolve().parent / "neighbours"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True, help="the submission folder to write")
    parser.add_argument(
        "--rows",
        nargs=2,
        action="append",
        metavar=("SLUG", "TRAIN.JSONL"),
        required=True,
        help="a task and its train split; may be given again",
    )
    parser.add_argument("--most", type=int, default=3000, help="rows of a task at most (3000)")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for path in sorted(CODE.glob("*.py")):
        shutil.copy(path, arguments.out / path.name)
    for slug, train in arguments.rows:
        rows = list(read_rows(Path(train)))[: arguments.most]
        kept = [{"input": row["input"], "label": row["label"]} for row in rows]
        text = json.dumps(kept, ensure_ascii=False)
        (arguments.out / f"{slug}.json").write_text(text, encoding="utf-8")
        say(f"{slug}: {len(kept):,} rows")
    declare(
        arguments.out,
        format="python",
        description="Nearest neighbours among the train rows, with its own code.",
        base_model="none, nothing is trained",
        training_data=f"the train splits of {', '.join(slug for slug, _ in arguments.rows)}",
        training_time="none",
        compute="none",
    )
    say(f"wrote {arguments.out}")


if __name__ == "__main__":
    main()
