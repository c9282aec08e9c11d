"""Row 18: YAML that builds objects or multiplies, in a submission's declaration."""

import tracemalloc
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from submissions.sandboxes import MIB
from tests.attacks.arena import Arena
from tests.attacks.programs import program_files
from tests.attacks.registry import PLATFORM, case

LEVELS = 9
BOMB = "\n".join(
    [
        f"a0: &a0 [{', '.join(['lol'] * 10)}]",
        *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, LEVELS)),
    ]
)


@case(18, "YAML bombs and tags", where=PLATFORM)
def yaml_tricks(arena: Arena) -> None:
    with TemporaryDirectory() as folder:
        marker = Path(folder, "marker")
        texts = [BOMB, "description: " + "[" * 20_000, *_tags(marker)]
        tracemalloc.start()
        try:
            entered = [
                arena.play(arena.enter(program_files("", files={"submission.yaml": text.encode()})))
                for text in texts
            ]
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert [(after.state, after.submission.error_code) for after in entered] == [
            ("refused", "bad_declaration")
        ] * len(texts)
        assert {after.submission.error_field for after in entered} == {"submission.yaml"}
        assert not marker.exists()
        assert peak < 32 * MIB


@yaml_tricks.control
def a_loader_without_limits_runs_and_multiplies(arena: Arena) -> None:
    with TemporaryDirectory() as folder:
        for number, text in enumerate(_tags(Path(folder, "marker"))):
            yaml.unsafe_load(text)
            assert len(list(Path(folder).iterdir())) == 1, number
            Path(folder, "marker").unlink()
    small = yaml.safe_load("\n".join(BOMB.splitlines()[:4]))
    assert str(small["a3"]).count("lol") == 10**4


def _tags(marker: Path) -> list[str]:
    source = f"open({str(marker)!r}, 'w').close()"
    return [
        f'description: !!python/object/apply:builtins.exec ["{source}"]',
        f'!!python/object/apply:builtins.exec ["{source}"]',
        f'? !!python/object/apply:builtins.exec ["{source}"]\n: value',
    ]
