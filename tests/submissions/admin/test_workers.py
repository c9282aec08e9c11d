"""The admin shows what each worker proved, and tells organizers whether one can serve them."""

from __future__ import annotations

import pytest
from django.utils import timezone

from competitions.guarantees import BASE, FOR_CODE
from competitions.models import Competition
from submissions.admin.workers import remark
from tests import factories
from tests.desk import Desk, change_page, desk

pytestmark = pytest.mark.django_db
LIST = "/admin/submissions/worker/"


@pytest.fixture(autouse=True)
def no_queue_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("submissions.queue.serving", lambda: None)


def test_a_workers_page_says_in_words_what_it_holds_and_what_failed() -> None:
    seen = {"memory_bound": "a run that takes memory without end ended as ok\x1b <b>"}
    worker = factories.worker(held=sorted(BASE), withdrawn=seen)
    page = " ".join(desk().get(f"{LIST}{worker.pk}/change/").split())
    assert "<strong>No network</strong>: Not a packet leaves the sandbox." in page
    failed = (
        "<strong>Memory limit</strong>: a run that takes memory without end ended as ok &lt;b&gt;"
    )
    assert f'is-bad"><ul class="podium-list"><li>{failed}</li></ul>' in page
    silent = page.partition("Does not offer")[2]
    assert "<strong>Kernel isolation</strong>" in silent
    assert "Memory limit" not in silent


def test_a_worker_of_which_all_was_proved_has_nothing_in_red() -> None:
    worker = factories.worker(held=sorted(BASE))
    page = desk().get(f"{LIST}{worker.pk}/change/")
    assert "All that it declared was proved" in page
    assert "is-bad" not in page


def test_the_list_tells_live_from_gone_and_names_what_failed() -> None:
    factories.worker(name="a:1", held=sorted(BASE), environments=["tensorflow", "torch"])
    factories.worker(name="b:1", stopped_at=timezone.now(), withdrawn={"no_survivors": "two left"})
    rows = desk().get(LIST).split("<tr")
    (live,) = [row for row in rows if "a:1" in row]
    (gone,) = [row for row in rows if "b:1" in row]
    assert "PyTorch, TensorFlow" in live and "PyTorch, TensorFlow" not in gone
    assert "Live" in live and f"{len(BASE)} of 17" in live
    assert "Gone" in gone and 'podium-error">No survivors<' in gone


def test_organizers_and_operators_look_and_nobody_changes() -> None:
    worker = factories.worker()
    for someone in (desk(), desk(is_superuser=True)):
        someone.get(LIST)
        assert someone.client.post(f"{LIST}{worker.pk}/change/", {"name": "x"}).status_code == 403
        assert someone.client.post(f"{LIST}{worker.pk}/delete/", {"post": "yes"}).status_code == 403
    assert desk(is_staff=False).client.get(LIST).status_code == 302


class TestRemark:
    def test_without_a_worker_of_its_queue_it_says_so(self) -> None:
        factories.worker(queues=["cpu"], held=sorted(FOR_CODE))
        found = remark(Competition(gpus=1))
        assert (found.good, found.text[:25]) == (False, "No worker with a GPU runs")

    def test_it_counts_who_holds_what_is_required(self) -> None:
        for held in (FOR_CODE, BASE - {"no_network"}):
            factories.worker(held=sorted(held))
        found = remark(Competition())
        assert (found.good, found.text[-7:]) == (True, "1 of 2.")

    def test_it_names_what_the_closest_lacks(self) -> None:
        for held in (BASE, FOR_CODE):
            factories.worker(held=sorted(held))
        found = remark(Competition(required_guarantees=["cpu_bound", "kernel_isolation"]))
        assert not found.good
        assert "lacks: Kernel isolation." in found.text

    def test_it_stands_on_the_competitions_desk_until_the_close(self) -> None:
        made = factories.competition()
        organizer = Desk(factories.organizer(made))
        shown = "No worker runs now: submissions wait"
        assert shown in organizer.get(change_page(made))
        Competition.objects.update(state="closed", closed_at=timezone.now())
        assert shown not in organizer.get(change_page(made))

    def test_it_names_an_environment_that_none_of_them_has(self) -> None:
        factories.worker(held=sorted(FOR_CODE))
        factories.worker(environments=["tensorflow"])
        wanted = Competition(allowed_formats=["onnx", "tensorflow"])
        found = remark(wanted)
        assert not found.good
        assert "None of them has an environment with TensorFlow" in found.text
        factories.worker(held=sorted(FOR_CODE), environments=["tensorflow", "torch"])
        assert remark(wanted).good
