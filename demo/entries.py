"""Who enters the demo competition with what: each entry is a few calls of the example scripts.

In the arguments ``{out}`` stands for the submission folder, ``{scratch}`` for a folder that is
thrown away, and ``{data}``, ``{minilm}``, ``{wordllama}`` for the prepared inputs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from demo.tasks import HEADED

Call = tuple[str, ...]
SHORT = "64"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One participant's model. ``inputs`` names what its calls read."""

    participant: str
    model: str
    calls: Sequence[Call]
    inputs: tuple[str, ...]
    format: str = "transformers"


def _finetune(*options: str) -> Call:
    return (
        *("train_text.py", "--base", "{out}"),
        *("--train", f"{{data}}/{HEADED.slug}/train.jsonl", "--task-kind", HEADED.kind),
        *("--labels", ",".join(HEADED.labels), "--out", f"{{out}}/tasks/{HEADED.slug}"),
        *options,
    )


def _pretrain(minutes: str, vocabulary: str) -> Call:
    """Short texts and small steps: with larger ones the few that two minutes allow end in a
    collapse, after which no head can be fitted."""
    return (
        *("pretrain_bert.py", "--corpus", "{data}/corpus.txt", "--minutes", minutes),
        *("--vocabulary", vocabulary, "--batch-tokens", "512", "--learning-rate", "3e-4"),
        *("--max-length", SHORT, "--out", "{out}"),
    )


def _finetune_small(minutes: str) -> Call:
    return _finetune("--minutes", minutes, "--learning-rate", "3e-4", "--max-length", SHORT)


BASELINE = Entry(
    participant="olga",
    model="BERT, hardly trained (baseline)",
    calls=(_pretrain("0.02", "2000"), _finetune_small("0.1")),
    inputs=("data",),
)
STATIC = Entry(
    participant="chen",
    model="static embeddings, ONNX",
    calls=(
        ("export_static_onnx.py", "--package", "{wordllama}", "--out", "{out}"),
        (
            *("export_static_onnx.py", "--package", "{wordllama}"),
            *("--train", f"{{data}}/{HEADED.slug}/train.jsonl", "--task-kind", HEADED.kind),
            *("--labels", ",".join(HEADED.labels), "--out", f"{{out}}/tasks/{HEADED.slug}"),
        ),
    ),
    inputs=("data", "wordllama"),
)
HEADLESS = Entry(
    participant="dana",
    model="MiniLM without its head",
    calls=(
        ("minilm.py", "--package", "{minilm}", "--out", "{scratch}/minilm"),
        (
            *("broken_head.py", "--base", "{scratch}/minilm"),
            *("--task", HEADED.slug, "--out", "{out}"),
        ),
    ),
    inputs=("minilm",),
)
MINILM = Entry(
    participant="ada",
    model="MiniLM",
    calls=(("minilm.py", "--package", "{minilm}", "--out", "{out}"), _finetune("--minutes", "1")),
    inputs=("data", "minilm"),
)
# The model in tasks/<slug>/ counts too: this vocabulary keeps both under 10 M parameters.
SMALL_BERT = Entry(
    participant="boris",
    model="small BERT, pretrained here",
    calls=(_pretrain("2", "4000"), _finetune_small("1.5")),
    inputs=("data",),
)
ENTRIES = (STATIC, HEADLESS, MINILM, SMALL_BERT)
