"""Run by the runner's Python: writes tiny BERT submissions with random weights.

Usage: make_models.py <folder> <classification-task-slug>. Makes ``good-1``, ``good-2`` (encoder
and a head for the task) and ``headless`` (the task's folder lacks its head).
"""

import sys
from pathlib import Path

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    BertModel,
    PreTrainedTokenizerFast,
)

WORDS = [*"abcdefghijklmnopqrstuvwxyz0123456789", "good", "bad", "row", "train", "fine", "poor"]
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def tokenizer() -> PreTrainedTokenizerFast:
    """Return a word-level tokenizer over a few words."""
    vocabulary = {word: index for index, word in enumerate([*SPECIAL, *WORDS])}
    core = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    core.normalizer = normalizers.Lowercase()
    core.pre_tokenizer = pre_tokenizers.Whitespace()
    core.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return PreTrainedTokenizerFast(
        tokenizer_object=core,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
        model_max_length=64,
    )


def config(**fields: object) -> BertConfig:
    """Return the smallest useful BERT."""
    return BertConfig(
        vocab_size=len(SPECIAL) + len(WORDS),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
        **fields,
    )


def write(folder: Path, model: torch.nn.Module) -> None:
    """Save one model folder with its tokenizer."""
    model.save_pretrained(folder, safe_serialization=True)
    tokenizer().save_pretrained(folder)


def main(target: Path, task: str) -> None:
    """Write all submissions."""
    labels = {0: "bad", 1: "good"}
    for seed, name in enumerate(["good-1", "good-2", "headless"], start=1):
        torch.manual_seed(seed)
        write(target / name, BertModel(config()))
        head = BertForSequenceClassification(
            config(num_labels=2, id2label=labels, label2id={"bad": 0, "good": 1})
        )
        write(target / name / "tasks" / task, BertModel(config()) if name == "headless" else head)
        (target / name / "submission.yaml").write_text(
            f"description: A tiny BERT with random weights, seed {seed}.\nbase_model: none\n"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
