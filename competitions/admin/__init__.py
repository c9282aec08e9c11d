"""The organizers' desk: competitions with their phases, tasks, datasets and awards."""

from competitions.admin import competition, dataset_versions, participations

__all__ = ["competition", "dataset_versions", "participations"]
