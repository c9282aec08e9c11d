"""The participants' page names only what exists, and all that a participant meets."""

import re
from pathlib import Path

import pytest
import yaml
from django.urls import resolve

from submissions.advice import ADVICE
from submissions.models import Submission
from submissions.validation.submission_yaml import parse_declaration
from tests.parts import ROOT

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


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", PAGE):
        assert (Path(ROOT) / "docs" / target).exists(), target
