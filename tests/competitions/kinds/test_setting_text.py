"""What a form holds is read back as the value that it stands for."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competitions.kinds import KINDS
from competitions.kinds.setting_text import NONE, as_text, from_text, in_words
from competitions.kinds.settings import Setting

ODD = st.text(st.sampled_from("ab \n\t\r\\=(none)s{}“\u00a0\u2028"), min_size=1, max_size=12)
NAMES = ODD.filter(lambda name: name.strip(" "))
TEXT = Setting(title="T", default="x", help="-")
LINES = Setting(title="T", default="", help="-", lines=True)
LIST = Setting(title="T", default=["a"], help="-")
OBJECT = Setting(title="T", default={}, help="-")
WHOLE = Setting(title="T", default=3, help="-", unit="rows", zero="all")
NUMBER = Setting(title="T", default=0.5, help="-")
YES = Setting(title="T", default=True, help="-")
CHOICE = Setting(title="T", default="a", choices={"a": "The first", "b": "The second"}, help="-")


def back(setting: Setting, value: object) -> object:
    return from_text(setting, as_text(setting, value).replace("\n", "\r\n"))


@given(ODD, st.lists(ODD, max_size=4), st.dictionaries(NAMES, ODD, max_size=4))
def test_texts_lists_and_objects_are_read_back(
    text: str, several: list[str], named: dict[str, str]
) -> None:
    assert back(TEXT, text) == text
    assert back(LIST, several) == several
    assert back(OBJECT, named) == named
    assert "\n" not in as_text(TEXT, text)
    assert as_text(TEXT, text) != NONE


@given(st.integers(0, 10**9), st.floats(allow_nan=False), st.booleans())
def test_numbers_and_truths_are_read_back(whole: int, number: float, truth: bool) -> None:
    assert back(WHOLE, whole) == whole
    assert back(NUMBER, number) == number
    assert back(YES, truth) is truth


def test_what_is_empty_differs_from_nothing_which_stands_for_the_default() -> None:
    for setting, empty in ((TEXT, ""), (LIST, []), (OBJECT, {}), (LINES, "")):
        assert as_text(setting, empty) == NONE
        assert back(setting, empty) == empty


def test_a_text_of_several_lines_is_shown_as_it_is() -> None:
    template = "Review: {text}\nSentiment: {answer}"
    assert as_text(LINES, template) == template
    assert back(LINES, template) == template


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.slug)
def test_every_default_is_read_back_and_said(kind) -> None:
    for track in kind.tracks:
        for setting in kind.settings_of(track).values():
            assert back(setting, setting.default) == setting.default
            assert in_words(setting, setting.default)
            assert setting.title[0].isupper()
            assert setting.help.endswith(".")


@pytest.mark.parametrize(
    ("setting", "text", "problem"),
    [
        (WHOLE, "1.5", "a whole number"),
        (WHOLE, "9" * 5000, "a whole number"),
        (NUMBER, "much", "a number"),
        (YES, "maybe", "yes or no"),
        (OBJECT, "pos", "a line such as"),
        (OBJECT, " = good", "a line such as"),
        (OBJECT, r"a\=b", "a line such as"),
    ],
)
def test_what_can_t_be_read_is_said(setting: Setting, text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        from_text(setting, text)


def test_bounds_are_left_to_the_check_of_settings() -> None:
    assert math.isinf(from_text(NUMBER, "1e999"))
    assert NUMBER.problem(math.inf)
    assert NUMBER.problem(math.nan)


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        (WHOLE, 0, "all"),
        (WHOLE, 16, "16 rows"),
        (WHOLE, 2_500_000, "2500000"),
        (NUMBER, 2e-05, "2e-05"),
        (YES, False, "no"),
        (CHOICE, "b", "The second"),
        (CHOICE, "gone", "gone"),
        (LIST, ["\n", "###"], "a line end, “###”"),
        (LIST, [], "none"),
        (OBJECT, {"pos": "good", "neg": "bad"}, "“good” for pos, “bad” for neg"),
        (OBJECT, {}, "none"),
        (TEXT, "\n\n", "an empty line"),
        (TEXT, "\n---\n", "“↵---↵”"),
        (TEXT, "", "nothing"),
    ],
)
def test_values_in_words(setting: Setting, value: object, words: str) -> None:
    assert in_words(setting, value) == words
