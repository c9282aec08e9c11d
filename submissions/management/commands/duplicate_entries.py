"""``manage.py duplicate_entries``: entries that may be one person's under several names."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from competitions.models import Competition
from submissions.duplicates import AlikeAnswers, EqualFile, alike_answers, equal_files

MEANING = (
    "What it means is for the organizers to decide: people may start from the same public weights. "
    "An answer is odd where most other entries give another one."
)


class Command(BaseCommand):
    """Prints a table, or JSON."""

    help = "List entries of a competition with equal model files or nearly equal answers."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the competition and --json."""
        parser.add_argument("competition", help="The competition's slug.")
        parser.add_argument("--json", action="store_true", help="Print JSON for programs.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare and print."""
        competition = Competition.objects.filter(slug=options["competition"]).first()
        if competition is None:
            raise CommandError(f"There is no competition “{options['competition']}”.")
        files, answers = equal_files(competition), alike_answers(competition)
        self.stdout.write(_as_json(files, answers) if options["json"] else _table(files, answers))


def _as_json(files: list[EqualFile], answers: list[AlikeAnswers]) -> str:
    alike = [{"task": each.task, **asdict(each.likeness)} for each in answers]
    return json.dumps({"equal_files": [asdict(each) for each in files], "alike_answers": alike})


def _table(files: list[EqualFile], answers: list[AlikeAnswers]) -> str:
    if not files and not answers:
        return "No two participations share a model file or nearly all answers."
    rows = [("entries", "share", "where", "figures"), *map(_file_row, files)]
    rows += map(_answers_row, answers)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    return "\n".join([*lines, "", MEANING])


def _file_row(found: EqualFile) -> tuple[str, str, str, str]:
    figures = f"{found.size} bytes, sha256 {found.sha256[:12]}…"
    return ", ".join(found.entries), "a file", found.path, figures


def _answers_row(found: AlikeAnswers) -> tuple[str, str, str, str]:
    pair = found.likeness
    figures = (
        f"{pair.equal} of {pair.rows} rows equal, {pair.odd_alike} of {pair.odd} odd ones alike, "
        f"chance {pair.chance:.0e}"
    )
    return f"{pair.first}, {pair.second}", "answers", found.task, figures
