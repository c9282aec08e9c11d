"""What heads say, computed the plain way, one input at a time: a program for the runner's Python.

Reads ``{"name": {"folder", "what", "inputs"}}`` on stdin and prints the answers by name.
"""

from __future__ import annotations

import json
import math
import sys

import torch
import transformers as hf


def tags(folder: str, words: list[str]) -> list[str]:
    model = hf.AutoModelForTokenClassification.from_pretrained(folder).eval()
    tokens = hf.AutoTokenizer.from_pretrained(folder)
    ids = tokens(" ".join(words))["input_ids"]
    best = model(input_ids=torch.tensor([ids])).logits[0].argmax(-1).tolist()
    around = {tokens.cls_token_id, tokens.sep_token_id, tokens.eos_token_id}
    kept = [b for one, b in zip(ids, best, strict=True) if one not in around]
    return [model.config.id2label[one] for one in kept]


def letters(folder: str, sequence: str) -> list[str]:
    return tags(folder, [sequence])


def contacts(folder: str, sequence: str) -> list[list[float]]:
    model = hf.AutoModel.from_pretrained(folder, attn_implementation="eager").eval()
    tokens = hf.AutoTokenizer.from_pretrained(folder)
    ids = torch.tensor([tokens(sequence)["input_ids"]])
    return model.predict_contacts(ids, torch.ones_like(ids))[0].tolist()  # type: ignore[no-any-return]


def causal(folder: str, text: str) -> float:
    """Bits of a text of known words by the plain sum."""
    model = hf.AutoModelForCausalLM.from_pretrained(folder).eval()
    tokens = hf.AutoTokenizer.from_pretrained(folder)
    ids = tokens(text)["input_ids"]
    found = torch.log_softmax(model(input_ids=torch.tensor([ids])).logits[0].double(), -1)
    begins = ids[0] in (tokens.cls_token_id, tokens.bos_token_id)
    total = 0.0 if begins else math.log2(model.config.vocab_size)
    last = len(ids) - (ids[-1] == tokens.sep_token_id and begins)
    for place in range(1, last):
        total -= float(found[place - 1, ids[place]]) / math.log(2)
    return total


def masked(folder: str, text: str) -> float:
    model = hf.AutoModelForMaskedLM.from_pretrained(folder).eval()
    tokens = hf.AutoTokenizer.from_pretrained(folder)
    ids = tokens(text)["input_ids"]
    total = 0.0
    for place in range(1, len(ids) - 1):
        hidden = [tokens.mask_token_id if n == place else one for n, one in enumerate(ids)]
        found = torch.log_softmax(model(input_ids=torch.tensor([hidden])).logits[0].double(), -1)
        total -= float(found[place, ids[place]]) / math.log(2)
    return total


def generate(folder: str, text: str) -> str:
    tokens = hf.AutoTokenizer.from_pretrained(folder)
    config = hf.AutoConfig.from_pretrained(folder)
    ids = tokens(text)["input_ids"]
    if config.is_encoder_decoder:
        model = hf.AutoModelForSeq2SeqLM.from_pretrained(folder).eval()
        made = [config.decoder_start_token_id]
        for _ in range(6):
            logits = model(
                input_ids=torch.tensor([ids]), decoder_input_ids=torch.tensor([made])
            ).logits
            made.append(int(logits[0, -1].argmax()))
            if made[-1] == config.eos_token_id:
                break
    else:
        model = hf.AutoModelForCausalLM.from_pretrained(folder).eval()
        made = [0]
        for _ in range(6):
            logits = model(input_ids=torch.tensor([ids + made[1:]])).logits
            made.append(int(logits[0, -1].argmax()))
            if made[-1] == config.eos_token_id:
                break
    return str(tokens.decode(made[1:], skip_special_tokens=True)).strip()


if __name__ == "__main__":
    hf.logging.set_verbosity_error()
    hf.logging.disable_progress_bar()
    with torch.inference_mode():
        print(
            json.dumps(
                {
                    name: [globals()[job["what"]](job["folder"], one) for one in job["inputs"]]
                    for name, job in json.load(sys.stdin).items()
                }
            )
        )
