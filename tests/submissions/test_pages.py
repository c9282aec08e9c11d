"""Pages of a submission's way: upload, follow, cancel, choose, close."""

import io
import json
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.models import User
from common import blobs
from competitions.kinds import get_kind
from competitions.models import Award, Competition, Participation
from sandbox.runner.errors import Code
from scoring.models import FinalScore, TaskScore
from scoring.predictions import PredictionsInvalid, read_predictions
from submissions.advice import ADVICE, advice
from submissions.models import RunTask, Submission
from submissions.pages.standing_view import submission_views
from submissions.selectors import follow
from submissions.verdicts import error_class
from tests import factories

pytestmark = pytest.mark.django_db
Jobs = list[tuple[str, str, object]]
UPLOAD = "/competitions/cup/submit/"
MINE = "/competitions/cup/submissions/"
CLOSE = "/competitions/cup/close/"


@pytest.fixture
def competition() -> Competition:
    made = factories.competition(slug="cup")
    factories.task(made, slug="films", title="Films", rows=100)
    return made


@pytest.fixture
def mine(competition: Competition) -> Participation:
    return factories.participation(competition)


@pytest.fixture
def user(mine: Participation, client: Client) -> User:
    assert mine.user is not None
    client.force_login(mine.user)
    return mine.user


def zipped(files: dict[str, bytes]) -> SimpleUploadedFile:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return SimpleUploadedFile("model.zip", buffer.getvalue())


def score(submission: Submission, points: float, split: str = "public", **fields: Any) -> None:
    """Give a submission a score in its competition's only task, and the final score."""
    task = submission.competition.tasks.get()
    TaskScore.objects.create(
        submission=submission, task=task, dataset=task.dataset, split=split,
        scorer_version="1", rows=30, **{"value": points / 100, "points": points, **fields},
    )  # fmt: skip
    FinalScore.objects.create(
        submission=submission,
        participation=submission.participation,
        split=split,
        points=points,
        rule_version="1",
    )


