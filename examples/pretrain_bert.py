"""Pretrain a small BERT from nothing on a text file, by masked words and next sentence.

The corpus is a UTF-8 text file: one document a line, or one sentence a line with blank lines
between documents. First a WordPiece vocabulary is learned from it, then a model of 4 layers, 256
wide (about 5 million parameters) is trained on pairs of text segments, as in the BERT paper:

- masked language modelling: 15 % of the words are hidden, whole words at a time (of these 80 % by
  [MASK], 10 % by a random token, 10 % left), and the model says what stood there;
- next-sentence prediction: for half of the pairs the second segment follows the first, for the
  other half it comes from another document, and the model says which.

The result is a folder of transformers (config.json, model.safetensors, tokenizer.json) that serves
tasks of gaps and next sentences with the heads of its pretraining, and the track "probe" and
sentence similarity with its encoder. Two minutes on two cores give a weak but real
model; more --minutes and a larger corpus give a better one.

    python examples/pretrain_bert.py --corpus corpus.txt --out bert --minutes 2
    python examples/train_text.py --base bert --train train.jsonl …
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from pretraining_data import SPECIAL_TOKENS, PairSampler, batches, documents, learn_vocabulary
from shared import declare, say, stop
from transformers import BertConfig, BertForPreTraining, PreTrainedTokenizerFast
from transformers import logging as transformers_logging

WARM_UP = 0.1
REPORT_SECONDS = 5.0

Batch = dict[str, torch.Tensor]


def new_model(vocabulary: int, max_length: int, *, width: int, layers: int) -> BertForPreTraining:
    """A BERT with random weights; with 4 layers, 256 wide, below 10 million parameters for
    vocabularies up to 25 000."""
    return BertForPreTraining(
        BertConfig(
            vocab_size=vocabulary,
            hidden_size=width,
            num_hidden_layers=layers,
            num_attention_heads=4,
            intermediate_size=4 * width,
            max_position_embeddings=max_length,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
    )


def losses(model: BertForPreTraining, batch: Batch) -> Sequence[torch.Tensor]:
    """Masked-word loss and next-sentence loss. Words are predicted at masked places only, which
    spares most of the work: the output layer is as large as the vocabulary."""
    output = model.bert(
        input_ids=batch["input_ids"],
        attention_mask=batch["attention_mask"],
        token_type_ids=batch["token_type_ids"],
    )
    masked = batch["labels"] >= 0
    words = model.cls.predictions(output.last_hidden_state[masked])
    follows = model.cls.seq_relationship(output.pooler_output)
    return (
        torch.nn.functional.cross_entropy(words, batch["labels"][masked]),
        torch.nn.functional.cross_entropy(follows, batch["next_sentence_label"]),
    )


def rate_at(share: float) -> float:
    """The learning rate's share at a share of the time: up in a straight line, then down."""
    return share / WARM_UP if share < WARM_UP else (1.0 - share) / (1.0 - WARM_UP)


def faster_precision(model: BertForPreTraining, batch: Batch) -> torch.dtype:
    """bfloat16 where this CPU computes it faster than float32: some have no instructions for it.

    Measured in CPU time, which other programs on the machine don't change.
    """
    seconds = {torch.float32: float("inf"), torch.bfloat16: float("inf")}
    for precision in [torch.float32, torch.bfloat16] * 3:
        started = time.process_time()
        with torch.autocast("cpu", dtype=precision, enabled=precision is not torch.float32):
            sum(losses(model, batch)).backward()
        seconds[precision] = min(seconds[precision], time.process_time() - started)
    return min(seconds, key=lambda precision: seconds[precision])


