"""Templates and choices of the prompt track."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competitions.kinds import get_kind
from competitions.kinds.prompt import (
    choices_problem,
    default_template,
    filled,
    template_problem,
)
from sandbox.runner.heads.prompt_texts import filled as filled_by_the_runner

NAMES = ("question", "context")
CLASSES = ("neg", "pos")


@pytest.mark.parametrize(
    "template",
    [
        "{context}\nQuestion: {question}\nAnswer: {answer}",
        "{question}{answer}",
        "{question} {question} {answer}",
        "a } { b: {question}\n{answer}",
    ],
)
def test_templates_with_known_names_and_one_answer_at_the_end_are_right(template: str) -> None:
    assert template_problem(template, NAMES) == ""


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ("{text}\n{answer}", "{text}"),
        ("{ question }\n{answer}", "{ question }"),
        ("{}{question}{answer}", "{}"),
        ("{question}", "once, at its end"),
        ("{question} {answer}.", "once, at its end"),
        ("{answer} {question} {answer}", "once, at its end"),
        ("Say yes: {answer}", "nothing of an input"),
        ("", "once, at its end"),
    ],
)
def test_other_templates_are_explained(template: str, problem: str) -> None:
    assert problem in template_problem(template, NAMES)


@given(st.lists(st.sampled_from(["a", "text_b", "question"]), min_size=1, unique=True))
def test_the_default_template_is_a_right_one(names: list[str]) -> None:
    assert template_problem(default_template(names), names) == ""


def test_an_empty_template_is_completed_with_the_kinds_own_names() -> None:
    settings = get_kind("pair_classification").all_settings("prompt", {"shots": 2})
    assert settings["template"] == "{text_a}\n{text_b}\n{answer}"
    assert settings["shots"] == 2


@pytest.mark.parametrize("choices", [{}, {"pos": "good"}, {"pos": "good", "neg": "bad"}])
def test_choices_of_known_classes_with_different_texts_are_right(choices: dict[str, str]) -> None:
    assert choices_problem(choices, CLASSES) == ""


@pytest.mark.parametrize(
    ("choices", "problem"),
    [
        ({"positive": "good"}, "no class"),
        ({"pos": " "}, "empty"),
        ({"pos": "neg"}, "two classes"),
        ({"pos": "ok", "neg": "ok"}, "two classes"),
    ],
)
def test_other_choices_are_explained(choices: dict[str, str], problem: str) -> None:
    assert problem in choices_problem(choices, CLASSES)


@pytest.mark.parametrize(
    ("kind", "only"),
    [
        ("text_classification", {"choices", "normalisation"}),
        ("text_generation", {"max_new_tokens", "stop"}),
        ("extractive_qa", {"max_new_tokens", "stop", "no_answer"}),
    ],
)
def test_what_a_kind_can_set_is_what_its_answers_need(kind: str, only: set[str]) -> None:
    assert get_kind(kind).settings_of("prompt").keys() == only | {
        *("template", "shots", "shot_seed", "separator"),
    }


@given(
    st.text("{}ab\n", max_size=30),
    st.dictionaries(st.sampled_from(["a", "b", "answer"]), st.text("{a}", max_size=5)),
)
def test_a_template_is_filled_in_as_the_runner_does_it(
    template: str, values: dict[str, str]
) -> None:
    assert filled(template, values) == filled_by_the_runner(template, values)
