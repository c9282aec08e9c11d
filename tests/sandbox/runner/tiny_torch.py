"""Makes tiny modules of PyTorch, good and bad. A program for the runner's Python: OUT [NAME …].

Every model reads the words w0 to w9 (ids 2 to 11). A word's vector is (id, -id, 1), a text's the
mean of its words'; logits are the first two of the three numbers.
"""

from __future__ import annotations

import json
import sys
import textwrap
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.export import Dim
from transformers.modeling_outputs import SequenceClassifierOutput

WORDS = ["[PAD]", "[UNK]", *(f"w{number}" for number in range(10))]
EXAMPLE = (torch.ones(2, 4, dtype=torch.int64), torch.ones(2, 4, dtype=torch.int64))
FREE = {0: Dim.AUTO, 1: Dim.AUTO}


class Vectors(nn.Module):
    """One vector a token."""

    def __init__(self) -> None:
        super().__init__()
        ids = torch.arange(len(WORDS), dtype=torch.float32)
        table = torch.stack([ids, -ids, torch.ones_like(ids)], dim=1)
        self.words = nn.Embedding.from_pretrained(table, freeze=False)

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        return self.words(input_ids)


class Means(Vectors):
    """One vector a text."""

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        mask = attention_mask.unsqueeze(-1).to(torch.float32)
        return (self.words(input_ids) * mask).sum(1) / mask.sum(1)


class Head(Means):
    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        mask = attention_mask.unsqueeze(-1).to(torch.float32)
        return ((self.words(input_ids) * mask).sum(1) / mask.sum(1))[:, :2]


class Swapped(Head):
    """Called with the mask first."""

    def forward(self, attention_mask: torch.Tensor, input_ids: torch.Tensor) -> torch.Tensor:
        return Head.forward(self, input_ids, attention_mask)


class Odd(Head):
    """Called by names of its own."""

    def forward(self, ids: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
        return Head.forward(self, ids, weights)


class OfTransformers(Head):
    """Gives an object, and takes a flag that the export keeps, as models of transformers do."""

    def forward(self, input_ids: Any, attention_mask: Any, return_dict: bool = False) -> Any:
        logits = Head.forward(self, input_ids, attention_mask)
        return SequenceClassifierOutput(logits=logits) if return_dict else (logits,)


class Value(Means):
    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        mask = attention_mask.unsqueeze(-1).to(torch.float32)
        return ((self.words(input_ids) * mask).sum(1) / mask.sum(1))[:, :1]


class Span(Vectors):
    """Two outputs, of which nothing says what they are."""

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        found = self.words(input_ids)
        return found[:, :, 0], found[:, :, 1]


class Flat(Means):
    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        return input_ids.sum(1).to(torch.float32)


class NotFinite(Head):
    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        return torch.log(-self.words(input_ids).sum(1)[:, :2].abs())


class Three(nn.Module):
    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, more: torch.Tensor
    ) -> torch.Tensor:
        return input_ids


class Sized(Vectors):
    """Positions for four tokens, as tracing by an example leaves them."""

    def __init__(self) -> None:
        super().__init__()
        self.places = nn.Parameter(torch.zeros(4, 3))

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        return (self.words(input_ids) + self.places).sum(1)[:, :2]


def tokenizer(folder: Path) -> None:
    data = {
        "version": "1.0",
        "added_tokens": [],
        "pre_tokenizer": {"type": "WhitespaceSplit"},
        "model": {
            "type": "WordLevel",
            "vocab": {word: number for number, word in enumerate(WORDS)},
            "unk_token": "[UNK]",
        },
    }
    (folder / "tokenizer.json").write_text(json.dumps(data))


def script(module: nn.Module) -> Callable[[Path], None]:
    return lambda folder: torch.jit.script(module.eval()).save(str(folder / "model.pt"))


def export(module: nn.Module, shapes: Any) -> Callable[[Path], None]:
    def save(folder: Path) -> None:
        program = torch.export.export(module.eval(), EXAMPLE, dynamic_shapes=shapes)
        torch.export.save(program, folder / "model.pt2")

    return save


def export_keywords(module: nn.Module, *names: str, **more: Any) -> Callable[[Path], None]:
    def save(folder: Path) -> None:
        given = {**{name: EXAMPLE[0].clone() for name in names}, **more}
        shapes = {name: FREE if name in names else None for name in given}
        program = torch.export.export(module.eval(), (), given, dynamic_shapes=shapes)
        torch.export.save(program, folder / "model.pt2")

    return save


def declared(save: Callable[[Path], None], **podium: Any) -> Callable[[Path], None]:
    def both(folder: Path) -> None:
        save(folder)
        (folder / "podium.json").write_text(json.dumps(podium))

    return both


def hub(text: str, **files: str) -> Callable[[Path], None]:
    def save(folder: Path) -> None:
        (folder / "hubconf.py").write_text(textwrap.dedent(text))
        for name, content in files.items():
            (folder / f"{name}.py").write_text(textwrap.dedent(content))
        torch.save(Head().state_dict(), folder / "weights.pt")

    return save


