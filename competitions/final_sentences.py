"""How points become a final score, in one sentence for participants."""

from __future__ import annotations

from competitions.models import Competition

_SENTENCES = {
    Competition.Aggregation.MEAN: "the final score is their weighted mean.",
    Competition.Aggregation.CATEGORY_MEAN: (
        "the final score is the mean over the categories of tasks, each the weighted mean of its "
        "own tasks."
    ),
    Competition.Aggregation.GEOMETRIC_MEAN: (
        "the final score is their weighted geometric mean: a weak task pulls it down further than "
        "a strong one lifts it, and one task at 0 points makes it 0."
    ),
    Competition.Aggregation.INTERQUARTILE_MEAN: (
        "the final score is their interquartile mean: of each submission, the best and the worst "
        "quarter of its tasks are left out, and the rest is averaged by weight."
    ),
}


def final_sentence(competition: Competition) -> str:
    """Return the sentence's second half, after “each task gives 0 to 100 points;”."""
    if competition.tasks.count() == 1:
        return "the final score is their value."
    return _SENTENCES[Competition.Aggregation(competition.aggregation)]
