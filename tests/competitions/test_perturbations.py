"""Texts change a little, the same way everywhere, and keep what they say."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competitions.perturbations import PERTURBATIONS, perturbed

ANY_TEXT = st.text(max_size=300)
SENTENCE = "A quiet film that stays with you, and that nobody should have missed this year."
NAMES = pytest.mark.parametrize("name", PERTURBATIONS)


@NAMES
@given(text=ANY_TEXT, seed=st.text(max_size=20).filter(str.isprintable))
def test_the_same_text_changes_in_the_same_way(name: str, text: str, seed: str) -> None:
    assert perturbed(text, name, seed=seed) == perturbed(text, name, seed=seed)


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("typos", SENTENCE.replace("have", "haave")),
        (
            "extra_spaces",
            SENTENCE.replace("A ", "A    ").replace("you, ", "you,    ").replace("ld ", "ld   "),
        ),
    ],
)
def test_what_is_made_is_the_same_on_every_machine(name: str, made: str) -> None:
    assert perturbed(SENTENCE, name, seed="r1") == made


@pytest.mark.parametrize("name", ["typos", "extra_spaces"])
def test_another_row_changes_elsewhere(name: str) -> None:
    assert len({perturbed(SENTENCE, name, seed=f"r{number}") for number in range(20)}) > 5


@given(text=ANY_TEXT)
def test_lower_case_is_all_that_it_does(text: str) -> None:
    assert perturbed(text, "lower_case", seed="r1") == text.lower()


@given(text=ANY_TEXT, seed=st.text(alphabet="abc", max_size=9))
def test_extra_spaces_are_between_words_and_leave_the_words(text: str, seed: str) -> None:
    made = perturbed(text, "extra_spaces", seed=seed)
    assert made.split() == text.split()
    assert (made != text) == bool(re.search(r"\S \S", text))


@given(text=ANY_TEXT, seed=st.text(alphabet="abc", max_size=9))
def test_typos_keep_the_ends_of_words_and_change_few_of_them(text: str, seed: str) -> None:
    word = re.compile(r"[^\W\d_]+")
    before = word.findall(text)
    after = word.findall(perturbed(text, "typos", seed=seed))
    assert len(before) == len(after)
    changed = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
    long = [each for each in before if len(each) >= 4]
    assert len(changed) <= max(1, 0.1 * len(long) + 0.5)
    for old, new in changed:
        assert (old[0], old[-1]) == (new[0], new[-1])
        assert abs(len(old) - len(new)) <= 1


@given(st.lists(st.text(alphabet="abcdefgh", min_size=4, max_size=9), min_size=1, max_size=40))
def test_some_word_is_misspelt_where_any_is_long_enough(words: list[str]) -> None:
    text = " ".join(words)
    assert perturbed(text, "typos", seed="r1") != text


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("I do not know.", "I don't know."),
        ("It's fine", "It is fine"),
        ("They can't, and we will not.", "They cannot, and we won't."),
        ("Are not we?", "Aren't we?"),
        ("whatis cannotx", "whatis cannotx"),
        ("朝の光", "朝の光"),
    ],
)
def test_contractions_are_made_and_undone(text: str, made: str) -> None:
    assert perturbed(text, "contractions", seed="r1") == made


@NAMES
@pytest.mark.parametrize("text", ["", "ok", "...", "朝"])
def test_where_there_is_nothing_to_change_the_text_stays(name: str, text: str) -> None:
    assert perturbed(text, name, seed="r1") == text
