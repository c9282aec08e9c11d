"""The README's commands name scripts and options that exist."""

from __future__ import annotations

import re

import pytest

from tests.parts import ROOT

EXAMPLES = ROOT / "examples"
README = (EXAMPLES / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(
    r"^(?:py|PODIUM_TOKEN=… python3) examples/(\S+\.py)((?:.*\\\n)*.*)$", README, re.MULTILINE
)
SCRIPTS = sorted(
    path.name for path in EXAMPLES.glob("*.py") if '"__main__"' in path.read_text(encoding="utf-8")
)


def test_there_are_commands() -> None:
    assert {script for script, _ in COMMANDS} == set(SCRIPTS)


@pytest.mark.parametrize(("script", "arguments"), COMMANDS)
def test_a_command_s_options_exist(script: str, arguments: str) -> None:
    source = (EXAMPLES / script).read_text(encoding="utf-8")
    options = re.findall(r"--[a-z-]+", arguments)
    assert options
    assert [option for option in options if f'"{option}"' not in source] == []


@pytest.mark.parametrize("script", SCRIPTS)
def test_required_options_are_in_every_command(script: str) -> None:
    source = (EXAMPLES / script).read_text(encoding="utf-8")
    required = re.findall(r'add_argument\(\s*"(--[a-z-]+)"[^)]*required=True', source)
    assert required
    for name, arguments in COMMANDS:
        if name == script:
            assert [option for option in required if option not in arguments] == []


@pytest.mark.parametrize("script", SCRIPTS)
def test_the_table_lists_every_script(script: str) -> None:
    assert f"| `{script}` |" in README
