"""Sample inputs are rows like any other."""

import pytest

from competitions.kinds import KINDS
from competitions.kinds.base import TaskKind


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.slug)
def test_every_sample_passes_the_kind_s_own_check(kind: TaskKind) -> None:
    assert len(kind.samples) >= 5
    for sample in kind.samples:
        assert kind.check_input(dict(sample)) == sample