class TestUpload:
    def test_it_needs_a_login_and_a_participation(
        self, client: Client, competition: Competition
    ) -> None:
        assert client.get(UPLOAD)["Location"] == f"/accounts/login/?next={UPLOAD}"
        client.force_login(factories.user())
        assert client.get(UPLOAD)["Location"] == "/competitions/cup/join/"
        sent = client.post(UPLOAD, {"archive": zipped({"config.json": b"{}"})}, follow=True)
        assert sent.redirect_chain == [("/competitions/cup/join/", 302)]
        assert "accept its rules first" in sent.content.decode()
        by_script = client.post(UPLOAD, headers={"accept": "application/json"})
        assert (by_script.status_code, by_script.json()["code"]) == (403, "not_joined")
        assert not Submission.objects.exists()

    def test_it_shows_limits_and_what_is_left(
        self, client: Client, mine: Participation, user: User
    ) -> None:
        factories.submission(mine, state="scored")
        content = client.get(UPLOAD).content.decode()
        assert '<span class="big">4</span> <span class="quiet">of 5 today' in content
        assert "1 of 100 used" in content
        assert "2.1 GB in at most 200 files" in content
        assert "films/" in content

    def test_it_says_what_code_may_be_brought(
        self, client: Client, user: User, competition: Competition
    ) -> None:
        content = client.get(UPLOAD).content.decode()
        assert "predict.py" not in content
        assert "code, links" in content
        Competition.objects.update(allowed_formats=["onnx", "python"])
        content = client.get(UPLOAD).content.decode()
        assert "<code>predict.py</code>" in content
        assert "hubconf.py" not in content
        assert "code, links" not in content

    def test_a_zip_becomes_a_submission(
        self, client: Client, user: User, enqueued: Jobs, mine: Participation
    ) -> None:
        archive = zipped({"model/config.json": b"{}", "model/model.safetensors": b"xyz"})
        response = client.post(UPLOAD, {"archive": archive}, follow=True)
        submission = mine.submissions.get()
        assert response.redirect_chain == [(f"/submissions/{submission.pk}/", 302)]
        assert "Submission 1 is received." in response.content.decode()
        assert {file.path for file in submission.files.all()} == {
            "config.json",
            "model.safetensors",
        }

    def test_the_script_gets_the_address(
        self, client: Client, user: User, enqueued: Jobs, mine: Participation
    ) -> None:
        archive = zipped({"config.json": b"{}", "model.safetensors": b"xyz"})
        response = client.post(UPLOAD, {"archive": archive}, headers={"Accept": "application/json"})
        assert response.status_code == 201
        assert response.json() == {"url": f"/submissions/{mine.submissions.get().pk}/"}

    def test_no_file_is_said_inline(self, client: Client, user: User) -> None:
        response = client.post(UPLOAD, {})
        assert response.status_code == 400
        assert b"Choose a zip file first." in response.content

    def test_a_bad_zip_is_refused_with_its_reason_and_file(
        self, client: Client, user: User
    ) -> None:
        response = client.post(UPLOAD, {"archive": zipped({"pytorch_model.bin": b"x"})})
        assert response.status_code == 422
        content = response.content.decode()
        assert "loading a pickle runs code" in content
        assert "<code>pytorch_model.bin</code>" in content
        assert 'id="upload"' in content
        assert not Submission.objects.exists()

    def test_the_script_gets_the_refusal(self, client: Client, user: User) -> None:
        form = {"archive": SimpleUploadedFile("a.zip", b"no zip")}
        response = client.post(UPLOAD, form, headers={"Accept": "application/json"})
        assert response.status_code == 422
        assert response.json()["code"] == "not_a_zip"

    def test_outside_of_a_phase_the_form_is_shut(
        self, client: Client, user: User, competition: Competition
    ) -> None:
        competition.phases.update(ends_at=timezone.now())
        content = client.get(UPLOAD).content.decode()
        assert "The phase “Development” ended on" in content
        assert 'id="upload"' not in content

    def test_over_the_daily_limit_the_next_time_is_told(
        self, client: Client, user: User, competition: Competition, mine: Participation
    ) -> None:
        competition.phases.update(daily_limit=1)
        factories.submission(mine, state="scored")
        content = client.get(UPLOAD).content.decode()
        assert "The next is possible from" in content
        assert '<span class="big">0</span>' in content

    def test_baselines_have_no_limits(self, client: Client, competition: Competition) -> None:
        organizer = factories.organizer(competition)
        factories.participation(competition, user=organizer, is_baseline=True)
        competition.phases.all().delete()
        client.force_login(organizer)
        content = client.get(UPLOAD).content.decode()
        assert "you enter a baseline" in content
        assert 'id="upload"' in content


