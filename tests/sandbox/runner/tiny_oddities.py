"""Makes folders that are odd and legal, and some that only look legal: OUT [NAME …].

A program for the runner's Python. Most are the classifier of an architecture (tiny_architectures)
as other tools, older versions or careless hands leave it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import tiny_architectures as plain
import torch
import transformers as hf
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, models, pre_tokenizers

WEIGHTS, CONFIG, TOKENIZER = "model.safetensors", "config.json", "tokenizer_config.json"


def put(folder: Path, name: str, **saving: Any) -> None:
    model, words = plain.make(name)
    model.save_pretrained(folder, **saving)
    words.save_pretrained(folder)


def change(path: Path, **changes: Any) -> None:
    """None takes a key away."""
    known = json.loads(path.read_text()) | changes
    path.write_text(json.dumps({key: value for key, value in known.items() if value is not None}))


def configured(name: str, file: str = CONFIG, **changes: Any) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        put(folder, name)
        change(folder / file, **changes)

    return make


def renamed(new: Callable[[str], str]) -> Callable[[Path], None]:
    """BERT's weights under other names."""

    def make(folder: Path) -> None:
        put(folder, "bert-classes")
        weights = load_file(folder / WEIGHTS)
        save_file({new(key): value for key, value in weights.items()}, folder / WEIGHTS)

    return make


def typed(kind: Any) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        model, words = plain.make("bert-classes")
        model.to(kind).save_pretrained(folder)
        words.save_pretrained(folder)

    return make


def listed(name: str, files: Mapping[str, Callable[[], str]]) -> Callable[[Path], None]:
    """A tokenizer in the files of its vocabulary alone."""

    def make(folder: Path) -> None:
        put(folder, name)
        (folder / TOKENIZER).unlink()
        (folder / "tokenizer.json").unlink()
        for file, text in files.items():
            (folder / file).write_text(text())

    return make


def pairs(*marks: str) -> dict[str, Callable[[], str]]:
    def merges() -> str:
        lines = (" ".join(pair) for pair in plain.byte_pairs(*marks)["merges"])
        return "\n".join(["#version: 0.2", *lines])

    return {
        "vocab.json": lambda: json.dumps(plain.byte_pairs(*marks)["vocab"]),
        "merges.txt": merges,
    }


ROBERTA = pairs("<s>", "<pad>", "</s>", "<unk>", "<mask>")


def more_words(folder: Path) -> None:
    """A padding token that the model does not know."""
    put(folder, "gpt2-classes")
    words = hf.AutoTokenizer.from_pretrained(folder)
    words.add_special_tokens({"pad_token": "[PAD]"})
    words.save_pretrained(folder)


def two_weights(folder: Path) -> None:
    """Shards beside the whole file."""
    put(folder, "bert-classes", max_shard_size="8KB")
    put(folder, "bert-classes")


def no_ends(folder: Path) -> None:
    """A tokenizer that puts nothing behind a text, for a model that looks for its end."""
    put(folder, "bart-classes")
    vocabulary = {"<pad>": 1, "<unk>": 3, "film": 10, "good": 11}
    backend = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    backend.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    words = hf.PreTrainedTokenizerFast(
        tokenizer_object=backend, unk_token="<unk>", pad_token="<pad>"
    )
    words.save_pretrained(folder)


def leftovers(folder: Path) -> None:
    """What a training leaves beside its model."""
    put(folder, "bert-classes")
    (folder / "checkpoint-3").mkdir()
    (folder / "checkpoint-3" / CONFIG).write_text("{}")
    weights = load_file(folder / WEIGHTS)
    weights["bert.embeddings.position_ids"] = torch.arange(plain.PLACES)[None]
    save_file(weights, folder / WEIGHTS, metadata={"format": "pt"})


def other_settings(folder: Path) -> None:
    """Settings of generation that would draw, search and forbid."""
    put(folder, "gpt2-causal")
    wishes = {"do_sample": True, "temperature": 3.0, "num_beams": 4, "max_length": 5}
    change(folder / "generation_config.json", **wishes, repetition_penalty=9.0)


def older(key: str) -> str:
    return key.replace("LayerNorm.weight", "LayerNorm.gamma").replace(
        "LayerNorm.bias", "LayerNorm.beta"
    )


THREE = {"0": "positive", "1": "negative", "2": "neither"}
FOLDERS: Mapping[str, Callable[[Path], None]] = {
    "sharded": lambda to: put(to, "bert-classes", max_shard_size="8KB"),
    "two-weights": two_weights,
    "bfloat16": typed(torch.bfloat16),
    "float16": typed(torch.float16),
    "older-names": renamed(older),
    "body-without-prefix": renamed(lambda key: key.removeprefix("bert.")),
    "leftovers": leftovers,
    "vocabulary-bert": listed(
        "bert-classes", {"vocab.txt": lambda: "\n".join(plain.word_pieces())}
    ),
    "vocabulary-roberta": listed("roberta-classes", ROBERTA),
    "vocabulary-bart": listed("bart-classes", ROBERTA),
    "vocabulary-gpt2": listed("gpt2-classes", pairs("<|endoftext|>")),
    "other-tokenizer-class": configured("bert-classes", TOKENIZER, tokenizer_class="TheirOwn"),
    "left-padding": configured("bert-classes", TOKENIZER, padding_side="left"),
    "right-padding": configured("xlnet-classes", TOKENIZER, padding_side="right"),
    "padding-beyond-the-model": more_words,
    "no-architectures": configured("bert-classes", architectures=None),
    "other-head-named": configured("bert-classes", architectures=["BertForMaskedLM"]),
    "tuples": configured("bert-classes", return_dict=False, output_hidden_states=True),
    "only-label2id": configured("bert-classes", id2label=None),
    "label2id-differs": configured("bert-classes", label2id={"positive": 1, "negative": 0}),
    "no-names": configured("bert-classes", id2label=None, label2id=None),
    "short-tokenizer": configured("bert-classes", TOKENIZER, model_max_length=8),
    "other-settings": other_settings,
    "no-start": configured("t5-seq2seq", decoder_start_token_id=None),
    "more-classes": configured("bert-classes", id2label=THREE),
    "fewer-names": configured("bert-classes", id2label={"0": "positive"}),
    "other-case": configured("bert-classes", id2label={"0": "Positive", "1": "Negative"}),
    "compiled": renamed(lambda key: f"_orig_mod.{key}"),
    "no-ends": no_ends,
    "no-tokenizer": listed("t5-classes", {}),
    "sentence-pieces": listed("t5-classes", {"spiece.model": lambda: "pieces"}),
}


def main(out: Path, chosen: list[str]) -> None:
    for name in chosen or FOLDERS:
        FOLDERS[name](out / name)


if __name__ == "__main__":
    hf.logging.set_verbosity_error()
    hf.logging.disable_progress_bar()
    main(Path(sys.argv[1]), sys.argv[2:])
