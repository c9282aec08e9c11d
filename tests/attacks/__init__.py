'''The attack catalogue: what a hostile submission or request may try, and what must hold.

Every number of the catalogue is one case in one module, `case_<number>_<word>.py`. A case is a
function that attacks and asserts both the verdict and the effect on the host; its control proves
that the same attack works where the defence is off. A complete one:

    """Row 7: a submission writes its own score file."""

    from tests.attacks.arena import Arena
    from tests.attacks.registry import case

    PROGRAM = """
    def attack(points):
        (OUT / "scores.json").write_text(json.dumps({"points": points}))
        print("written", (OUT / "scores.json").exists())
    """

    @case(7, "write its own score file")
    def own_score(arena: Arena) -> None:
        after = arena.attack(PROGRAM, points=100)
        assert after.lines == ["written True"]
        assert (after.state, after.outcome) == ("scored", "ok")
        assert '"points": 100' not in after.visible

    @own_score.control
    def it_is_written_where_nothing_is_collected(arena: Arena) -> None:
        assert arena.undefended(PROGRAM, points=100).lines == ["written True"]

`@case(number, title, needs=(Guarantee…,), where=…)`: `SANDBOX` (the default) runs on every backend;
`PLATFORM` (requests, gate, pages, scorer) runs once and counts for all; `GPU` runs where a GPU is.
A backend that does not hold all of `needs` on this machine gets the verdict "not declared".
`parts=("browser",)` names real parts of `tests.parts` that the case needs besides the backend's.

`arena.attack(program, files=…, limits=…, **parameters)` enters a `python` submission through the
real upload, check, smoke run, hidden run and scoring on the real backend. The program comes after
`programs.PRELUDE` and defines `attack(**parameters)`, called once from `load`, so once in the smoke
run and once more in the hidden run; without it, all answers are valid. It may define its own `load`
and `predict`. `IN` and `OUT` are the run's folders, `print` flushes. `limits` are those of
`sandbox.spec.Limits`; small ones are the default. What is left is an `arena.Aftermath`: `state`,
`outcome`, `reason`, `tasks`, `lines` (the organizers' log of the last run), `smoke_lines`,
`visible` (everything that the participant can read).
Other formats: `arena.enter(files)`, then `arena.play(submission)`. Platform cases may set
`arena.host` to `tests.fakes.host(FakeBackend(…))`.

`arena.undefended(program, **parameters)` is the positive control: the same program under the same
runner as a plain process. Bound what it does there. Controls run once a session.

`host` holds what is watched on the machine: listeners, processes, disks.

`python -m tests.attacks [--backend NAME] [--case N]` prints the table.
'''