class TestMine:
    def test_an_empty_list_says_what_to_do(self, client: Client, user: User) -> None:
        assert "Nothing submitted yet" in client.get(MINE).content.decode()
        assert UPLOAD in client.get(MINE).content.decode()

    def test_without_a_participation_it_says_to_join(
        self, client: Client, competition: Competition
    ) -> None:
        client.force_login(factories.user())
        assert "Join the competition first" in client.get(MINE).content.decode()

    def test_progress_and_place_in_the_queue_are_shown(
        self, client: Client, user: User, mine: Participation
    ) -> None:
        running = factories.run(factories.submission(mine, state="running"), state="running")
        running.tasks.update(state="running", rows_done=50, rows_total=100, rate=10.0)
        factories.run(factories.submission(mine, state="queued"))
        content = " ".join(client.get(MINE).content.decode().split())
        assert "50 of 100 rows, 10 rows/s, 5 s left" in content
        assert "Place 1 in the queue." in content

    def test_it_asks_again_only_while_something_is_live(
        self, client: Client, user: User, mine: Participation
    ) -> None:
        submission = factories.submission(mine, state="scored")
        content = client.get(MINE).content.decode()
        assert "hx-get" not in content
        assert "htmx" not in content.split("</head>")[1]
        Submission.objects.filter(pk=submission.pk).update(state="running")
        content = client.get(MINE).content.decode()
        assert (
            'hx-get="/competitions/cup/submissions/live/?page=1" hx-trigger="every 2s"' in content
        )
        live = client.get(f"{MINE}live/")
        assert live.content.decode().lstrip().startswith('<div id="entries" hx-get')

    def test_others_submissions_are_not_in_it(
        self, client: Client, user: User, competition: Competition
    ) -> None:
        other = factories.submission(factories.participation(competition), state="scored")
        assert str(other.pk) not in client.get(MINE).content.decode()

    def test_it_costs_the_same_for_many(
        self,
        client: Client,
        user: User,
        mine: Participation,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        score(factories.submission(mine, state="scored"), 50.0)
        with django_assert_num_queries(17):
            client.get(MINE)
        for _ in range(9):
            factories.run(factories.submission(mine, state="scored"), state="done")
        with django_assert_num_queries(17):
            client.get(MINE)


class TestDetail:
    def test_points_and_raw_values_are_shown(
        self, client: Client, user: User, mine: Participation
    ) -> None:
        submission = factories.submission(mine, state="scored", parameters=22_713_216)
        score(submission, 81.4)
        content = client.get(f"/submissions/{submission.pk}/").content.decode()
        assert '<span class="big">81.40</span>' in content
        assert "<strong>81.40</strong>" in content
        assert 'Accuracy <span class="together">0.8140</span>' in content
        assert "22\u202f713\u202f216" in content
        assert "config.json" in content
        assert "hx-get" not in content

    def test_a_failed_task_says_what_happened_and_what_to_do(
        self, client: Client, user: User, mine: Participation
    ) -> None:
        submission = factories.submission(mine, state="scored")
        factories.run(submission, state="done").tasks.update(
            state="failed",
            error_code="missing_head",
            error_message="hidden row 7",
            smoke_code="missing_head",
            smoke_message="Missing: <classifier>",
        )
        score(submission, 0.0, failed=True, value=None)
        content = client.get(f"/submissions/{submission.pk}/").content.decode()
        assert "<code>missing_head</code>" in content
        assert "Missing: &lt;classifier&gt;" in content
        assert "hidden row 7" not in content
        assert "Fine-tune the model for this task" in content

    def test_the_same_words_are_said_once(
        self, client: Client, user: User, mine: Participation
    ) -> None:
        words = "predict.py, line 31: KeyError"
        said = {"error_code": "bad_code", "error_message": words}
        submission = factories.submission(mine, state="failed", **said)
        run = factories.run(submission, state="done")
        run.tasks.update(state="failed", smoke_code="bad_code", smoke_message=words, **said)
        assert client.get(f"/submissions/{submission.pk}/").content.decode().count(words) == 1

    def test_a_refusal_names_code_file_and_reason(
        self, client: Client, user: User, mine: Participation
    ) -> None:
        submission = factories.submission(
            mine,
            state="refused",
            error_code="bad_config",
            error_message="config.json: is not JSON\u202e\x1b[0m",
            error_field="config.json",
        )
        content = client.get(f"/submissions/{submission.pk}/").content.decode()
        assert "<code>bad_config</code> in <code>config.json</code>" in content
        assert "config.json: is not JSON[0m" in content
        assert "counts against no limit" in content

    def test_what_is_declared_is_shown_as_text_with_safe_links(
        self, client: Client, user: User, mine: Participation
    ) -> None:
        declared = {
            "description": "<script>alert(1)</script>\u202e",
            "base_model": "bert",
            "training_data": "data",
            "training_time": "2 h",
            "compute": "1 GPU",
            "paper": "https://example.org/p",
            "code": "javascript:alert(1)",
        }
        submission = factories.submission(mine, state="scored", declared=declared)
        content = client.get(f"/submissions/{submission.pk}/").content.decode()
        assert "<script>alert" not in content
        assert "\u202e" not in content
        assert 'href="https://example.org/p" rel="nofollow noopener noreferrer"' in content
        assert 'href="javascript' not in content
        for text in ("bert", "2 h", "1 GPU"):
            assert text in content

    def test_nobody_else_sees_it(
        self, client: Client, mine: Participation, competition: Competition
    ) -> None:
        path = f"/submissions/{factories.submission(mine).pk}/"
        assert client.get(path)["Location"].startswith("/accounts/login/")
        client.force_login(factories.user())
        for rest in ("", "live/"):
            assert client.get(path + rest).status_code == 404
        for rest in ("cancel/", "select/"):
            assert client.post(path + rest).status_code == 404
            assert client.get(path + rest).status_code == 405
        client.force_login(factories.organizer(competition))
        content = client.get(path).content.decode()
        assert f"of {mine.display_name}" in content

    def test_it_follows_itself_until_the_end(
        self, client: Client, user: User, mine: Participation
    ) -> None:
        submission = factories.submission(mine, state="queued")
        factories.run(submission)
        path = f"/submissions/{submission.pk}/live/"
        response = client.get(path)
        assert f'hx-get="{path}" hx-trigger="every 2s"' in response.content.decode()
        assert "Next in the queue." in response.content.decode()
        assert "HX-Refresh" not in response.headers
        Submission.objects.update(state="scored")
        response = client.get(path)
        assert response["HX-Refresh"] == "true"
        assert "hx-get" not in response.content.decode()

    def test_cancelling(self, client: Client, user: User, mine: Participation) -> None:
        submission = factories.submission(mine, state="queued")
        path = f"/submissions/{submission.pk}/"
        assert "Cancel this submission" in client.get(path).content.decode()
        response = client.post(f"{path}cancel/", follow=True)
        assert "Submission 1 is cancelled." in response.content.decode()
        response = client.post(f"{path}cancel/", follow=True)
        assert "can&#x27;t be cancelled any more" in response.content.decode()
        assert "Cancel this submission" not in response.content.decode()

    def test_choosing_what_counts(self, client: Client, user: User, mine: Participation) -> None:
        submission = factories.submission(mine, state="scored")
        path = f"/submissions/{submission.pk}/"
        assert "Choose as final" in client.get(path).content.decode()
        response = client.post(f"{path}select/", follow=True)
        assert "counts at the close" in response.content.decode()
        assert "Choose as final" not in response.content.decode()
        failed = factories.submission(mine, state="failed")
        response = client.post(f"/submissions/{failed.pk}/select/", follow=True)
        assert "Only a submission with a score can be chosen." in response.content.decode()


def read(client: Client, path: str) -> str:
    return " ".join(client.get(path).content.decode().replace("&#x27;", "'").split())


class TestSamples:
    def test_the_samples_come_first_and_then_the_hidden_rows(
        self, client: Client, user: User, mine: Participation
    ) -> None:
        submission = factories.submission(mine, state="running", format="onnx")
        run = factories.run(submission, state="running")
        path = f"/submissions/{submission.pk}/"
        for address in (path, f"{path}live/"):
            assert "First it meets public sample rows" in read(client, address)
        run.smoke_outcome = "ok"
        run.save()
        for address in (path, f"{path}live/"):
            assert "It runs over the hidden rows." in read(client, address)

    def test_the_end_of_their_log_is_shown_as_text(
        self, client: Client, user: User, mine: Participation
    ) -> None:
        submission = factories.submission(mine, state="scored")
        path = f"/submissions/{submission.pk}/"
        assert "Log of the sample run" not in read(client, path)
        said = "<script>alert(1)</script>\x1b[31m\u202e at line 3"
        run = factories.run(
            submission,
            state="done",
            smoke_outcome="timeout",
            smoke_log_sha256=blobs.logs.put_bytes(said.encode()).sha256,
            log_sha256=blobs.logs.put_bytes(b"hidden row 7").sha256,
        )
        content = read(client, path)
        assert "&lt;script&gt;alert(1)&lt;/script&gt; at line 3</pre>" in content
        assert "ended at the time limit. Every task gave answers." in content
        assert f'href="/api/v1/submissions/{submission.pk}/sample-log/"' in content
        assert "hidden row 7" not in content
        run.tasks.update(smoke_code="bad_code")
        assert "Without good answers: Films." in read(client, path)

    @pytest.mark.parametrize(
        ("log", "words"), [(b"", "It printed nothing."), (None, "no longer stored")]
    )
    def test_a_log_without_words_or_without_a_file_is_said(
        self, client: Client, user: User, mine: Participation, log: bytes | None, words: str
    ) -> None:
        submission = factories.submission(mine, state="scored")
        sha256 = "0" * 64 if log is None else blobs.logs.put_bytes(log).sha256
        factories.run(submission, state="done", smoke_outcome="ok", smoke_log_sha256=sha256)
        content = read(client, f"/submissions/{submission.pk}/")
        assert words in content
        assert "<pre" not in content


class TestCodeOfParticipants:
    @pytest.fixture
    def running(self, mine: Participation) -> Submission:
        made = factories.submission(mine, state="running", format="python")
        factories.run(made, state="running", smoke_outcome="ok")
        return made

    def test_no_progress_is_shown_while_it_runs(
        self, client: Client, user: User, running: Submission
    ) -> None:
        for path in (f"/submissions/{running.pk}/", f"/submissions/{running.pk}/live/", MINE):
            content = read(client, path)
            assert "Progress is not shown for formats with participants' code" in content, path
            assert "<progress" not in content, path

    def test_afterwards_its_tasks_are_shown(
        self, client: Client, user: User, running: Submission
    ) -> None:
        Submission.objects.update(state="scored")
        RunTask.objects.update(state="ok")
        score(running, 81.4)
        content = read(client, f"/submissions/{running.pk}/")
        assert "<strong>81.40</strong>" in content
        assert "Progress is not shown" not in content

    def test_the_second_at_which_it_ended_is_not_in_the_page(
        self, client: Client, user: User, running: Submission
    ) -> None:
        ended = timezone.now().replace(hour=12, minute=34, second=56)
        Submission.objects.update(state="scored", ended_at=ended)
        content = read(client, f"/submissions/{running.pk}/")
        assert "12:34" in content
        assert "12:34:56" not in content


class TestMissingGuarantees:
    @pytest.fixture
    def waiting(self, mine: Participation) -> Submission:
        made = factories.submission(mine, state="queued")
        factories.run(made, missing=["kernel_isolation", "memory_bound"])
        return made

    def test_page_and_list_name_in_words_what_is_missing(
        self, client: Client, user: User, waiting: Submission
    ) -> None:
        for path in (f"/submissions/{waiting.pk}/", f"/submissions/{waiting.pk}/live/"):
            content = read(client, path)
            assert "does not have: Memory limit, Kernel isolation." in content
            assert "You need not do anything." in content
            assert "as soon as a worker is free" not in content
            assert "/admin/" not in content
        assert "Waits for a worker that has: Memory limit, Kernel isolation." in read(client, MINE)

    def test_organizers_are_told_what_they_can_do(
        self, client: Client, competition: Competition, waiting: Submission
    ) -> None:
        client.force_login(factories.organizer(competition))
        for path in (f"/submissions/{waiting.pk}/", f"/submissions/{waiting.pk}/live/"):
            content = read(client, path)
            assert 'href="/admin/submissions/worker/"' in content
            assert f'href="/admin/competitions/competition/{competition.pk}/change/"' in content

    def test_nothing_is_said_where_nothing_is_missing(
        self, client: Client, user: User, waiting: Submission
    ) -> None:
        waiting.runs.update(missing=[])
        assert "another worker" not in read(client, f"/submissions/{waiting.pk}/")
        assert "Waits for a worker" not in read(client, MINE)


@pytest.mark.parametrize("state", Submission.State.values)
def test_every_state_has_a_page(
    client: Client, user: User, mine: Participation, state: str
) -> None:
    submission = factories.submission(mine, state=state)
    factories.run(submission, state="done")
    response = client.get(f"/submissions/{submission.pk}/")
    assert response.status_code == 200
    assert submission.get_state_display() in response.content.decode()
    assert client.get(MINE).status_code == 200


def test_a_run_that_failed_before_its_tasks_shows_no_waiting_tasks(mine: Participation) -> None:
    submission = factories.submission(mine, state="failed")
    run = factories.run(submission, state="done")
    competition = submission.competition
    assert not submission_views([follow(submission)], competition=competition)[0].has_run
    run.tasks.update(state=RunTask.State.FAILED)
    assert submission_views([follow(submission)], competition=competition)[0].has_run


def test_every_code_of_the_runner_and_of_the_platform_has_advice() -> None:
    platform = "crashed output_limit platform_fault no_report no_predictions bad_output"
    assert {*map(str, Code), *platform.split()} <= set(ADVICE)


def test_answers_of_a_wrong_shape_over_sample_rows_have_advice() -> None:
    for line in (
        b"{",
        b'{"id": "r1"}\n',
        b'{"id": "r1", "label": 1}\n',
        b'{"id": "x"}\n',
        b"[1]\n",
    ):
        with pytest.raises(PredictionsInvalid) as refused:
            read_predictions(
                io.BytesIO(line),
                kind=get_kind("text_classification"),
                track="predict",
                expected_ids={"r1"},
                labels=["neg", "pos"],
                max_bytes=1000,
            )
        assert "shape" in advice(refused.value.code), refused.value.code
    assert advice("a code that nobody knows") == ""


@pytest.mark.parametrize("name", ["onnx", "python"])
def test_every_class_of_error_over_hidden_rows_has_advice(name: str) -> None:
    codes = [*map(str, Code), "crashed", "output_limit", "duplicate_id", "a secret"]
    assert {error_class(code, submission_format=name) for code in codes} <= set(ADVICE)


class TestClose:
    def test_only_organizers_come_in(self, client: Client, user: User) -> None:
        assert client.get(CLOSE).status_code == 403
        assert client.post(CLOSE, {"confirm": "yes"}).status_code == 403

    def test_it_names_who_is_unfinished_and_then_can_not_close(
        self, client: Client, competition: Competition, mine: Participation
    ) -> None:
        submission = factories.submission(mine, state="running")
        client.force_login(factories.organizer(competition))
        content = client.get(CLOSE).content.decode()
        assert "1 submission still waits for a verdict." in content
        assert f"/submissions/{submission.pk}/" in content
        assert 'name="confirm"' not in content
        response = client.post(CLOSE, {"confirm": "yes"})
        assert response.status_code == 409
        competition.refresh_from_db()
        assert competition.state == "published"

    def test_it_warns_of_an_open_phase_and_needs_the_box(
        self, client: Client, competition: Competition
    ) -> None:
        client.force_login(factories.organizer(competition))
        assert "A phase is not over." in client.get(CLOSE).content.decode()
        response = client.post(CLOSE, {})
        assert response.status_code == 400
        assert "Tick the box to confirm." in response.content.decode()

    def test_closing_leads_to_the_awards(
        self, client: Client, competition: Competition, mine: Participation
    ) -> None:
        Award.objects.create(competition=competition, slug="a", title="Best", rule="overall_rank")
        submission = factories.submission(mine, state="scored")
        score(submission, 70.0)
        score(submission, 60.0, split="private")
        client.force_login(factories.organizer(competition))
        response = client.post(CLOSE, {"confirm": "yes"}, follow=True)
        assert response.redirect_chain == [("/competitions/cup/awards/", 302)]
        content = response.content.decode()
        assert "The competition is closed; 1 prizes are awarded." in content
        assert mine.display_name in content
        assert "This competition was closed on" in client.get(CLOSE).content.decode()


def test_a_private_score_is_on_no_page_before_the_close(
    client: Client, competition: Competition, mine: Participation
) -> None:
    submission = factories.submission(mine, state="scored", selected_final=True)
    factories.run(submission, state="done").tasks.update(state="ok")
    score(submission, 70.0)
    score(submission, 63.21, split="private")
    pages = ["", "rules/", "tasks/", "data/", "leaderboard/", "leaderboard/?board=private"]
    pages += ["awards/", "submissions/", "submissions/live/", "submit/", "close/", "join/"]
    paths = ["/", "/profile/", *(f"/competitions/cup/{page}" for page in pages)]
    paths += [f"/submissions/{submission.pk}/", f"/submissions/{submission.pk}/live/"]
    viewers = [None, mine.user, factories.organizer(competition), factories.user(is_superuser=True)]
    for viewer in viewers:
        client.logout()
        if viewer is not None:
            client.force_login(viewer)
        for path in paths:
            content = client.get(path).content
            assert b"63.21" not in content, (viewer, path)
            assert b"0.6321" not in content, (viewer, path)
    client.force_login(viewers[2] or factories.user())
    assert client.post(CLOSE, {"confirm": "yes"}).status_code == 302
    assert b"63.21" in client.get("/competitions/cup/leaderboard/").content


def test_json_of_a_refusal_has_the_one_shape(client: Client, user: User) -> None:
    response = client.post(UPLOAD, {}, headers={"Accept": "application/json"})
    assert json.loads(response.content) == {
        "code": "no_file",
        "message": "Choose a zip file first.",
        "field": "archive",
    }
