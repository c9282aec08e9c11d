"""From parsed answers to the rounds that a metric reads."""

from competitions.kinds import get_kind
from competitions.kinds.values import ClassAnswer, SeedAnswers
from scoring.given import given_answers

KIND = get_kind("text_classification")
YES, NO = ClassAnswer("yes"), ClassAnswer("no")


def rounds(answers: dict[str, SeedAnswers], seeds: int):
    return given_answers(
        answers,
        kind=KIND,
        track="finetune",
        task="movies",
        settings=KIND.all_settings("finetune", {"seeds": seeds}),
        classes=("no", "yes"),
        labels=[],
        train=[],
    ).rounds


def test_each_seed_is_a_round_of_its_own() -> None:
    answers = {"a": SeedAnswers((YES, NO)), "b": SeedAnswers((NO, NO))}
    assert rounds(answers, 2) == [{"a": YES, "b": NO}, {"a": NO, "b": NO}]


def test_a_seed_without_an_answer_is_missing_in_its_round() -> None:
    """The task says how many seeds there are; a file can't choose to have fewer."""
    answers = {"a": SeedAnswers((YES,)), "b": SeedAnswers((NO, None, YES))}
    assert rounds(answers, 3) == [{"a": YES, "b": NO}, {}, {"b": YES}]


def test_answers_beyond_the_seeds_count_for_nothing() -> None:
    assert rounds({"a": SeedAnswers((YES, NO, NO))}, 2) == [{"a": YES}, {"a": NO}]
