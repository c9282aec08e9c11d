"""Scores, boards, grants and ceremonies on the organizers' desk."""

from scoring.admin import ceremonies, participations, rescorings, scores

__all__ = ["ceremonies", "participations", "rescorings", "scores"]
