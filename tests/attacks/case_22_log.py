"""Row 22: carry hidden inputs out by the log, an error's text, the report or progress."""

from django.test import Client
from django.urls import reverse

from tests import factories
from tests.attacks import forged
from tests.attacks.arena import Aftermath, Arena
from tests.attacks.registry import case

PROGRAM = (
    forged.PRELUDE
    + """
def attack(sentinel):
    texts = [row["input"]["text"] for row in rows(TASK["slug"])]
    print(sentinel, *texts, sep=" | ")
    print(sentinel, *texts, sep=" | ", file=sys.stderr)
    os.write(2, json.dumps({"event": "progress", "task": texts[0], "status": texts[0]}).encode())
    if hidden() and TASK["slug"] == "raises":
        raise ValueError(sentinel, *texts)
"""
)
SENTINEL = "the-rows-are"


@case(22, "print inputs to the log")
def log(arena: Arena) -> None:
    competition = arena.competition(tasks=("prints", "raises"))
    after = arena.attack(PROGRAM, competition=competition, sentinel=SENTINEL)
    assert (after.state, after.outcome) == ("scored", "ok")
    rows = [f"row {number}" for number in range(8)]
    assert any(SENTINEL in line and all(row in line for row in rows) for line in after.lines)
    assert "row 3" in after.tasks["raises"].error_message
    visible = after.visible
    # The log over the sample rows is shown, that over the hidden ones to organizers alone.
    assert SENTINEL in visible
    assert not [row for row in rows if row in visible]
    assert "row 3" in _organizers_page(after)


@log.control
def a_program_prints_what_it_reads(arena: Arena) -> None:
    assert any("row 3" in line for line in arena.undefended(PROGRAM, sentinel=SENTINEL).lines)


def _organizers_page(after: Aftermath) -> str:
    client = Client()
    client.force_login(factories.organizer(after.submission.competition))
    page = client.get(reverse("admin:submissions_run_change", args=[after.run.pk]))
    return str(page.content.decode())
