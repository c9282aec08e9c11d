"""Submissions, runs and workers on the organizers' desk: looked at, never changed by hand.

There is no way from here to a participant's files or to stored predictions.
"""

from submissions.admin import determinism, duplicates, predictions, runs, submissions, workers

__all__ = ["determinism", "duplicates", "predictions", "runs", "submissions", "workers"]
