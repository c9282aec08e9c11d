"""The tables say what was measured."""

from bench.tables import Measured, tables
from bench.timing import Timed

MIB = 1 << 20


def run(seconds: float, *, inside: float = 1.0, host_bytes: int = 0) -> Timed:
    return Timed(
        first_word=seconds / 4,
        first_rows=seconds / 2,
        last_word=seconds - 0.25,
        result=seconds,
        inside_seconds=inside,
        rows_per_second=0.0,
        host_bytes=host_bytes,
    )


MEASURED = Measured(
    empty={"bare": [run(1.0)] * 3, "docker": [run(1.5)] * 3},
    output={
        "bare": [run(1.0, host_bytes=65 * MIB), run(1.0, host_bytes=64 * MIB)],
        "docker": [run(2.0, host_bytes=-5 * MIB), run(2.0, host_bytes=3 * MIB)],
    },
    model={"bare": [run(10.0, inside=8.0)], "docker": [run(12.0, inside=10.0)]},
    rows=400,
)


def row(title: str, way: str) -> list[str]:
    table = tables(MEASURED).split(f"### {title}")[1].split("\n###")[0]
    (line,) = [line for line in table.splitlines() if line.startswith(f"| {way} |")]
    return [cell.strip().split(" (")[0] for cell in line.strip("|").split("|")]


def test_a_start_is_compared_with_the_bare_one() -> None:
    assert row("An empty run", "bare") == ["bare", "1.00", "0", "0.25", "0.25"]
    assert row("An empty run", "docker") == ["docker", "1.50", "0.50", "0.38", "0.25"]


def test_inference_is_compared_as_a_ratio() -> None:
    assert row("A small transformer over 400 rows", "docker") == [
        *("docker", "6.00", "1.20", "12.00", "1.20", "1.25")
    ]


def test_other_programs_files_are_not_counted_as_output() -> None:
    assert row("64 MiB of output", "bare")[-1] == "64 MiB"
    assert row("64 MiB of output", "docker")[-1] == "0 MiB"
