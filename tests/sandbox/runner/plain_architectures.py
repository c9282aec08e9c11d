"""What models answer by transformers alone, one input at a time: a program for the runner's Python.

Reads ``{"name": {"folder", "what", "inputs"}}`` on stdin, where ``what`` is a function below, and
prints the answers by name.
"""

from __future__ import annotations

import inspect
import json
import math
import sys
from functools import cache
from typing import Any

import numpy as np
import torch
import transformers as hf

LIMIT = 64
"""Tokens that the tasks allow."""


@cache
def load(auto: str, folder: str) -> tuple[Any, Any]:
    """Model and tokenizer."""
    model = getattr(hf, f"AutoModel{auto}").from_pretrained(folder).eval()
    tokenizer = hf.AutoTokenizer.from_pretrained(folder)
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    if model.config.pad_token_id is None:
        model.config.pad_token_id = tokenizer.pad_token_id
    return model, tokenizer


def outputs(model: Any, tokens: Any, *texts: str) -> Any:
    most = getattr(model.config, "max_position_embeddings", None)
    most = None if most == -1 else most  # as XLNet says that it counts no places
    padding = model.config.pad_token_id + 1 if model.config.model_type == "roberta" else 0
    limit = LIMIT if most is None else min(LIMIT, most - padding)
    given = tokens(*texts, truncation=True, max_length=limit, return_tensors="pt")
    accepted = inspect.signature(model.forward).parameters
    return model(**{name: value for name, value in given.items() if name in accepted})


def scores(folder: str, texts: list[str]) -> list[float]:
    model, tokens = load("ForSequenceClassification", folder)
    return list(outputs(model, tokens, *texts).logits[0].tolist())


def attributions(folder: str, texts: list[str]) -> list[float]:
    """Integrated gradients of the winning class over all that embeds a text's tokens, from padding,
    by Gauss and Legendre's rule: what a token gives in encoder and decoder together."""
    model, tokens = load("ForSequenceClassification", folder)
    special = torch.tensor(sorted(set(tokens.all_special_ids)))
    given = tokens(*texts, truncation=True, max_length=LIMIT, return_tensors="pt")
    target = int(model(input_ids=given["input_ids"]).logits[0].argmax())
    points, weights = np.polynomial.legendre.leggauss(16)
    steps: list[tuple[Any, Any]] = []

    def between(layer: Any, ids: tuple[Any, ...], found: Any) -> Any:
        empty = torch.where(torch.isin(ids[0], special), ids[0], tokens.pad_token_id)
        start = layer.forward(empty)
        point = (start + share * (found - start)).detach().requires_grad_()
        steps.append((point, found - start))
        return point

    size = model.config.vocab_size
    layers = [each for each in model.modules() if getattr(each, "num_embeddings", 0) == size]
    hooks = [layer.register_forward_hook(between) for layer in layers]
    parts: list[Any] = []
    for point, weight in zip(points, weights, strict=True):
        share = (1 + point) / 2
        steps.clear()
        with torch.enable_grad():
            won = model(input_ids=given["input_ids"]).logits[0, target]
            slopes = torch.autograd.grad(won, [at for at, _ in steps])
        moves = [way for _, way in steps]
        parts.append(
            [weight * (s * way).sum(-1).flatten() for s, way in zip(slopes, moves, strict=True)]
        )
    for hook in hooks:
        hook.remove()
    own, *later = (sum(each) for each in zip(*parts, strict=True))
    for each in later:
        own[:-1] += each[1:]
    return list((own / own.abs().max()).tolist())


def next_sentence(folder: str, texts: list[str]) -> float:
    model, tokens = load("ForNextSentencePrediction", folder)
    return float(torch.softmax(outputs(model, tokens, *texts).logits[0].double(), -1)[0])


