"""The tables of the benchmark, as Markdown. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bench.programs import OUTPUT_BYTES
from bench.summary import differences, ratios, spread
from bench.timing import Timed

BARE = "bare"
MIB = 1 << 20
Runs = Mapping[str, Sequence[Timed]]
"""By backend, in the order of the repetitions; `bare` is among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """All runs: of the empty program, of the one that writes, and of the model over `rows`."""

    empty: Runs
    output: Runs
    model: Runs
    rows: int


def tables(measured: Measured) -> str:
    """All three tables with their headings."""
    return "\n\n".join((_start(measured), _inference(measured), _output(measured)))


def _start(measured: Measured) -> str:
    runs = measured.empty
    lines = [
        (
            name,
            spread([run.result for run in timed]),
            _more(differences(_results(timed), _results(runs[BARE])), name),
            spread([run.first_word for run in timed]),
            spread([run.ending for run in timed]),
        )
        for name, timed in runs.items()
    ]
    head = (
        "way",
        "whole run, s",
        "more than bare, s",
        "to its first word, s",
        "from its last word, s",
    )
    return "### An empty run: what a start and an end cost\n\n" + _table(head, lines)


def _inference(measured: Measured) -> str:
    runs = measured.model
    bare = runs[BARE]
    lines = [
        (
            name,
            spread([run.first_rows for run in timed]),
            _times(ratios([r.first_rows for r in timed], [r.first_rows for r in bare]), name),
            spread(_results(timed)),
            _times(ratios(_results(timed), _results(bare)), name),
            _times(ratios(_inside(timed), _inside(bare)), name),
        )
        for name, timed in runs.items()
    ]
    head = (
        "way",
        "first rows after, s",
        "× bare",
        "whole run, s",
        "× bare",
        "inference alone, × bare",
    )
    title = f"### A small transformer over {measured.rows} rows, one thread"
    return f"{title}\n\n" + _table(head, lines)


def _output(measured: Measured) -> str:
    lines = [
        (
            name,
            spread([run.inside_seconds for run in timed]),
            spread([run.ending for run in timed]),
            spread([run.ending - _usual_ending(measured.empty[name]) for run in timed]),
            f"{round(max(0, min(run.host_bytes for run in timed)) / MIB)} MiB",
        )
        for name, timed in measured.output.items()
    ]
    head = (
        "way",
        "writing, s",
        "from its last word, s",
        "of that for the bytes, s",
        "on disks before its end",
    )
    return f"### {OUTPUT_BYTES // MIB} MiB of output\n\n" + _table(head, lines)


def _results(runs: Sequence[Timed]) -> list[float]:
    return [run.result for run in runs]


def _usual_ending(runs: Sequence[Timed]) -> float:
    return spread([run.ending for run in runs]).median


def _inside(runs: Sequence[Timed]) -> list[float]:
    return [run.inside_seconds for run in runs]


def _times(value: object, name: str) -> str:
    return "1" if name == BARE else str(value)


def _more(value: object, name: str) -> str:
    return "0" if name == BARE else str(value)


def _table(head: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join(f"| {' | '.join(map(str, row))} |" for row in rows)
