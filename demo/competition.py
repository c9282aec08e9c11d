"""The demo competition in words: what its organizer types into the admin."""

from __future__ import annotations

from typing import Any

from demo.tasks import PRODUCTS

SLUG = "pretrained-text-encoders"
FEW_PARAMETERS = 10_000_000

COMPETITION: dict[str, Any] = {
    "slug": SLUG,
    "title": "Pretrained text encoders",
    "tagline": "One model, four views of meaning: movies, products, tweets and words.",
    "overview": """\
Upload **one pretrained text encoder**. It is run on every task in a sandbox that holds no answers,
and scored outside of it.

- On the tasks of the *probe* track your model gives embeddings; the platform fits the same small
  classifier or regression on top of everybody's.
- On *product snippets* your model brings its own classification head, in the folder
  `tasks/product-sentiment/`.
- On *words* the cosine of two embeddings is your answer.

The final score is the mean of the points of all tasks, from 0 to 100. The public board shows a part
of the test rows; the private rest decides at the close.

The texts are from C.J. Hutto and E. Gilbert, *VADER: A Parsimonious Rule-based Model for Sentiment
Analysis of Social Media Text* (ICWSM 2014), and from *SimLex-999* (Hill, Reichart and Korhonen,
2015).
""",
    "rules": """\
1. Use any model and any training data, but not the test texts with their labels: the sources are
   public, and looking them up is cheating.
2. Say in `submission.yaml` what you have trained on.
3. Your best entry on the public board counts at the close, unless you choose another one.
4. A task that fails gets 0 points; the others count.
5. Ties share a rank. For an award the earlier entry goes first.
""",
    "public_fraction": 0.3,
    "task_seconds": 300,
    "total_seconds": 1200,
}

AWARDS: tuple[dict[str, Any], ...] = (
    *(
        {
            "slug": f"overall-{rank}",
            "title": title,
            "prize": prize,
            "rule": "overall_rank",
            "rank_from": rank,
            "rank_to": rank,
        }
        for rank, title, prize in (
            (1, "First place", "A gold medal"),
            (2, "Second place", "A silver medal"),
            (3, "Third place", "A bronze medal"),
        )
    ),
    {
        "slug": "best-shopper",
        "title": "Best on product snippets",
        "prize": "A full basket",
        "rule": "task_rank",
        "task": PRODUCTS.slug,
    },
    {
        "slug": "small-wonder",
        "title": "Best model under 10 M parameters",
        "prize": "A very small cup",
        "rule": "constraints",
        "max_parameters": FEW_PARAMETERS,
    },
)
