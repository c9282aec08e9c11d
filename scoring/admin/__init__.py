"""Scores, boards, grants and ceremonies on the organizers' desk."""

from scoring.admin import ceremonies, participations, scores

__all__ = ["ceremonies", "participations", "scores"]