def train(
    model: BertForPreTraining,
    stream: Iterator[Batch],
    *,
    precision: torch.dtype,
    seconds: float,
    learning_rate: float,
) -> int:
    """Train until the time is over; returns the number of steps."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate, weight_decay=0.01)
    started = reported = time.monotonic()
    tokens = steps = 0
    model.train()
    while (share := (time.monotonic() - started) / seconds) < 1.0:
        batch = next(stream)
        for group in optimizer.param_groups:
            group["lr"] = learning_rate * max(rate_at(share), 1e-3)
        with torch.autocast("cpu", dtype=precision, enabled=precision is not torch.float32):
            words, follows = losses(model, batch)
        optimizer.zero_grad()
        (words + follows).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        steps += 1
        tokens += int(batch["attention_mask"].sum())
        if (now := time.monotonic()) - reported > REPORT_SECONDS or steps == 1:
            reported = now
            say(
                f"{share:4.0%}  step {steps}  words {words.item():.3f}  "
                f"next sentence {follows.item():.3f}  {tokens / (now - started):,.0f} tokens/s"
            )
    return steps


def wrapped(tokenizer_object: object, max_length: int) -> PreTrainedTokenizerFast:
    """The tokenizer in the form that transformers saves and loads."""
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer_object,
        model_max_length=max_length,
        **SPECIAL_TOKENS,
    )


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, required=True, help="the text file")
    parser.add_argument("--out", type=Path, required=True, help="the submission folder to write")
    parser.add_argument("--minutes", type=float, default=2.0, help="time for training (2)")
    parser.add_argument("--vocabulary", type=int, default=8000, help="word pieces at most (8000)")
    parser.add_argument("--width", type=int, default=256, help="numbers of a token (256)")
    parser.add_argument("--layers", type=int, default=4, help="layers (4)")
    parser.add_argument("--max-length", type=int, default=128, help="tokens of a pair (128)")
    parser.add_argument("--batch-tokens", type=int, default=2048, help="in a step (2048)")
    parser.add_argument("--learning-rate", type=float, default=1e-3, help="at its highest (1e-3)")
    parser.add_argument("--threads", type=int, default=2, help="CPU threads (2)")
    parser.add_argument("--seed", type=int, default=0, help="of all randomness (0)")
    return parser.parse_args()


def main() -> None:
    arguments = parse()
    transformers_logging.disable_progress_bar()
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(arguments.threads)
    try:
        texts = documents(arguments.corpus.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        stop(f"{arguments.corpus}: {error}")
    if len(texts) < 2:
        stop(f"{arguments.corpus} has fewer than two documents")
    tokenizer = learn_vocabulary(texts, size=arguments.vocabulary)
    say(f"{len(texts):,} documents, {tokenizer.get_vocab_size():,} word pieces")
    model = new_model(
        tokenizer.get_vocab_size(),
        arguments.max_length,
        width=arguments.width,
        layers=arguments.layers,
    )
    parameters = sum(one.numel() for one in model.parameters())
    say(f"{parameters:,} parameters")
    rng = random.Random(arguments.seed)
    sampler = PairSampler(texts, tokenizer, max_length=arguments.max_length, rng=rng)
    stream = batches(sampler.pairs(), tokens=arguments.batch_tokens, rng=rng)
    precision = faster_precision(model, next(stream))
    say(f"the faster precision here is {precision}")
    steps = train(
        model,
        stream,
        precision=precision,
        seconds=arguments.minutes * 60,
        learning_rate=arguments.learning_rate,
    )
    model.save_pretrained(arguments.out)
    wrapped(tokenizer, arguments.max_length).save_pretrained(arguments.out)
    declare(
        arguments.out,
        format="transformers",
        description=(
            f"A BERT of {arguments.layers} layers, {arguments.width} wide, {parameters:,} "
            "parameters, pretrained from nothing by "
            f"masked words (whole words) and next sentence, {steps:,} steps."
        ),
        base_model="none",
        training_data=f"{len(texts):,} documents of {arguments.corpus.name}.",
        training_time=f"{arguments.minutes:g} minutes of pretraining.",
        compute=f"{arguments.threads} CPU threads.",
        paper="https://arxiv.org/abs/1810.04805",
    )
    say(f"wrote {arguments.out}")


if __name__ == "__main__":
    main()
