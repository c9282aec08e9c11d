"""A label planted in the label store is found nowhere inside a real sandbox (invariant 1).

The same search finds what was planted in an input, so a search that finds nothing is no proof by
a broken search.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from common import blobs
from competitions.models import DatasetVersion, Task
from submissions.models import Predictions
from submissions.steps import infer
from submissions.steps.claim import claim_run
from tests import factories
from tests.fakes import ALL_ENVIRONMENTS, ALL_HELD
from tests.sandbox.lab import provable_backend

pytestmark = pytest.mark.django_db(transaction=True)

HIDDEN = "canary-of-the-labels"
SHOWN = "canary-of-the-inputs"
# Libraries are left out: they are the same for everybody, and large.
SEARCH = """
import json, os, sys
from pathlib import Path

SKIPPED = {"proc", "sys", "dev", "usr", "lib", "lib64", "bin", "sbin", "site-packages"}
wanted = [b"canary-of-the-" + word for word in (b"labels", b"inputs")]
places = {word.decode(): [] for word in wanted}
searched = 0

def look(path):
    global searched
    try:
        data = Path(path).read_bytes() if Path(path).is_file() else b""
    except OSError:
        return
    searched += 1
    for word in wanted:
        if word in data:
            places[word.decode()].append(str(path))

for top, folders, files in os.walk("/"):
    folders[:] = [name for name in folders if name not in SKIPPED]
    for name in files:
        look(os.path.join(top, name))
for process in Path("/proc").glob("[0-9]*"):
    for name in ("environ", "cmdline", "mountinfo"):
        try:
            data = (process / name).read_bytes()
        except OSError:
            continue
        for word in wanted:
            if word in data:
                places[word.decode()].append(str(process / name))
for number in os.listdir("/proc/self/fd"):
    target = os.path.realpath(f"/proc/self/fd/{number}")
    if os.path.isfile(target):
        look(target)
task = json.loads(Path("/in/run.json").read_text())["tasks"][0]
folder = Path("/out", task)
folder.mkdir()
(folder / "predictions.jsonl").write_text(json.dumps({"places": places, "searched": searched}))
(folder / "report.json").write_text(json.dumps({"status": "ok", "rows": 1}))
"""


def planted_task() -> Task:
    """A task with one canary in the hidden labels and one in the inputs."""
    competition = factories.competition(memory_bytes=512 * 1024**2)
    task = factories.task(competition, rows=2)
    inputs = [{"id": f"r{i}", "input": {"text": f"{SHOWN} {i}"}} for i in range(2)]
    labels = [{"id": f"r{i}", "label": "pos", "group": f"{HIDDEN}-{i}"} for i in range(2)]
    task.dataset = DatasetVersion.objects.create(
        task=task,
        number=2,
        inputs_sha256=blobs.inputs.put_bytes(factories.jsonl(inputs)).sha256,
        labels_sha256=blobs.labels.put_bytes(factories.jsonl(labels)).sha256,
        rows=2,
        created_by=factories.organizer(competition),
    )
    task.save(update_fields=["dataset"])
    return task


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("bubblewrap", marks=[pytest.mark.bubblewrap, pytest.mark.runner]),
        pytest.param("docker", marks=pytest.mark.docker),
        pytest.param("docker+gvisor", marks=pytest.mark.gvisor),
    ],
)
def test_a_planted_label_is_found_nowhere_inside(
    name: str, tmp_path: Path, enqueued: list[object]
) -> None:
    task = planted_task()
    entry = factories.participation(task.competition)
    run = factories.run(factories.submission(entry, state="queued", format="transformers"))
    package = tmp_path / "search" / "runner"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(SEARCH)
    for path in (package.parent, package, *package.iterdir()):
        path.chmod(0o755)
    claim = claim_run(
        run_id=run.pk, worker="w", backend=name, held=ALL_HELD, environments=ALL_ENVIRONMENTS
    )
    assert claim is not None
    infer.record(claim, infer.execute(claim, backend=provable_backend(name).with_runner(package)))
    answer = json.loads(blobs.predictions.read(Predictions.objects.get(run=run).sha256))
    assert answer["places"][SHOWN], "the search does not find what is there"
    assert answer["places"][HIDDEN] == []
    assert answer["searched"] > 3