def embedding(folder: str, text: str, pooling: str = "mean") -> list[float]:
    encodes = hf.AutoConfig.from_pretrained(folder).model_type == "t5"
    model, tokens = load("ForTextEncoding" if encodes else "", folder)
    reader = model.get_encoder() if model.config.model_type == "bart" else model
    vectors = outputs(reader, tokens, text).last_hidden_state[0]
    if pooling == "mean":
        return list(vectors.mean(0).tolist())
    ids = tokens(text)["input_ids"]
    return list(
        vectors[ids.index(tokens.cls_token_id) if tokens.cls_token_id in ids else 0].tolist()
    )


def summary(folder: str, text: str) -> list[float]:
    """Of the token that stands for the whole text."""
    return embedding(folder, text, "cls")


def tags(folder: str, words: list[str], joiner: str = " ") -> list[str]:
    model, tokens = load("ForTokenClassification", folder)
    text = joiner.join(words)
    best = outputs(model, tokens, text).logits[0].argmax(-1).tolist()
    if not tokens.is_fast:  # ESM's: a token a letter, one more at each end
        return [model.config.id2label[each] for each in best[1:-1]]
    encoding, found, start = tokens(text), [], 0
    for word in words:
        places = (encoding.char_to_token(start + number) for number in range(len(word)))
        first = next((place for place in places if place is not None), None)
        found.append("O" if first is None else model.config.id2label[best[first]])
        start += len(word) + len(joiner)
    return found


def residues(folder: str, sequence: str) -> list[str]:
    return tags(folder, list(sequence), "")


def contacts(folder: str, sequence: str) -> list[list[float]]:
    model = hf.EsmModel.from_pretrained(folder, attn_implementation="eager").eval()
    ids = hf.AutoTokenizer.from_pretrained(folder)(sequence, return_tensors="pt")["input_ids"]
    return list(model.predict_contacts(ids, torch.ones_like(ids))[0].tolist())


def span(folder: str, texts: list[str]) -> dict[str, Any]:
    """The best of all spans, against “no answer” where transformers' own example puts it."""
    model, tokens = load("ForQuestionAnswering", folder)
    encoding = tokens(*texts, return_offsets_mapping=True)
    found = outputs(model, tokens, *texts)
    starts, ends = found.start_logits[0].tolist(), found.end_logits[0].tolist()
    ids, parts, offsets = (
        encoding["input_ids"],
        encoding.sequence_ids(0),
        encoding["offset_mapping"],
    )
    none = ids.index(tokens.cls_token_id) if tokens.cls_token_id in ids else 0
    inside = [place for place, part in enumerate(parts) if part == 1]
    best, first, last = max(
        (starts[first] + ends[last], -first, -last)
        for first in inside
        for last in inside
        if first <= last
    )
    null = starts[none] + ends[none]
    answer = texts[1][offsets[-first][0] : offsets[-last][1]].strip()
    return {
        "answer": answer if best >= null else "",
        "no_answer_prob": 1 / (1 + math.exp(best - null)),
    }


def fill(folder: str, row: dict[str, Any]) -> list[str]:
    model, tokens = load("ForMaskedLM", folder)
    words = enumerate(row["words"])
    text = " ".join(tokens.mask_token if n in row["masked"] else word for n, word in words)
    logits = outputs(model, tokens, text).logits[0]
    logits[:, [one for one in tokens.all_special_ids if one < logits.shape[1]]] = -math.inf
    gaps = [n for n, one in enumerate(tokens(text)["input_ids"]) if one == tokens.mask_token_id]
    return [tokens.decode([int(logits[gap].argmax())]).strip() for gap in gaps]


def own_places(tokens: Any, ids: list[int]) -> list[int]:
    """Of the tokens that are the text's."""
    around = tokens.get_special_tokens_mask(ids, already_has_special_tokens=True)
    return [place for place, mark in enumerate(around) if not mark]


def masked_bits(folder: str, text: str) -> float:
    model, tokens = load("ForMaskedLM", folder)
    ids = tokens(text)["input_ids"]
    total = 0.0
    for place in own_places(tokens, ids):
        hidden = [tokens.mask_token_id if n == place else one for n, one in enumerate(ids)]
        logits = model(input_ids=torch.tensor([hidden])).logits[0, place]
        total -= float(torch.log_softmax(logits.double(), -1)[ids[place]])
    return total / math.log(2)


