"""Row 13: predictions so large that whoever reads them runs out of memory."""

import tracemalloc

from submissions.sandboxes import MIB
from tests.attacks import forged
from tests.attacks.arena import Arena
from tests.attacks.registry import case

PROGRAM = (
    forged.PRELUDE
    + """
def written(path, answers, size):
    with path.open("w") as sink:
        for answer in answers:
            text = json.dumps(answer)
            sink.write(text[:-1] + " " * (size // len(answers) - len(text)) + "}\\n")


def holes(path, size):
    with path.open("w") as sink:
        sink.truncate(size)


def attack(kinds, size):
    if not hidden():
        return
    for slug in kinds:
        path = folder_of(slug) / "predictions.jsonl"
        try:
            if slug == "holes":
                holes(path, size)
            else:
                written(path, right_or_not(slug), size)
        except OSError as error:
            print(slug, error.strerror)
            path.unlink()
        else:
            print(slug, "written", path.stat().st_size >= size * 9 // 10)
    leave()
"""
)
KINDS = ("padded", "holes")


@case(13, "huge predictions")
def huge(arena: Arena) -> None:
    competition = arena.competition(tasks=KINDS)
    tracemalloc.start()
    try:
        after = arena.attack(
            PROGRAM,
            competition=competition,
            kinds=KINDS,
            size=24 * MIB,
            limits={"output_bytes": 64 * MIB},
        )
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert after.lines == ["padded written True", "holes written True"]
    assert (after.state, after.outcome) == ("failed", "ok")
    assert {slug: task.error_code for slug, task in after.tasks.items()} == dict.fromkeys(
        KINDS, "output_limit"
    )
    assert after.predictions == {}
    assert peak < 12 * MIB


@huge.control
def the_file_is_written_and_read_whole(arena: Arena) -> None:
    seen = arena.undefended(PROGRAM, kinds=["open"], size=24 * MIB)
    assert len(seen.predictions or "") > 20 * MIB
