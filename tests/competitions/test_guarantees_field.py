"""The organizer's boxes: what is always required is shown, the rest is chosen, at any time."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from competitions.guarantees import BASE, FOR_CODE, GUARANTEES, required_guarantees
from competitions.guarantees_field import RULE, GuaranteesField
from competitions.models import Competition
from tests import factories
from tests.desk import Desk, change_page, text


def boxes(page: str) -> dict[str, str]:
    """Return the attributes of each box on a page by its value."""
    found = re.findall(r'name="required_guarantees" value="(\w+)"([^>]*)>', page)
    return dict(found)


def test_only_what_goes_beyond_the_base_is_kept_in_the_order_of_the_list() -> None:
    chosen = ["kernel_isolation", "no_network", "memory_bound"]
    assert GuaranteesField().clean(chosen) == ["memory_bound", "kernel_isolation"]
    assert GuaranteesField().clean([]) == []


def test_a_guarantee_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValidationError):
        GuaranteesField().clean(["no_such"])


def test_the_base_is_ticked_and_fixed_and_the_rest_as_it_is_stored() -> None:
    html = GuaranteesField().widget.render("required_guarantees", ["kernel_isolation"])
    assert set(boxes(html)) == set(GUARANTEES)
    for name, attributes in boxes(html).items():
        assert ("disabled" in attributes) == (name in BASE), name
        assert ("checked" in attributes) == (name in BASE | {"kernel_isolation"}), name
        assert GUARANTEES[name].meaning in html.replace("&#x27;", "'"), name


def test_the_form_says_what_no_tick_means() -> None:
    assert "also Memory limit, CPU limit, User namespace." in RULE
    assert {"memory_bound", "cpu_bound", "user_namespace"} == FOR_CODE - BASE


@pytest.mark.django_db
class TestForm:
    @pytest.fixture
    def competition(self) -> Competition:
        made = factories.competition(allowed_formats=["onnx"])
        factories.task(made)
        return made

    @pytest.fixture
    def organizer(self, competition: Competition) -> Desk:
        return Desk(factories.organizer(competition))

    def test_it_may_change_after_publication_and_back(
        self, competition: Competition, organizer: Desk
    ) -> None:
        assert "Tick nothing for the recommended set" in organizer.get(change_page(competition))
        chosen = {"required_guarantees": ["memory_bound", "kernel_isolation"]}
        organizer.save(change_page(competition), chosen)
        competition.refresh_from_db()
        assert competition.required_guarantees == chosen["required_guarantees"]
        organizer.save(change_page(competition), {"required_guarantees": None})
        competition.refresh_from_db()
        assert competition.required_guarantees == []
        assert required_guarantees(competition) == BASE

    def test_saving_what_leaves_code_loose_warns_and_saves(
        self, competition: Competition, organizer: Desk
    ) -> None:
        page = change_page(competition)
        quiet = organizer.save(page, {"required_guarantees": ["cpu_bound"]})
        assert "may run where this is not held" not in text(quiet)
        Competition.objects.update(allowed_formats=["python"])
        warned = organizer.save(page, {"required_guarantees": ["memory_bound"]})
        assert "is not held: CPU limit, User namespace." in text(warned)
        competition.refresh_from_db()
        assert competition.required_guarantees == ["memory_bound"]

    def test_the_page_that_publishes_warns_and_publishes(
        self, competition: Competition, organizer: Desk
    ) -> None:
        Competition.objects.update(
            state="draft",
            baseline_scored_at=timezone.now(),
            allowed_formats=["python"],
            required_guarantees=["cpu_bound"],
        )
        page = organizer.get(f"/admin/competitions/competition/{competition.pk}/publish/")
        assert "It does not keep you from publishing." in page
        assert "is not held: Memory limit, User namespace." in page
        assert "is published" in text(organizer.publish(competition))