def causal_logs(model: Any, ids: list[int], place: int) -> float:
    """Of one token by all before it, which is all that the model is shown."""
    given = torch.tensor([ids[:place]])
    if model.config.model_type != "xlnet":
        logits = model(input_ids=given).logits[0, -1]
    else:
        size = place + 1
        given = torch.tensor([ids[: place + 1]])
        order = torch.ones(1, size, size).triu()
        asked = torch.zeros(1, 1, size)
        asked[0, 0, place] = 1
        logits = model(input_ids=given, perm_mask=order, target_mapping=asked).logits[0, 0]
    return float(torch.log_softmax(logits.double(), -1)[ids[place]])


def causal_bits(folder: str, text: str) -> float:
    model, tokens = load("ForCausalLM", folder)
    ids = tokens(text)["input_ids"]
    own = own_places(tokens, ids)
    first = math.log2(model.config.vocab_size) if own[0] == 0 else 0.0
    later = [causal_logs(model, ids, place) for place in own if place > 0]
    return first - math.fsum(later) / math.log(2)


def choices(folder: str, asked: list[Any]) -> list[tuple[float, int]]:
    """The log-likelihood of each of some answers to a prompt, and its tokens."""
    prompt, answers = asked
    if not hf.AutoConfig.from_pretrained(folder).is_encoder_decoder:
        model, tokens = load("ForCausalLM", folder)
        found = []
        for answer in answers:
            ids = tokens(prompt + answer)["input_ids"]
            own = own_places(tokens, ids)
            before = own_places(tokens, tokens(prompt.rstrip())["input_ids"])
            own = own[len(before) :]
            logs = [causal_logs(model, ids, place) for place in own]
            found.append((math.fsum(logs), len(own)))
        return found
    model, tokens = load("ForSeq2SeqLM", folder)
    given = tokens(prompt.rstrip(), return_tensors="pt")
    return [_by_loss(model, tokens, given["input_ids"], answer) for answer in answers]


def _by_loss(model: Any, tokens: Any, asked: Any, answer: str) -> tuple[float, int]:
    """transformers' own loss is a mean over the labels that are not -100."""
    ids = tokens(text_target=answer)["input_ids"]
    own = own_places(tokens, ids)
    labels = [one if place in own else -100 for place, one in enumerate(ids)]
    start = torch.tensor([[model.config.decoder_start_token_id, *ids[:-1]]])
    loss = model(input_ids=asked, decoder_input_ids=start, labels=torch.tensor([labels])).loss
    return -float(loss) * len(own), len(own)


def generated(folder: str, text: str) -> str:
    answers = hf.AutoConfig.from_pretrained(folder).is_encoder_decoder
    model, tokens = load("ForSeq2SeqLM" if answers else "ForCausalLM", folder)
    ids = tokens(text)["input_ids"]
    if not answers:
        ids = ids[: own_places(tokens, ids)[-1] + 1]  # a text that goes on has no end
    made = model.generate(
        input_ids=torch.tensor([ids]),
        attention_mask=torch.ones(1, len(ids), dtype=torch.long),
        max_new_tokens=6,
        do_sample=False,
        pad_token_id=tokens.pad_token_id,
        eos_token_id=tokens.eos_token_id,
    )[0]
    new = made if answers else made[len(ids) :]
    return str(
        tokens.decode(new, skip_special_tokens=True, clean_up_tokenization_spaces=False)
    ).strip()


if __name__ == "__main__":
    hf.logging.set_verbosity_error()
    hf.logging.disable_progress_bar()
    torch.set_num_threads(1)  # threads that wait for each other take longer than the sums
    with torch.no_grad():
        answers = {
            name: [globals()[job["what"]](job["folder"], one) for one in job["inputs"]]
            for name, job in json.load(sys.stdin).items()
        }
    print(json.dumps(answers))
