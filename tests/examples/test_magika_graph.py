"""The real graph of the package magika, fetched by its checksum."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from demo.packages import LINUX_WHEEL, Package, fetch
from submissions.validation.formats import recognise
from submissions.validation.onnx_file import read_onnx
from submissions.validation.submission_yaml import parse_declaration
from tests.examples.conftest import made, run_example, write_wheel
from tests.sandbox.runner.real_runs import run_staged
from tests.sandbox.runner.staging import Staged

MAGIKA = Package(
    requirement="magika==1.0.3",
    filename="magika-1.0.3-py3-none-manylinux_2_28_x86_64.whl",
    sha256="3e9b49134e8116ee40b431664dcbed9e199413efddcce1a173c734b4e0521529",
    options=LINUX_WHEEL,
)
TEXTS = {
    "python": '''
        from __future__ import annotations
        import json, sys
        from pathlib import Path

        def main(argv: list[str]) -> int:
            """Counts the words of every file."""
            for name in argv[1:]:
                words = Path(name).read_text(encoding="utf-8").split()
                print(json.dumps({"file": name, "words": len(words)}))
            return 0

        if __name__ == "__main__":
            raise SystemExit(main(sys.argv))
        ''',
    "java": """
        package org.example.words;
        import java.util.List;
        public final class Counter {
            private final List<String> words;
            public Counter(List<String> words) { this.words = words; }
            public static void main(String[] args) throws Exception {
                System.out.println(new Counter(List.of(args)).words.size());
            }
        }
        """,
    "html": """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><title>Words</title></head>
        <body><h1>Words</h1><p class="lead">A page about <a href="/words">words</a>.</p>
        <ul><li>one</li><li>two</li></ul></body></html>
        """,
    "shell": """
        #!/bin/sh
        set -eu
        for file in "$@"; do
            if [ -f "$file" ]; then
                words=$(wc -w < "$file")
                echo "$file: $words"
            fi
        done
        exit 0
        """,
    "sql": """
        CREATE TABLE words (id INTEGER PRIMARY KEY, word TEXT NOT NULL);
        INSERT INTO words (word) VALUES ('one'), ('two');
        SELECT word, COUNT(*) AS n FROM words GROUP BY word HAVING n > 1 ORDER BY n DESC;
        """,
}
PADDED = f"{TEXTS['sql']}{' ' * 9000}"

pytestmark = pytest.mark.runner


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fetch(MAGIKA, tmp_path_factory.mktemp("packages"))


def _staged(root: Path, wheel: Path, *options: str) -> tuple[Staged, list[str]]:
    """A finished run over the texts with its folder's labels as the task's."""
    staged = Staged(root, format="onnx")
    out = staged.model
    made(run_example("magika_graph.py", "--package", wheel, "--out", out, *options))
    names = [path.name for path in out.iterdir()]
    (folder,) = recognise(names, task_slugs=["types"], allowed_formats=["onnx"])
    assert folder.format == "onnx"
    facts = read_onnx(io.BytesIO((out / "model.onnx").read_bytes()), path="model.onnx")
    assert sum(facts.parameters.values()) > 100_000
    assert parse_declaration((out / "submission.yaml").read_bytes()).format == "onnx"
    labels = json.loads((out / "podium.json").read_text())["labels"]
    staged.task("types", [*TEXTS.values(), PADDED], labels=sorted(labels, reverse=True))
    run_staged(staged)
    return staged, labels


@pytest.mark.slow
@pytest.mark.parametrize("options", [(), ("--labels", ",".join(TEXTS))])
def test_the_real_graph_names_the_types_of_texts(
    wheel: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    staged, labels = _staged(tmp_path / "run", wheel, *options)
    assert len(labels) == (len(TEXTS) if options else 214)
    result = staged.result("types")
    assert result.report["status"] == "ok", result.report
    found = [result.rows[f"r{number}"]["label"] for number in range(len(TEXTS))]
    assert found == list(TEXTS)
    assert result.rows["r0"]["probs"][sorted(labels, reverse=True).index("python")] > 0.9
    assert result.rows["r5"]["probs"] == result.rows["r4"]["probs"]
    assert result.report["truncated_rows"] == 0


@pytest.mark.slow
def test_a_type_that_magika_does_not_know_is_named(wheel: Path, tmp_path: Path) -> None:
    done = run_example(
        "magika_graph.py", "--package", wheel, "--labels", "python,prose", "--out", tmp_path
    )
    assert done.returncode == 2
    assert "magika knows no type prose" in done.stderr


def test_a_package_without_a_model_is_named(tmp_path: Path) -> None:
    other = write_wheel(tmp_path / "other.whl", {"magika/__init__.py": b""})
    done = run_example("magika_graph.py", "--package", other, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "holds no model of magika" in done.stderr
