"""New small models of transformers for texts, with tokenizers learned from the texts themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import (
    BertConfig,
    GPT2Config,
    PreTrainedConfig,
    PreTrainedTokenizerFast,
    RobertaConfig,
    XLNetConfig,
)

ARCHITECTURES = ("bert", "roberta", "xlnet", "gpt2")
WIDTH, LAYERS, HEADS = 128, 3, 4
_BERT = {"pad": "[PAD]", "unk": "[UNK]", "cls": "[CLS]", "sep": "[SEP]", "mask": "[MASK]"}
_ROBERTA = {"pad": "<pad>", "unk": "<unk>", "cls": "<s>", "sep": "</s>", "mask": "<mask>"}
_XLNET = {"pad": "<pad>", "unk": "<unk>", "cls": "<cls>", "sep": "<sep>", "mask": "<mask>"}
_GPT2 = {"pad": "<|endoftext|>", "unk": "<|endoftext|>", "eos": "<|endoftext|>"}
_SPECIAL = {"bert": _BERT, "roberta": _ROBERTA, "xlnet": _XLNET, "gpt2": _GPT2}


def new_tokenizer(
    architecture: str, texts: Iterable[str], *, vocabulary: int, longest: int
) -> PreTrainedTokenizerFast:
    """A tokenizer in the architecture's own form: word pieces for BERT, bytes for RoBERTa and
    GPT-2, a unigram model for XLNet, whose classification token comes last."""
    special = _SPECIAL[architecture]
    learn = {"bert": _word_pieces, "xlnet": _unigram}.get(architecture, _byte_pairs)
    core = learn(list(dict.fromkeys(special.values())), texts, vocabulary)
    forms = {
        "bert": ("[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1"),
        "roberta": ("<s> $A </s>", "<s> $A </s> </s> $B </s>"),
        "xlnet": ("$A <sep> <cls>:2", "$A <sep> $B:1 <sep>:1 <cls>:2"),
    }
    if architecture in forms:
        single, pair = forms[architecture]
        names = [special["cls"], special["sep"]]
        core.post_processor = processors.TemplateProcessing(
            single=single,
            pair=pair,
            special_tokens=[(name, core.token_to_id(name)) for name in names],
        )
    return PreTrainedTokenizerFast(
        tokenizer_object=core,
        model_max_length=longest,
        padding_side="left" if architecture == "xlnet" else "right",
        **{f"{role}_token": text for role, text in special.items()},
    )


def _word_pieces(special: list[str], texts: Iterable[str], size: int) -> Tokenizer:
    core = Tokenizer(models.WordPiece(unk_token=special[1]))
    core.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    core.decoder = decoders.WordPiece()
    trainer = trainers.WordPieceTrainer(
        vocab_size=size, special_tokens=special, show_progress=False
    )
    core.train_from_iterator(texts, trainer=trainer)
    return core


def _byte_pairs(special: list[str], texts: Iterable[str], size: int) -> Tokenizer:
    core = Tokenizer(models.BPE())
    core.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    core.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    core.train_from_iterator(texts, trainer=trainer)
    return core


def _unigram(special: list[str], texts: Iterable[str], size: int) -> Tokenizer:
    core = Tokenizer(models.Unigram())
    core.pre_tokenizer = pre_tokenizers.Metaspace()
    core.decoder = decoders.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=size, special_tokens=special, unk_token=special[1], show_progress=False
    )
    core.train_from_iterator(texts, trainer=trainer)
    return core


def new_config(
    architecture: str, tokenizer: PreTrainedTokenizerFast, *, longest: int, **head: Any
) -> PreTrainedConfig:
    """The shape of a new model; ``head`` goes to its configuration, such as ``num_labels``."""
    size, pad = len(tokenizer), tokenizer.pad_token_id
    if architecture == "gpt2":
        end = tokenizer.eos_token_id
        return GPT2Config(
            vocab_size=size,
            n_positions=longest,
            n_embd=WIDTH,
            n_layer=LAYERS,
            n_head=HEADS,
            bos_token_id=end,
            eos_token_id=end,
            pad_token_id=pad,
            **dict.fromkeys(("resid_pdrop", "embd_pdrop", "attn_pdrop"), 0.0),
            **head,
        )
    if architecture == "xlnet":
        return XLNetConfig(
            vocab_size=size,
            d_model=WIDTH,
            n_layer=LAYERS,
            n_head=HEADS,
            d_inner=4 * WIDTH,
            pad_token_id=pad,
            dropout=0.0,
            summary_last_dropout=0.0,
            **head,
        )
    kinds = {"bert": BertConfig, "roberta": RobertaConfig}
    # RoBERTa's positions begin behind its padding index.
    extra = 0 if architecture == "bert" else pad + 1
    return kinds[architecture](
        vocab_size=size,
        hidden_size=WIDTH,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        intermediate_size=4 * WIDTH,
        max_position_embeddings=longest + extra,
        pad_token_id=pad,
        **head,
    )
