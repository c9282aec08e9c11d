"""Prints what pretraining_data.py makes of a small corpus: a program for the runner's Python.

argv: the examples folder. stdout: one JSON object.
"""

from __future__ import annotations

import json
import random
import sys
from itertools import islice
from typing import Any

sys.path.insert(0, sys.argv[1])

import pretraining_data as data

TEXTS = [
    [f"alpha{number} runs to beta{number}.", f"alpha{number} sees gamma{number} and delta{number}."]
    for number in range(30)
]
ROOM = 24


def described(pair: data.Pair, tokenizer: Any) -> dict[str, Any]:
    original = [
        token if label == data.IGNORED else label
        for token, label in zip(pair.input_ids, pair.labels, strict=True)
    ]
    return {
        "ids": pair.input_ids,
        "types": pair.token_type_ids,
        "labels": pair.labels,
        "follows": pair.follows,
        "pieces": [tokenizer.id_to_token(token) for token in original],
    }


def main() -> None:
    tokenizer = data.learn_vocabulary(TEXTS, size=120)
    sampler = data.PairSampler(TEXTS, tokenizer, max_length=ROOM, rng=random.Random(0))
    pairs = list(islice(sampler.pairs(), 600))
    stream = data.batches(sampler.pairs(), tokens=256, rng=random.Random(0))
    shapes = [tuple(batch["input_ids"].shape) for batch in islice(stream, 20)]
    found = {
        "forms": [data.documents("A b. C d!\nE f\n"), data.documents("A b.\nC d!\n\nE f\n")],
        "vocabulary": tokenizer.get_vocab(),
        "lower": tokenizer.encode("ALPHA1").tokens,
        "pairs": [described(pair, tokenizer) for pair in pairs],
        "shapes": shapes,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
