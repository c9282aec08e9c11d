"""The factories make valid, stored things."""

import pytest

from tests import factories


@pytest.mark.django_db
def test_a_submission_has_its_files_and_a_run_with_every_task() -> None:
    competition = factories.competition()
    factories.task(competition)
    factories.task(competition)
    submission = factories.submission(factories.participation(competition))
    run = factories.run(submission)
    assert submission.files.count() == 2
    assert run.tasks.count() == 2
