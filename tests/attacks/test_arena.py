"""A submission goes its whole real way, and what is left is read from where it is stored."""

from __future__ import annotations

import pytest

from common.errors import DomainError
from tests.attacks import backends
from tests.attacks.arena import Arena
from tests.fakes import FakeBackend, host

pytestmark = pytest.mark.django_db(transaction=True)

PROGRAM = """
def attack(word):
    print(word, TASK["slug"], os.getpid() > 0)
"""


@pytest.mark.parametrize(
    "backend", [pytest.param(name, marks=backends.marks(name)) for name in backends.PARTS]
)
def test_a_harmless_program_is_scored(arena: Arena, backend: str) -> None:
    after = arena.attack(PROGRAM, word="hidden-word")
    assert (after.state, after.outcome, after.run.backend) == ("scored", "ok", backend)
    assert after.lines == after.smoke_lines == ["hidden-word attacked True"]
    # Eight rows, and a perturbed copy of each.
    assert after.predictions["attacked"].count(b"\n") == 16
    assert after.tasks["attacked"].outcome == "ok"
    assert len(after.runs) == 1


def test_what_a_participant_sees_is_every_page_and_answer_about_it(arena: Arena) -> None:
    arena.host = host(FakeBackend())
    after = arena.attack(PROGRAM, word="x")
    assert str(after.submission.pk) in after.visible
    assert '"state": "scored"' in after.visible
    assert "<html" in after.visible
    assert "canary-of-nowhere" not in after.visible


def test_what_the_gate_refuses_has_no_run(arena: Arena) -> None:
    submission = arena.enter({"predict.py": b"x", "submission.yaml": b"format: onnx\n"})
    after = arena.play(submission)
    assert (after.state, after.runs, after.lines) == ("refused", [], [])
    assert "submission.yaml declares the format onnx" in after.visible


def test_an_upload_that_is_refused_raises(arena: Arena) -> None:
    with pytest.raises(DomainError):
        arena.enter({"../predict.py": b"x"})


def test_limits_are_small_unless_a_case_says_otherwise(arena: Arena) -> None:
    backend = FakeBackend()
    arena.host = host(backend)
    arena.attack(PROGRAM, limits={"pids": 9, "task_seconds": 3}, word="x")
    arena.attack(PROGRAM, word="y")
    assert [spec.limits.pids for spec in backend.seen] == [9, 9, 64, 64]
    assert backend.seen[0].limits.task_seconds == 3
    assert backend.seen[-1].limits.tmp_bytes == 8 * 1024**2
