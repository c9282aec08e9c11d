"""Small tasks of any kind: a train split for a script, test rows for what it made, a score."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from competitions.kinds import get_kind
from demo.splits import Example
from scoring.metrics import get_metric
from submissions.validation.formats import recognise
from submissions.validation.submission_yaml import parse_declaration
from tests.sandbox.runner.real_runs import run_staged
from tests.sandbox.runner.staging import Staged

SLUG = "own"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """The first ``test`` of the examples are hidden, the rest is the train split."""

    kind: str
    metric: str
    examples: Sequence[Example]
    classes: Sequence[str] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    test: int = 40

    def write_train(self, folder: Path) -> Path:
        """Write ``train.jsonl``, and the images in ``files`` beside it."""
        rows = [
            {"id": f"t{number}", "input": one.input, "label": one.label}
            for number, one in enumerate(self.examples[self.test :])
        ]
        path = folder / "train.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        if self.files:
            (folder / "files").mkdir()
            for name, content in self.files.items():
                (folder / "files" / name).write_bytes(content)
        return path

    def score(self, staged: Staged) -> float:
        """Pass the folder through the gate's first checks, run it, score what it answers."""
        check_gate(staged)
        hidden = self.examples[: self.test]
        facts = {"kind": self.kind, "labels": list(self.classes), "settings": dict(self.settings)}
        if self.files:
            names = [str(one.input["image"]) for one in hidden]
            staged.images(SLUG, {name: self.files[name] for name in names}, **facts)
        else:
            staged.inputs(SLUG, [one.input for one in hidden], max_length=160, **facts)
        run_staged(staged)
        result = staged.result(SLUG)
        assert result.report["status"] == "ok", result.report
        return self._value([result.rows[f"r{number}"] for number in range(len(hidden))])

    def _value(self, rows: Sequence[Mapping[str, Any]]) -> float:
        kind = get_kind(self.kind)
        classes = kind.classes(self.classes)
        labels = [kind.check_label(one.label, classes) for one in self.examples[: self.test]]
        parse = kind.answers["predict"].parse
        answers = [parse({k: v for k, v in row.items() if k != "id"}, classes) for row in rows]
        return get_metric(self.metric).value(labels, answers, classes=classes)


def check_gate(staged: Staged) -> None:
    """The folder is of its format, and its ``submission.yaml`` is taken."""
    folder = staged.model
    names = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    found = recognise(names, task_slugs=[SLUG], allowed_formats=[staged.format])
    assert {each.format for each in found} == {staged.format}
    assert parse_declaration((folder / "submission.yaml").read_bytes()).format == staged.format
