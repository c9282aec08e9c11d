"""Row 1: read the hidden labels out of the sandbox."""

from common import blobs
from competitions.models import Competition, DatasetVersion
from tests import factories
from tests.attacks.arena import Arena
from tests.attacks.registry import case

PROGRAM = """
# The same for everybody, and large; what a run reads of its own lies elsewhere.
SKIPPED = {"proc", "sys", "dev", "usr", "lib", "lib64", "bin", "sbin", "site-packages"}


def files(tops):
    for top in tops:
        for folder, folders, names in os.walk(top.replace("IN", str(IN))):
            folders[:] = [name for name in folders if name not in SKIPPED]
            yield from (os.path.join(folder, name) for name in names)
    for process in Path("/proc").glob("[0-9]*"):
        yield from (process / name for name in ("environ", "cmdline", "mountinfo"))
        try:
            yield from (process / "fd").iterdir()
        except OSError:
            pass


def attack(tops, prefix, words):
    found = {word: 0 for word in words}
    for path in files(tops):
        try:
            data = Path(path).read_bytes() if Path(path).is_file() else b""
        except OSError:
            continue
        for word in words:
            # Put together here, so that the search does not find its own text.
            found[word] += (prefix + "-" + word).encode() in data
    print(json.dumps({word: count > 0 for word, count in found.items()}))
"""
CANARY = "canary-of-the"


@case(1, "read labels")
def read_labels(arena: Arena) -> None:
    competition = arena.competition()
    _plant(competition)
    after = arena.attack(
        PROGRAM, competition=competition, tops=["/"], prefix=CANARY, words=["labels", "inputs"]
    )
    assert after.lines == ['{"labels": false, "inputs": true}']
    assert (after.state, after.outcome) == ("scored", "ok")
    assert f"{CANARY}-labels" not in after.visible


@read_labels.control
def labels_beside_the_model_are_found(arena: Arena) -> None:
    label = f'{{"id": "r0", "group": "{CANARY}-labels"}}'.encode()
    seen = arena.undefended(
        PROGRAM,
        files={"notes/labels.txt": label},
        tops=["IN"],
        prefix=CANARY,
        words=["labels", "inputs"],
    )
    assert seen.lines == ['{"labels": true, "inputs": false}']


def _plant(competition: Competition) -> None:
    """Give the task one canary in its inputs and another in its labels."""
    task = competition.tasks.get()
    inputs = [{"id": f"r{i}", "input": {"text": f"{CANARY}-inputs {i}"}} for i in range(8)]
    labels = [{"id": f"r{i}", "label": "pos", "group": f"{CANARY}-labels-{i}"} for i in range(8)]
    task.dataset = DatasetVersion.objects.create(
        task=task,
        number=2,
        inputs_sha256=blobs.inputs.put_bytes(factories.jsonl(inputs)).sha256,
        labels_sha256=blobs.labels.put_bytes(factories.jsonl(labels)).sha256,
        rows=8,
        created_by=factories.organizer(competition),
    )
    task.save(update_fields=["dataset"])
