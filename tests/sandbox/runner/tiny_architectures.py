"""Makes tiny models of every architecture with its own tokenizer: OUT [NAME …].

A program for the runner's Python. The vocabularies are the words of a few sentences, the weights
are random and large enough for answers to differ. A name is an architecture and a head, such as
``xlnet-tags``; the model of a name is always the same.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
import transformers as hf
from tokenizers import pre_tokenizers

SENTENCES = [
    "the bridge was opened in 1932 by the premier, and it is long.",
    "who opened the bridge? she did not say when she came home.",
    "a good film, warm and funny; the music is good too.",
    "a bad film: slow, cold and far too long for what it says.",
    "trains to the north leave every hour from the old station.",
]
LABELS = {0: "positive", 1: "negative"}
TAGS = {0: "I-X", 1: "O", 2: "B-X"}
LETTERS = "LAGVSERTIDPKQNFYMHWCXBUZO.-"
PLACES = 48
"""As many tokens as a model with learned positions reads."""


def named(labels: Mapping[int, str]) -> dict[str, Any]:
    return {"id2label": labels, "label2id": {name: number for number, name in labels.items()}}


def known_words() -> list[str]:
    """Of the sentences, signs apart, each once."""
    return sorted(set(re.findall(r"\w+|[^\w\s]", " ".join(SENTENCES))))


def letters() -> list[str]:
    return sorted(set("".join(known_words())))


def word_pieces() -> dict[str, int]:
    """Words, and letters for all others."""
    marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    pieces = [*marks, *known_words(), *letters(), *(f"##{letter}" for letter in letters())]
    return {piece: number for number, piece in enumerate(dict.fromkeys(pieces))}


def byte_pairs(*marks: str) -> dict[str, Any]:
    """Bytes, and words behind a space, letter by letter."""
    merges = [
        (word[:end], word[end])
        for word in (f"Ġ{word}" for word in known_words() if word.isalnum())
        for end in range(1, len(word))
    ]
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    pieces = dict.fromkeys([*marks, *alphabet, *("".join(pair) for pair in merges)])
    vocab = {piece: number for number, piece in enumerate(pieces)}
    return {"vocab": vocab, "merges": list(dict.fromkeys(merges))}


def unigrams(*marks: str) -> list[tuple[str, float]]:
    """Words behind a space, and letters, which are less likely."""
    whole = [(f"▁{word}", -3.0 - number / 100) for number, word in enumerate(known_words())]
    single = [(letter, -9.0) for letter in ["▁", *letters()]]
    return [*((mark, 0.0) for mark in marks), *whole, *single]


def bert_words() -> Any:
    return hf.BertTokenizer(vocab=word_pieces())


def roberta_words() -> Any:
    return hf.RobertaTokenizer(**byte_pairs("<s>", "<pad>", "</s>", "<unk>", "<mask>"))


def gpt2_words() -> Any:
    """No padding, and nothing around a text."""
    return hf.GPT2Tokenizer(**byte_pairs("<|endoftext|>"))


def xlnet_words() -> Any:
    """What stands for a text comes after it, padding before it."""
    special = ("<unk>", "<s>", "</s>", "<cls>", "<sep>", "<pad>", "<mask>", "<eod>", "<eop>")
    return hf.XLNetTokenizer(vocab=unigrams(*special), unk_id=0)


def t5_words() -> Any:
    return hf.T5Tokenizer(vocab=unigrams("<pad>", "</s>", "<unk>"), extra_ids=4)


def esm_words() -> Any:
    names = ["<cls>", "<pad>", "<eos>", "<unk>", *LETTERS, "<null_1>", "<mask>"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vocab.txt"
        path.write_text("\n".join(names))
        return hf.EsmTokenizer(str(path))


WIDTHS = {
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 32,
}
ENCODER_DECODER = {
    f"{part}_{name}": size
    for part in ("encoder", "decoder")
    for name, size in (("layers", 2), ("attention_heads", 2), ("ffn_dim", 32))
}


def special(words: Any) -> dict[str, Any]:
    names = ("pad_token_id", "bos_token_id", "eos_token_id")
    return {name: getattr(words, name) for name in names}


def bert(words: Any, **extra: Any) -> Any:
    return hf.BertConfig(vocab_size=len(words), max_position_embeddings=PLACES, **WIDTHS, **extra)


def roberta(words: Any, **extra: Any) -> Any:
    """Its positions begin after the index of padding."""
    places = PLACES + words.pad_token_id + 1
    sizes = {"vocab_size": len(words), "max_position_embeddings": places, "type_vocab_size": 1}
    return hf.RobertaConfig(**sizes, **WIDTHS, **special(words), **extra)


def gpt2(words: Any, **extra: Any) -> Any:
    sizes = {"n_embd": 16, "n_layer": 2, "n_head": 2, "n_positions": PLACES}
    ends = {"bos_token_id": words.eos_token_id, "eos_token_id": words.eos_token_id}
    return hf.GPT2Config(vocab_size=len(words), **sizes, **ends, **extra)


def xlnet(words: Any, **extra: Any) -> Any:
    sizes = {"d_model": 16, "n_layer": 2, "n_head": 2, "d_inner": 32}
    return hf.XLNetConfig(vocab_size=len(words), **sizes, **special(words), **extra)


def t5(words: Any, **extra: Any) -> Any:
    """A vocabulary that is larger than the tokenizer's, as T5's is."""
    sizes = {"d_model": 16, "d_kv": 8, "d_ff": 32, "num_layers": 2, "num_heads": 2}
    ends = {"pad_token_id": 0, "eos_token_id": 1, "decoder_start_token_id": 0}
    return hf.T5Config(vocab_size=len(words) + 5, **sizes, **ends, **extra)


def bart(words: Any, **extra: Any) -> Any:
    """It begins an answer with the end of a text, and then with its beginning."""
    sizes = {"vocab_size": len(words), "d_model": 16, "max_position_embeddings": PLACES}
    starts = {"decoder_start_token_id": words.eos_token_id, "forced_eos_token_id": None}
    return hf.BartConfig(**sizes, **ENCODER_DECODER, **special(words), **starts, **extra)


def esm(words: Any, **extra: Any) -> Any:
    kinds = {"position_embedding_type": "rotary", "token_dropout": True}
    places = {"max_position_embeddings": PLACES, "mask_token_id": words.mask_token_id}
    return hf.EsmConfig(
        vocab_size=len(words), pad_token_id=words.pad_token_id, **WIDTHS, **places, **kinds, **extra
    )


ARCHITECTURES: Mapping[str, tuple[Callable[[], Any], Callable[..., Any], str]] = {
    "bert": (bert_words, bert, "Bert"),
    "roberta": (roberta_words, roberta, "Roberta"),
    "gpt2": (gpt2_words, gpt2, "GPT2"),
    "xlnet": (xlnet_words, xlnet, "XLNet"),
    "t5": (t5_words, t5, "T5"),
    "bart": (roberta_words, bart, "Bart"),
    "esm": (esm_words, esm, "Esm"),
}
HEADS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "classes": ("ForSequenceClassification", named(LABELS)),
    "number": ("ForSequenceClassification", {"num_labels": 1}),
    "tags": ("ForTokenClassification", named(TAGS)),
    "span": ("ForQuestionAnswering", {}),
    "fill": ("ForMaskedLM", {}),
    "next": ("ForNextSentencePrediction", {}),
    "causal": ("LMHeadModel", {}),
    "seq2seq": ("ForConditionalGeneration", {}),
    "body": ("Model", {}),
}
OTHER_NAMES = {
    "xlnet-span": "XLNetForQuestionAnsweringSimple",
    "roberta-causal": "RobertaForCausalLM",
    "bart-causal": "BartForCausalLM",
}
DECODERS = {"bert-causal", "roberta-causal"}
"""Encoders that were told to read from left to right."""


def model_class(name: str) -> Any:
    """transformers' class for a name; None where it has none."""
    architecture, head = name.split("-")
    default = ARCHITECTURES[architecture][2] + HEADS[head][0]
    return getattr(hf, OTHER_NAMES.get(name, default), None)


def names() -> Iterator[str]:
    for architecture in ARCHITECTURES:
        for head in HEADS:
            if model_class(f"{architecture}-{head}") is not None:
                yield f"{architecture}-{head}"


def make(name: str) -> tuple[Any, Any]:
    """A model with its tokenizer."""
    torch.manual_seed(sum(map(ord, name)))
    architecture, head = name.split("-")
    words, config, _ = ARCHITECTURES[architecture]
    tokenizer, extra = words(), dict(HEADS[head][1])
    if name in DECODERS:
        extra["is_decoder"] = True
    model = model_class(name)(config(tokenizer, **extra))
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim > 1:
                parameter.mul_(4)
    return model, tokenizer


def main(out: Path, chosen: list[str]) -> None:
    for name in chosen or names():
        model, tokenizer = make(name)
        model.save_pretrained(out / name)
        tokenizer.save_pretrained(out / name)


if __name__ == "__main__":
    hf.logging.set_verbosity_error()
    hf.logging.disable_progress_bar()
    main(Path(sys.argv[1]), sys.argv[2:])
