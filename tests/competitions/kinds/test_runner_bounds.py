"""What the runner writes at most is what the platform takes at most."""

from __future__ import annotations

from competitions.kinds import extractive_qa, text_generation, words
from sandbox.runner.heads import fill, generate, span


def test_longest_texts_of_the_runner_are_those_of_the_kinds() -> None:
    assert generate.LONGEST == text_generation.MAX_ANSWER_LENGTH
    assert span.LONGEST == extractive_qa.MAX_ANSWER_LENGTH
    assert fill.LONGEST == words.MAX_WORD_LENGTH


def test_written_text_is_cut_at_its_stop_texts_and_at_its_bound() -> None:
    assert generate.cut(" One. Two.\nThree ", ["\n", "###"]) == "One. Two."
    assert len(generate.cut("-" * 100_000, [])) == generate.LONGEST
