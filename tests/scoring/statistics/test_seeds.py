import pytest

from scoring.statistics.seeds import seed_for, stream_of
from tests.scoring.statistics.cases import OTHER_SEED, SEED

NAMES = {"competition": "a", "task": "b", "dataset": "1", "split": "public"}


def test_a_seed_is_what_it_always_was() -> None:
    seed = seed_for(**NAMES, purpose="bootstrap")
    assert seed == "d6f25cd455bb80a91a716073823dd2dd"
    assert [int(word) for word in stream_of(seed).random_raw(2)] == [
        12438068888553608285,
        7999937808344547117,
    ]


@pytest.mark.parametrize("name", sorted(NAMES))
def test_each_name_changes_the_seed(name: str) -> None:
    assert seed_for(**NAMES, purpose="bootstrap") != seed_for(
        **{**NAMES, name: "other"}, purpose="bootstrap"
    )


def test_each_purpose_has_a_seed_of_its_own() -> None:
    assert seed_for(**NAMES, purpose="bootstrap") != seed_for(**NAMES, purpose="sign-flip")


def test_names_are_not_run_together() -> None:
    one = seed_for(competition="ab", task="c", dataset="1", split="public", purpose="bootstrap")
    two = seed_for(competition="a", task="bc", dataset="1", split="public", purpose="bootstrap")
    assert one != two


def test_streams_below_a_seed_are_apart() -> None:
    firsts = {
        int(stream.random_raw())
        for stream in (
            stream_of(SEED),
            stream_of(SEED, "a"),
            stream_of(SEED, "b"),
            stream_of(OTHER_SEED),
        )
    }
    assert len(firsts) == 4


@pytest.mark.parametrize("seed", ["", "00", "x" * 32, SEED + "00"])
def test_anything_else_is_no_seed(seed: str) -> None:
    with pytest.raises(ValueError):
        stream_of(seed)
