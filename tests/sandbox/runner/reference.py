"""What a model says, computed the plain way: a program for the runner's Python.

One text at a time, so that no padding and no batch can play a part. Reads
``[{"folder", "part": "head" | "mean" | "cls", "max_length", "texts": [[str, …], …]}, …]`` on stdin
and prints the rows of numbers of each.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import torch
import transformers as hf


def load(job: dict[str, Any]) -> Any:
    auto = hf.AutoModelForSequenceClassification if job["part"] == "head" else hf.AutoModel
    if job["folder"].endswith("t5"):
        auto = hf.AutoModelForTextEncoding
    model = auto.from_pretrained(job["folder"]).eval()
    return model.get_encoder() if job["folder"].endswith("bart") else model


def rows(job: dict[str, Any]) -> list[list[float]]:
    tokenizer = hf.AutoTokenizer.from_pretrained(job["folder"])
    model = load(job)
    found = []
    for texts in job["texts"]:
        ids = tokenizer(*texts, truncation=True, max_length=job["max_length"])
        inputs = {"input_ids": torch.tensor([ids["input_ids"] or [tokenizer.eos_token_id]])}
        if "token_type_ids" in ids and not job["folder"].endswith(("distilbert", "t5", "bart")):
            inputs["token_type_ids"] = torch.tensor([ids["token_type_ids"]])
        with torch.inference_mode():
            output = model(**inputs)
        if job["part"] == "head":
            found.append(output.logits[0].tolist())
        elif job["part"] == "mean":
            found.append(output.last_hidden_state[0].mean(0).tolist())
        else:
            found.append(output.last_hidden_state[0, 0].tolist())
    return found


if __name__ == "__main__":
    hf.logging.set_verbosity_error()
    hf.logging.disable_progress_bar()
    print(json.dumps([rows(job) for job in json.load(sys.stdin)]))
