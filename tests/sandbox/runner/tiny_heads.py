"""Makes tiny models with every head for texts and sequences: OUT. For the runner's Python.

Sizes and tokenizers are those of tiny_models.py; the tokenizer here also knows a gap, ``[MASK]``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import transformers as hf
from tiny_models import DECODER, SIZE, SMALL, bare_tokenizer, save, tokenizer

WIDE = {**SMALL, "vocab_size": SIZE + 1}
TAGS = {0: "O", 1: "B-X", 2: "I-X"}
NAMED = {"id2label": TAGS, "label2id": {name: number for number, name in TAGS.items()}}
LETTERS = "LAGVSERTIDPKQNFYMHWC"


def masking() -> Any:
    made = tokenizer()
    made.add_special_tokens({"mask_token": "[MASK]"})
    return made


def esm_words(folder: Path) -> None:
    names = ["<cls>", "<pad>", "<eos>", "<unk>", *LETTERS, "<mask>"]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.txt").write_text("\n".join(names))
    hf.EsmTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)


def esm_config(**extra: Any) -> Any:
    return hf.EsmConfig(
        vocab_size=25,
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=66,
        pad_token_id=1,
        mask_token_id=24,
        position_embedding_type="rotary",
        **extra,
    )


def esm(folder: Path, model: Any) -> None:
    model.save_pretrained(folder)
    esm_words(folder)


def seq2seq_bart() -> Any:
    return hf.BartConfig(
        vocab_size=SIZE,
        d_model=16,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=32,
        decoder_ffn_dim=32,
        max_position_embeddings=40,
        pad_token_id=0,
        bos_token_id=2,
        eos_token_id=3,
        decoder_start_token_id=2,
        forced_eos_token_id=None,
    )


def t5_config() -> Any:
    return hf.T5Config(
        vocab_size=SIZE,
        d_model=16,
        d_kv=8,
        d_ff=32,
        num_layers=1,
        num_heads=2,
        pad_token_id=0,
        eos_token_id=3,
        decoder_start_token_id=0,
    )


def gpt2_config(**extra: Any) -> Any:
    return hf.GPT2Config(**DECODER, bos_token_id=3, eos_token_id=3, **extra)


def xlnet_config(**extra: Any) -> Any:
    return hf.XLNetConfig(vocab_size=SIZE, d_model=16, n_layer=2, n_head=2, d_inner=32, **extra)


MAKERS: dict[str, Callable[[Path], None]] = {
    "tags-bert": lambda to: save(
        to, hf.BertForTokenClassification(hf.BertConfig(**SMALL, **NAMED))
    ),
    "tags-roberta": lambda to: save(
        to, hf.RobertaForTokenClassification(hf.RobertaConfig(**SMALL, **NAMED))
    ),
    "tags-xlnet": lambda to: save(
        to,
        hf.XLNetForTokenClassification(xlnet_config(**NAMED)),
        tokenizer(padding_side="left"),
    ),
    "tags-gpt2": lambda to: save(
        to, hf.GPT2ForTokenClassification(gpt2_config(**NAMED)), bare_tokenizer()
    ),
    "tags-headless": lambda to: save(to, hf.BertModel(hf.BertConfig(**SMALL))),
    "span-bert": lambda to: save(to, hf.BertForQuestionAnswering(hf.BertConfig(**SMALL))),
    "span-roberta": lambda to: save(to, hf.RobertaForQuestionAnswering(hf.RobertaConfig(**SMALL))),
    "span-headless": lambda to: save(to, hf.BertModel(hf.BertConfig(**SMALL))),
    "next-bert": lambda to: save(to, hf.BertForNextSentencePrediction(hf.BertConfig(**SMALL))),
    "fill-bert": lambda to: save(to, hf.BertForMaskedLM(hf.BertConfig(**WIDE)), masking()),
    "fill-roberta": lambda to: save(to, hf.RobertaForMaskedLM(hf.RobertaConfig(**WIDE)), masking()),
    "fill-no-mask": lambda to: save(to, hf.BertForMaskedLM(hf.BertConfig(**SMALL))),
    "fill-headless": lambda to: save(to, hf.BertModel(hf.BertConfig(**WIDE)), masking()),
    "causal-gpt2": lambda to: save(to, hf.GPT2LMHeadModel(gpt2_config()), bare_tokenizer()),
    "causal-bos": lambda to: save(to, hf.GPT2LMHeadModel(gpt2_config())),
    "causal-bert": lambda to: save(to, hf.BertLMHeadModel(hf.BertConfig(**SMALL))),
    "causal-xlnet": lambda to: save(to, hf.XLNetLMHeadModel(xlnet_config())),
    "causal-decoder": lambda to: save(
        to, hf.BertLMHeadModel(hf.BertConfig(**SMALL, is_decoder=True))
    ),
    "generate-t5": lambda to: save(to, hf.T5ForConditionalGeneration(t5_config())),
    "generate-bart": lambda to: save(to, hf.BartForConditionalGeneration(seq2seq_bart())),
    "residues-esm": lambda to: esm(to, hf.EsmForTokenClassification(esm_config(**NAMED))),
    "contacts-esm": lambda to: esm(to, hf.EsmModel(esm_config())),
    "sequence-esm": lambda to: esm(to, hf.EsmForSequenceClassification(esm_config(num_labels=2))),
}


def main(out: Path) -> None:
    for number, (name, make) in enumerate(MAKERS.items()):
        torch.manual_seed(100 + number)
        make(out / name)


if __name__ == "__main__":
    hf.logging.set_verbosity_error()
    hf.logging.disable_progress_bar()
    main(Path(sys.argv[1]))
