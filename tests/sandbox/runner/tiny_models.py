"""Makes tiny models with random weights. A program for the runner's Python: OUT [NAME …].

Every folder has the same word-level tokenizer, whose words are w0 to w49; sizes are 16 wide, two
layers. The model of a name is always the same.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import transformers as hf
from tokenizers import Tokenizer, models, pre_tokenizers, processors

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
WORDS = [f"w{number}" for number in range(50)]
SIZE = len(SPECIAL) + len(WORDS)
NAMES = {0: "positive", 1: "negative"}
SMALL = {
    "vocab_size": SIZE,
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "max_position_embeddings": 40,
    "pad_token_id": 0,
}
DECODER = {"vocab_size": SIZE, "n_embd": 16, "n_layer": 2, "n_head": 2, "n_positions": 40}


def tokenizer(*, padding: str | None = "[PAD]", words: int = len(WORDS), **settings: Any) -> Any:
    vocabulary = {word: number for number, word in enumerate(SPECIAL + WORDS[:words])}
    backend = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    backend.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    backend.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    names = {"unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    if padding:
        names["pad_token"] = padding
    return hf.PreTrainedTokenizerFast(tokenizer_object=backend, **names, **settings)


def bare_tokenizer() -> Any:
    """As GPT-2's: no padding, nothing around a text, so an empty text has no token."""
    vocabulary = {word: number for number, word in enumerate(SPECIAL + WORDS)}
    backend = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    backend.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return hf.PreTrainedTokenizerFast(
        tokenizer_object=backend, unk_token="[UNK]", eos_token="[SEP]"
    )


def save(folder: Path, model: Any, words: Any = None) -> None:
    model.save_pretrained(folder)
    (words or tokenizer()).save_pretrained(folder)


def headed(folder: Path, labels: dict[int, str] | None = None, **extra: Any) -> None:
    """A BERT head; ``labels`` default to names in the order positive, negative."""
    names = NAMES if labels is None else labels
    config = hf.BertConfig(
        **SMALL, id2label=names, label2id={name: key for key, name in names.items()}, **extra
    )
    save(folder, hf.BertForSequenceClassification(config))


def change_config(folder: Path, **changes: Any) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def encoder(folder: Path) -> None:
    save(folder, hf.BertModel(hf.BertConfig(**SMALL)))


def without_pooler(folder: Path) -> None:
    save(folder, hf.BertModel(hf.BertConfig(**SMALL), add_pooling_layer=False))


def own_pooling(folder: Path) -> None:
    encoder(folder)
    (folder / "1_Pooling").mkdir()
    pooling = {"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling))


def roberta_value(folder: Path) -> None:
    """Two positions fewer than its configuration says, and a single output."""
    save(folder, hf.RobertaForSequenceClassification(hf.RobertaConfig(**SMALL, num_labels=1)))


def gpt2(folder: Path) -> None:
    config = hf.GPT2Config(**DECODER, num_labels=2, bos_token_id=3, eos_token_id=3)
    save(folder, hf.GPT2ForSequenceClassification(config), bare_tokenizer())


def distilbert(folder: Path) -> None:
    """Its forward has no token_type_ids, which the tokenizer gives all the same."""
    config = hf.DistilBertConfig(
        vocab_size=SIZE, dim=16, n_layers=2, n_heads=2, hidden_dim=32, max_position_embeddings=40
    )
    words = tokenizer(model_input_names=["input_ids", "token_type_ids", "attention_mask"])
    save(folder, hf.DistilBertModel(config), words)


def xlnet(folder: Path) -> None:
    """No sdpa attention, padding on the left."""
    config = hf.XLNetConfig(vocab_size=SIZE, d_model=16, n_layer=2, n_head=2, d_inner=32)
    save(folder, hf.XLNetModel(config), tokenizer(padding_side="left"))


def t5(folder: Path) -> None:
    config = hf.T5Config(
        vocab_size=SIZE, d_model=16, d_kv=8, d_ff=32, num_layers=2, num_heads=2, pad_token_id=0
    )
    save(folder, hf.T5EncoderModel(config))


def bart(folder: Path) -> None:
    config = hf.BartConfig(
        vocab_size=SIZE,
        d_model=16,
        encoder_layers=2,
        decoder_layers=2,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=32,
        decoder_ffn_dim=32,
        max_position_embeddings=40,
        pad_token_id=0,
    )
    save(folder, hf.BartModel(config))


def pair_value(folder: Path) -> None:
    headed(folder, {0: "similarity"})


def sharded(folder: Path) -> None:
    model = hf.BertModel(hf.BertConfig(**SMALL))
    model.save_pretrained(folder, max_shard_size="8KB")
    tokenizer().save_pretrained(folder)


def missing_head(folder: Path) -> None:
    """A configuration with labels, weights without the head."""
    headed(folder)
    hf.BertModel(hf.BertConfig(**SMALL)).save_pretrained(folder / "body")
    (folder / "body" / "model.safetensors").replace(folder / "model.safetensors")
    shutil.rmtree(folder / "body")


def missing_body(folder: Path) -> None:
    headed(folder)
    change_config(folder, num_hidden_layers=3)


def other_size(folder: Path) -> None:
    headed(folder)
    change_config(folder, id2label={"0": "positive", "1": "negative", "2": "neutral"})


def not_finite(folder: Path) -> None:
    config = hf.BertConfig(**SMALL, id2label=NAMES)
    model = hf.BertForSequenceClassification(config)
    torch.nn.init.constant_(model.classifier.weight, float("nan"))
    save(folder, model)


def no_config(folder: Path) -> None:
    headed(folder)
    (folder / "config.json").unlink()


def no_weights(folder: Path) -> None:
    headed(folder)
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


def broken_weights(folder: Path) -> None:
    headed(folder)
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])


