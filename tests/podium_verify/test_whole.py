"""A stranger downloads what a closed competition announced, and checks it in another process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from competitions.models import Competition
from podium_verify.cli import main
from scoring import records
from tests.live import ROOT
from tests.podium_verify.closed_cup import closed_cup, download
from tests.submissions import rescoring

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
# As an environment would be that has no Django: importing it fails.
BLOCKER = """
import sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"django", "rest_framework", "docker", "rq", "redis"}:
            raise ImportError(f"{name} is not for podium_verify")
sys.meta_path.insert(0, Blocked())
from podium_verify.cli import main
raise SystemExit(main())
"""


def verify(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the program without Django, in the folder of the downloads."""
    return subprocess.run(
        [sys.executable, "-c", BLOCKER, *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "/nowhere"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_records_of_a_rescoring_verify_and_give_its_scores_again(
    monkeypatch: Any, enqueued: list[Any], tmp_path: Path
) -> None:
    def fix_labels(competition: Competition) -> None:
        rescoring.new_labels(competition, [0, 3, 6, 9])
        rescoring.computed(competition)
        rescoring.publish(competition)

    got = download(*closed_cup(monkeypatch, fix_labels), tmp_path)
    done = verify(tmp_path, "record.json", *got.files())
    assert (done.returncode, done.stderr) == (0, "")
    for line in (
        "ok           the labels, by their commitment",
        "ok           value, computed again",
        "ok           low end of the interval, computed again",
        "ok           the dataset, as entry",
        "ok           the log names this record",
    ):
        assert line in done.stdout
    record = records.read_envelope(json.loads((tmp_path / "record.json").read_text()))
    assert record.statement["predicate"]["dataset"]["version"] == 2


def test_all_that_was_downloaded_verifies_without_the_site(
    monkeypatch: Any,
    enqueued: list[Any],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    got = download(*closed_cup(monkeypatch), tmp_path)
    done = verify(tmp_path, "record.json", *got.files())
    assert (done.returncode, done.stderr) == (0, "")
    for line in (
        "a task score, in “cup”, task “films”, private rows",
        "ok           signed with the key",
        "ok           the predictions",
        "ok           the labels, by their commitment",
        "ok           the key of the run",
        "ok           the key of the split",
        "ok           the submission manifest",
        "ok           value, computed again",
        "ok           points, computed again",
        "ok           low end of the interval, computed again",
        "ok           the log's chain is whole",
        "ok           the log names this record",
    ):
        assert line in done.stdout
    statement = records.read_envelope(json.loads((tmp_path / "record.json").read_text())).statement
    told = statement["predicate"]["run"]
    assert told["runner"] == {"environment": "torch"}
    assert told["hardware"]["cores"] >= 1
    bundle = verify(tmp_path, "bundle.zip", "--key", "keys.json")
    assert (bundle.returncode, bundle.stderr) == (0, "")
    assert bundle.stdout.count("value, computed again") == 4
    for name in ("grant.json", "results.json"):
        named = [f"--key={tmp_path / 'key.pem'}", f"--log={tmp_path / 'log.jsonl'}"]
        assert main([str(tmp_path / name), *named]) == 0
        assert "the log names this record" in capsys.readouterr().out
    changed = got.edit("record.json", lambda raw: raw.replace(b'"sig": "', b'"sig": "A'))
    assert verify(tmp_path, changed.name, "--key", "keys.json").returncode == 1
