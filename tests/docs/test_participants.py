"""The participants' page names only what exists, and all that a participant meets."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.urls import resolve

from sandbox.runner.code.answers import MAX_WIDTH
from sandbox.runner.code.facts import task_facts
from sandbox.runner.code.session import BATCH_ROWS
from sandbox.runner.config import read_task
from sandbox.runner.formats import signature
from sandbox.runner.images import settings
from submissions.advice import ADVICE
from submissions.models import Submission
from submissions.validation.submission_yaml import parse_declaration
from tests.parts import ROOT
from tests.sandbox.runner.staging import Staged
from tests.sandbox.runner.task_json import task_json

PAGE = (ROOT / "docs/participants.md").read_text()


def test_the_table_of_states_is_complete() -> None:
    table = PAGE.split("| state | meaning |")[1].split("\n\n")[0]
    assert re.findall(r"^\| (\w[^|]+) \|", table, re.M) == [
        state.label for state in Submission.State
    ]


def test_every_code_of_a_failed_task_is_explained() -> None:
    table = PAGE.split("### When a task fails")[1].split("\n## ")[0]
    cells = re.findall(r"^\| (`[^|]+) \|", table, re.M)
    told = {code for cell in cells for code in re.findall(r"`(\w+)`", cell)}
    assert told == set(ADVICE) - {"platform_fault"}


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`(?:GET|POST|PUT) (/\S+)`", PAGE))))
def test_every_address_exists(path: str) -> None:
    number = "3b8fdb0a-3f3f-4f4f-8f8f-3b8fdb0a3f3f"
    assert resolve(path.replace("{id}", number).replace("{slug}", "a").replace("{task}", "b"))


def test_the_script_uses_addresses_that_exist() -> None:
    script = PAGE.split("```sh\n")[1].split("```")[0]
    number = "3b8fdb0a-3f3f-4f4f-8f8f-3b8fdb0a3f3f"
    values = {"$API": "/api/v1", "$COMPETITION": "a", "$UPLOAD": number, "$ID": number}
    found = re.findall(r'"((?:\$API|/api/v1)/[^"]+)"', script)
    assert len(found) == 5
    for path in found:
        for name, value in {**values, "$SHA256": "0" * 64}.items():
            path = path.replace(name, value)
        assert resolve(path)


def test_the_declaration_is_one_that_the_site_reads() -> None:
    text = PAGE.split("```yaml\n")[1].split("```")[0]
    assert parse_declaration(text.encode()).as_dict() == yaml.safe_load(text)


def test_the_code_of_the_page_answers_rows(tmp_path: Path) -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    [code] = [block for block in blocks if "def predict(batch)" in block]
    staged = Staged(tmp_path / "run", format="python")
    (staged.model / "predict.py").write_text(code)
    (staged.model / "words.json").write_text('{"good": 1, "bad": -1}')
    staged.task("movies", ["A good film", "A bad film"])
    staged.close()
    command = [sys.executable, "-m", "runner", staged.in_dir, staged.out_dir]
    subprocess.run(command, cwd=ROOT / "sandbox", check=True, capture_output=True)
    rows = staged.result("movies").rows
    assert [rows[name]["label"] for name in ("r0", "r1")] == ["positive", "negative"]


def test_what_the_page_says_of_batches_is_so(tmp_path: Path) -> None:
    assert f"a list of 1 to {BATCH_ROWS} inputs" in PAGE
    assert f"the same length, {MAX_WIDTH} at most" in PAGE
    (tmp_path / "tasks" / "movies").mkdir(parents=True)
    (tmp_path / "tasks" / "movies" / "task.json").write_text(json.dumps(task_json("movies")))
    facts = task_facts(read_task(tmp_path, "movies"), device="cpu", threads=1)
    [cell] = re.findall(r"^\| `task` \| a dict: (.*) \|$", PAGE, re.M)
    told = re.findall(r"`(\w+)`", re.sub(r"\(.*?\)", "", cell))
    assert told == list(facts)


def _first_column(heading: str) -> set[str]:
    table = PAGE.split(heading)[1].split("\n\n|")[1].split("\n\n")[0]
    cells = re.findall(r"^\| (`[^|]+) \|", f"|{table}", re.M)
    return {key for cell in cells for key in re.findall(r"`(\w+)`", cell)}


def test_every_key_of_a_declaration_is_explained() -> None:
    assert _first_column("### podium.json") == set(signature.KEYS)
    inputs = PAGE.split("| `inputs` |")[1].split("\n")[0]
    assert [source for source in signature.SOURCES if f"`{source}`" not in inputs] == []


DECLARED = re.findall(r"`(\{.*?\})`", PAGE) + re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize(
    "text", [text for text in DECLARED if text.startswith(('{"inputs"', '{"outputs"'))]
)
def test_every_declaration_of_the_page_is_one_that_is_read(text: str, tmp_path: Path) -> None:
    (tmp_path / signature.FILE).write_text(text)
    found = signature.read_signature(tmp_path)
    assert found.inputs or found.outputs


def test_every_key_of_a_preprocessor_is_one_that_is_known() -> None:
    """Beside them only those that name things and those of training."""
    named = _first_column("### How rows become numbers")
    assert named <= settings.KNOWN
    unnamed = {
        key
        for key in settings.KNOWN - named
        if key.startswith(("do_", "image_m", "image_s", "crop"))
    }
    assert unnamed == {"do_convert_rgb", "do_reduce_labels", "do_convert_annotations"}


@pytest.mark.parametrize("name", sorted(settings.OTHER_STEPS))
def test_processors_that_are_refused_are_named_or_rare(name: str) -> None:
    said = PAGE.split("as are the processors of")[1].split("whose steps")[0].lower()
    plain = {"siglip2": "siglip 2"}.get(name.lower(), name.lower())
    assert plain in said or name in ("Gemma3", "TextNet", "TimmWrapper")


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", PAGE):
        assert (Path(ROOT) / "docs" / target).exists(), target