def no_tokenizer(folder: Path) -> None:
    headed(folder)
    (folder / "tokenizer.json").unlink()
    (folder / "tokenizer_config.json").unlink()


def broken_tokenizer(folder: Path) -> None:
    headed(folder)
    (folder / "tokenizer.json").write_text('{"version": "1.0", "model": {"type": "Odd"}}')


def larger_vocabulary(folder: Path) -> None:
    """The tokenizer knows more words than the model."""
    config = hf.BertConfig(**(SMALL | {"vocab_size": 10}), id2label=NAMES)
    save(folder, hf.BertForSequenceClassification(config))


def own_code(folder: Path) -> None:
    """An architecture that comes with Python, which must not run."""
    headed(folder)
    change_config(
        folder,
        model_type="homemade",
        auto_map={
            "AutoConfig": "code.HomeConfig",
            "AutoModelForSequenceClassification": "code.HomeModel",
        },
    )
    marker = folder / "ran"
    (folder / "code.py").write_text(f"open({str(marker)!r}, 'w')\n")


def known_with_own_code(folder: Path) -> None:
    """A known architecture that names Python besides: transformers' own class is taken."""
    headed(folder)
    change_config(folder, auto_map={"AutoModelForSequenceClassification": "code.HomeModel"})
    (folder / "code.py").write_text("raise SystemExit\n")


def placeholder_labels(folder: Path) -> None:
    headed(folder, {0: "LABEL_0", 1: "LABEL_1"})


def other_labels(folder: Path) -> None:
    headed(folder, {0: "good", 1: "bad"})


def three_labels(folder: Path) -> None:
    headed(folder, {0: "LABEL_0", 1: "LABEL_1", 2: "LABEL_2"})


def vision(folder: Path) -> None:
    """An architecture of transformers that has no head for texts."""
    config = hf.ViTConfig(
        hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32
    )
    save(folder, hf.ViTModel(config))


MODELS: dict[str, Callable[[Path], None]] = {
    function.__name__.replace("_", "-"): function
    for function in (
        headed,
        encoder,
        without_pooler,
        own_pooling,
        roberta_value,
        gpt2,
        distilbert,
        xlnet,
        t5,
        bart,
        pair_value,
        sharded,
        missing_head,
        missing_body,
        other_size,
        not_finite,
        no_config,
        no_weights,
        broken_weights,
        no_tokenizer,
        broken_tokenizer,
        larger_vocabulary,
        own_code,
        known_with_own_code,
        placeholder_labels,
        other_labels,
        three_labels,
        vision,
    )
}


def main(out: Path, names: list[str]) -> None:
    hf.logging.set_verbosity_error()
    hf.logging.disable_progress_bar()
    for name in names or MODELS:
        torch.manual_seed(0)
        (out / name).mkdir(parents=True)
        MODELS[name](out / name)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
