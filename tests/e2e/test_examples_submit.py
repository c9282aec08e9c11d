"""A folder sent by examples/submit.py to a running site, with an access token and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.organizer import create_competition
from tests.e2e.stack import running_stack
from tests.parts import ROOT, RUNNER_PYTHON

pytestmark = [pytest.mark.slow, pytest.mark.runner, pytest.mark.bubblewrap]

SLUG = "tiny-encoders"
HEADED = "which-word"
SUBMIT = ROOT / "examples" / "submit.py"


def submit(url: str, token: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, SUBMIT, "--site", url, "--competition", SLUG, "--folder", folder]
    return subprocess.run(
        command,
        env={"PATH": os.environ["PATH"], "PODIUM_TOKEN": token},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_a_folder_is_sent_and_its_score_printed(tmp_path: Path) -> None:
    """The organizer's own entry: in a draft it is the baseline."""
    models = tmp_path / "models"
    script = Path(__file__).with_name("make_models.py")
    subprocess.run([RUNNER_PYTHON, script, models, HEADED], check=True, timeout=300)
    with running_stack(tmp_path / "stack", backend="bubblewrap") as stack:
        token = create_competition(stack, slug=SLUG, headed=HEADED).new_token("laptop")
        done = submit(stack.url, token, models / "headless")
        assert done.returncode == 0, done.stdout + done.stderr
        lines = done.stdout.splitlines()
        assert lines[0].startswith("sending file 1 of ")
        assert "scored" in lines
        assert any(line.startswith(f"{HEADED}: 0.00 points  missing_head: ") for line in lines)
        assert lines[-1].startswith("score: ")

        again = submit(stack.url, token, models / "headless")
        assert again.returncode == 2
        assert "duplicate_submission" in again.stderr
        strange = submit(stack.url, "podium_wrong", models / "headless")
        assert strange.returncode == 2
        assert strange.stderr.startswith("submit.py: ")
