"""Row 16: output that is no plain file of its own."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.attacks import forged
from tests.attacks.arena import Arena
from tests.attacks.registry import case

PROGRAM = (
    forged.PRELUDE
    + """
import stat


def make(kind, path, target):
    if kind == "symlink":
        path.symlink_to(target)
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind == "hardlink":
        path.write_text("")
        path.with_name("other.jsonl").hardlink_to(path)
    elif kind == "device":
        os.mknod(path, 0o666 | stat.S_IFCHR, os.makedev(1, 5))
    elif kind == "socket":
        made = socket.socket(socket.AF_UNIX)
        made.bind(str(path))
    elif kind == "folder":
        path.mkdir()
    elif kind == "linked":
        # The folder itself leads elsewhere.
        (path.parent / "report.json").unlink()
        path.parent.rmdir()
        path.parent.symlink_to(Path(target).parent)


def attack(kinds, target):
    if not hidden():
        return
    for slug, kind in kinds.items():
        try:
            make(kind, folder_of(slug) / "predictions.jsonl", target)
            print(kind, "made")
        except OSError as error:
            print(kind, error.strerror)
    leave()
"""
)
CODES = {
    "symlink": {"bad_output"},
    # gVisor makes FIFOs and sockets in its own kernel only: there is nothing in the folder.
    "fifo": {"bad_output", "no_predictions"},
    "socket": {"bad_output", "no_predictions"},
    "hardlink": {"bad_output"},
    "device": {"no_predictions"},
    "folder": {"bad_output"},
    "linked": {"bad_output"},
}


@case(16, "symlink, FIFO, hard link, device as output")
def odd_files(arena: Arena) -> None:
    with TemporaryDirectory() as folder:
        target = _canary(folder)
        after = arena.attack(
            PROGRAM,
            competition=arena.competition(tasks=tuple(CODES)),
            kinds={slug: slug for slug in CODES},
            target=str(target),
            limits={"output_files": 40},
        )
    made = {line.partition(" ")[0] for line in after.lines if line.endswith(" made")}
    assert made == CODES.keys() - {"device"}
    assert (after.state, after.outcome) == ("failed", "ok")
    assert all(after.tasks[slug].error_code in codes for slug, codes in CODES.items())
    assert after.predictions == {}


@odd_files.control
def who_opens_by_name_follows(arena: Arena) -> None:
    with TemporaryDirectory() as folder:
        target = _canary(folder)
        seen = arena.undefended(PROGRAM, kinds={"open": "symlink"}, target=str(target))
    assert "a file of the machine" in (seen.predictions or "")


def _canary(folder: str) -> Path:
    """A file of the machine that would pass for predictions."""
    target = Path(folder, "predictions.jsonl")
    target.write_text(json.dumps({"id": "a file of the machine", "label": "pos"}) + "\n")
    return target