def labelled(save: Callable[[Path], None], labels: Any) -> Callable[[Path], None]:
    def both(folder: Path) -> None:
        save(folder)
        (folder / "labels.json").write_text(json.dumps(labels))

    return both


def configured(save: Callable[[Path], None], **config: Any) -> Callable[[Path], None]:
    def both(folder: Path) -> None:
        save(folder)
        (folder / "config.json").write_text(json.dumps(config))

    return both


def state_dict(folder: Path) -> None:
    torch.save(Head().state_dict(), folder / "model.pt")


def nonsense(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_bytes(b"nonsense") and None


OWN_MODULE = """
    import torch
    from pathlib import Path
    class Head(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.words = torch.nn.Embedding(12, 3)
        def forward(self, ids, mask):
            mask = mask.unsqueeze(-1).float()
            return {"logits": ((self.words(ids) * mask).sum(1) / mask.sum(1))[:, :2]}
    def made(name):
        head = Head()
        head.load_state_dict(torch.load(Path(__file__).parent / name, weights_only=True))
        return head
    """
MODELS: dict[str, Callable[[Path], None]] = {
    "script": script(Head()),
    "script-labels": labelled(script(Head()), ["positive", "negative"]),
    "script-config": configured(
        script(Head()), id2label={"0": "positive", "1": "negative"}, max_position_embeddings=3
    ),
    "script-value": script(Value()),
    "script-pair": labelled(script(Value()), ["likeness"]),
    "script-vectors": script(Vectors()),
    "script-means": script(Means()),
    "export": export(Head(), (FREE, FREE)),
    "export-swapped": export(Swapped(), (FREE, FREE)),
    "export-keywords": export_keywords(Head(), "input_ids", "attention_mask"),
    "export-listed": declared(
        export_keywords(Odd(), "ids", "weights"), inputs=["input_ids", "attention_mask"]
    ),
    "export-named": declared(
        export_keywords(Odd(), "weights", "ids"),
        inputs={"ids": "input_ids", "weights": "attention_mask"},
    ),
    "export-object": export_keywords(
        OfTransformers(), "input_ids", "attention_mask", return_dict=True
    ),
    "export-bounded": export(Head(), ({0: Dim("texts"), 1: Dim("tokens", min=1, max=5)},) * 2),
    "export-vectors": export(Vectors(), (FREE, FREE)),
    "hub": hub(
        """
        dependencies = ["torch"]
        from parts import made
        def podium_model(task):
            assert task["kind"] == "text_classification", task
            return made("weights.pt")
        """,
        parts=OWN_MODULE,
    ),
    "hub-only-entry": hub(
        "from parts import made\ndef tiny(): return made('weights.pt')", parts=OWN_MODULE
    ),
    "nothing": lambda folder: None,
    "state-dict": state_dict,
    "no-script": nonsense("model.pt"),
    "no-export": nonsense("model.pt2"),
    "export-static": export(Head(), None),
    "export-static-tokens": export(Head(), ({0: Dim.AUTO}, {0: Dim.AUTO})),
    "sized": script(Sized()),
    "flat": script(Flat()),
    "three-inputs": script(Three()),
    "three-outputs": script(Means()),
    "not-finite": script(NotFinite()),
    "odd-labels": labelled(script(Head()), "positive"),
    "other-labels": labelled(script(Head()), ["good", "bad"]),
    "hub-broken": hub("def podium_model(task):\n    return task['nothing']"),
    "hub-exits": hub("raise SystemExit(0)"),
    "hub-fails-later": hub(
        "def podium_model(task):\n    def model(ids, mask):\n        raise SystemExit\n"
        "    return model"
    ),
    "hub-two": hub("def one(): pass\ndef two(): pass"),
    "hub-needs": hub("dependencies = ['nothing_like_this']\ndef podium_model(task): pass"),
    "hub-text": hub("def podium_model(task): return 'a model'"),
    "hub-network": hub(
        """
        from torch.hub import load_state_dict_from_url
        def podium_model(task):
            return load_state_dict_from_url("http://localhost:9/weights.pth", progress=False)
        """
    ),
    "export-count": declared(
        export(Head(), (FREE, FREE)),
        inputs=["input_ids", "attention_mask", "token_type_ids"],
    ),
    "export-typo": declared(
        export(Head(), (FREE, FREE)),
        inputs={"ids": "input_ids", "attention_mask": "attention_mask"},
    ),
    "span-untold": script(Span()),
    "hub-none": hub("def podium_model(task): return lambda ids, mask: None"),
    "no-tokenizer": script(Head()),
}


def main(out: Path, names: list[str]) -> None:
    warnings.simplefilter("ignore")
    for name in names or MODELS:
        (out / name).mkdir(parents=True)
        if name != "no-tokenizer":
            tokenizer(out / name)
        MODELS[name](out / name)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
