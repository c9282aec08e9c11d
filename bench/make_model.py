"""Makes a model of the size of MiniLM with random weights. A program for the runner's Python: OUT.

Six layers, 384 wide, 30 522 words: 23 million parameters. The weights don't matter for the time.
"""

import sys
from pathlib import Path

import torch
import transformers as hf
from tokenizers import Tokenizer, models, pre_tokenizers, processors

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
VOCABULARY = 30_522
LABELS = {0: "negative", 1: "positive"}


def tokenizer() -> hf.PreTrainedTokenizerFast:
    """Words w0, w1, …, each a token of its own."""
    words = SPECIAL + [f"w{number}" for number in range(VOCABULARY - len(SPECIAL))]
    backend = Tokenizer(models.WordLevel({word: i for i, word in enumerate(words)}, "[UNK]"))
    backend.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    backend.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    names = {"unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "pad_token": "[PAD]"}
    return hf.PreTrainedTokenizerFast(tokenizer_object=backend, **names)


def main(out: Path) -> None:
    """Write the model's folder."""
    hf.logging.set_verbosity_error()
    hf.logging.disable_progress_bar()
    torch.manual_seed(0)
    config = hf.BertConfig(
        vocab_size=VOCABULARY,
        hidden_size=384,
        num_hidden_layers=6,
        num_attention_heads=12,
        intermediate_size=1536,
        pad_token_id=0,
        id2label=LABELS,
        label2id={name: number for number, name in LABELS.items()},
    )
    hf.BertForSequenceClassification(config).save_pretrained(out)
    tokenizer().save_pretrained(out)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
