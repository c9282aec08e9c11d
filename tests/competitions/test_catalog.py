"""The catalogue names everything that is registered, and its page is what the command prints."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

from django.core.management import call_command

from competitions.catalog import catalog, markdown
from competitions.format_facts import FORMATS
from competitions.guarantees import CODE_FORMATS
from competitions.kinds import KINDS
from competitions.kinds.tracks import TRACKS
from competitions.models import Task
from scoring.metrics import METRICS
from submissions.validation import suffixes

ROOT = Path(__file__).parents[2]


def printed(*options: str) -> str:
    out = StringIO()
    call_command("catalog", *options, stdout=out)
    return out.getvalue()


def test_catalogue_names_all_that_is_registered() -> None:
    found = json.loads(printed("--json"))
    assert {kind["slug"] for kind in found["kinds"]} == KINDS.keys()
    assert {metric["name"] for metric in found["metrics"]} == METRICS.keys()
    assert {track["slug"] for track in found["tracks"]} == TRACKS.keys() == set(Task.Track.values)
    assert {each["name"] for each in found["formats"]} == set(suffixes.FORMATS)
    assert found == json.loads(json.dumps(catalog()))


def test_page_in_the_docs_is_what_the_command_prints() -> None:
    """Where it differs: python manage.py catalog --markdown > docs/catalog.md"""
    assert (ROOT / "docs" / "catalog.md").read_text() == printed("--markdown") == markdown()


def test_plain_list_counts_and_names() -> None:
    said = printed()
    assert f"kinds ({len(KINDS)}): " in said
    assert "accuracy" in said


def test_every_metric_serves_a_kind_and_every_kind_has_a_metric() -> None:
    found = catalog()
    assert all(metric["kinds"] for metric in found["metrics"])
    assert all(kind["metrics"] for kind in found["kinds"])


def test_every_kind_tells_its_head_its_schemas_and_an_example_of_each() -> None:
    for kind in catalog()["kinds"]:
        assert kind["head"]
        assert {*kind["reads"]} <= kind["example"]["input"]["input"].keys()
        assert kind["answers"].keys() == kind["example"]["answers"].keys() == {*kind["tracks"]}
        for track, schema in kind["answers"].items():
            keys = kind["example"]["answers"][track].keys() - {"id"}
            assert {*schema["required"]} <= keys <= {*schema["required"], *schema["optional"]}


def test_formats_with_participants_code_say_so_and_every_example_exists() -> None:
    for name, facts in FORMATS.items():
        assert ("participants' code" in facts.title) == (name in CODE_FORMATS)
        assert (ROOT / "examples" / facts.example).is_file()
