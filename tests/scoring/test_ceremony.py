"""From the close to published results: what is refused on the way, and the whole way once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.models import User
from common.errors import Conflict, DomainError, Forbidden
from common.transitions import IllegalTransition, transition
from competitions.models import Competition, Participation, Ruling, Task
from publications.models import Publication
from scoring.models import AwardGrant, Ceremony, Dispute, LeaderboardEntry, Rescoring
from scoring.records import read_envelope
from scoring.result_rows import board_sha256
from scoring.services import nominations, obstacles
from scoring.services.announce import announce_again
from scoring.services.close import close_competition
from scoring.services.disputes import dismiss_dispute, file_dispute, uphold_dispute
from scoring.services.publish_results import publish_results, statement_sha256
from scoring.services.rulings import disqualify, reinstate
from scoring.services.signing import platform_key
from tests import factories
from tests.scoring.closing import award, cup, enter, let_window_pass

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> tuple[Competition, Task]:
    competition, task = cup()
    award(competition)
    return competition, task


@pytest.fixture
def competition(made: tuple[Competition, Task]) -> Competition:
    return made[0]


@pytest.fixture
def organizer(competition: Competition) -> User:
    return factories.organizer(competition)


@pytest.fixture
def ann(made: tuple[Competition, Task]) -> Participation:
    return enter(made[1], "ann", 80.0).participation


@pytest.fixture
def bob(made: tuple[Competition, Task]) -> Participation:
    return enter(made[1], "bob", 70.0).participation


def announced(competition: Competition) -> list[str]:
    """Return who is announced as a winner, in the awards' order."""
    verdicts = Ceremony.objects.get(competition=competition).verdicts
    return [grant["participant"] for verdict in verdicts for grant in verdict["grants"]]


def user_of(participation: Participation) -> User:
    assert participation.user is not None
    return participation.user


def code(call: Callable[[], object]) -> str:
    """Return the code of the error that a call ends with."""
    with pytest.raises(DomainError) as caught:
        call()
    return caught.value.code


def test_the_golden_ceremony(
    competition: Competition, ann: Participation, bob: Participation, organizer: User
) -> None:
    award(competition, "elegance", rule="jury", position=1)
    assert close_competition(competition=competition, by=organizer) == []
    assert announced(competition) == ["ann"]
    assert not AwardGrant.objects.exists()

    dispute = file_dispute(competition=competition, by=user_of(bob), text="She copied mine.")
    assert code(lambda: publish_results(competition=competition, by=organizer)) == "disputes_run"
    let_window_pass(competition)
    assert code(lambda: publish_results(competition=competition, by=organizer)) == "disputes_open"
    uphold_dispute(dispute=dispute, by=organizer, answer="The files are the same.")
    disqualify(participation=ann, by=organizer, reason="Her files are a copy.")
    assert announced(competition) == ["bob"]
    assert code(lambda: publish_results(competition=competition, by=organizer)) == "award_waits"
    nominations.nominate(
        award=competition.awards.get(slug="elegance"),
        participation=bob,
        by=organizer,
        reason="A small and clear model.",
    )

    grants = publish_results(competition=competition, by=organizer)

    assert [(each.award.slug, each.participation, each.rank) for each in grants] == [
        ("gold", bob, 1),
        ("elegance", bob, 1),
    ]
    ceremony = Ceremony.objects.get(competition=competition)
    key = platform_key().public_key()
    assert all(read_envelope(each.envelope).is_signed_by(key) for each in (*grants, ceremony))
    told = ceremony.statement
    digests = {each["name"]: each["digest"]["sha256"] for each in told["subject"]}
    assert digests["board"] == board_sha256(competition)
    assert [digests[f"grant {each.pk}"] for each in grants] == list(map(statement_sha256, grants))
    assert told["predicate"]["disputes"] == {"open": 0, "upheld": 1, "dismissed": 0}
    logged = Publication.objects.filter(kind=Publication.Kind.AWARDS_GRANTED).get()
    assert logged.payload["board_sha256"] == digests["board"]
    assert ceremony.state == Ceremony.State.PUBLISHED


def test_without_a_window_the_close_grants_at_once(organizer: User) -> None:
    competition, task = cup(slug="quick", dispute_days=0)
    award(competition)
    ann = enter(task, "ann", 80.0).participation
    by = factories.organizer(competition)
    (grant,) = close_competition(competition=competition, by=by)
    assert (grant.participation, grant.points) == (ann, 80.0)
    assert Ceremony.objects.get(competition=competition).state == "published"


def test_without_a_window_a_jury_is_still_waited_for() -> None:
    competition, task = cup(dispute_days=0)
    jury = award(competition, rule="jury")
    enter(task, "ann", 80.0)
    by = factories.organizer(competition)
    assert close_competition(competition=competition, by=by) == []
    assert code(lambda: publish_results(competition=competition, by=by)) == "award_waits"
    assert publish_results(competition=competition, by=by, withheld=[jury.slug]) == []
    assert Ceremony.objects.get().statement["predicate"]["withheld"] == ["gold"]


def test_an_obstacle_of_another_layer_keeps_results_provisional(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    competition, task = cup(dispute_days=0)
    award(competition)
    enter(task, "ann", 80.0)
    by = factories.organizer(competition)
    problem = [Conflict("not_rerun", "Run the leaders again.")]
    monkeypatch.setattr(obstacles, "_OBSTACLES", [lambda asked: problem])
    assert close_competition(competition=competition, by=by) == []
    assert code(lambda: publish_results(competition=competition, by=by)) == "not_rerun"


def test_results_are_published_once_and_then_stand(
    competition: Competition, ann: Participation, bob: Participation, organizer: User
) -> None:
    listed = award(competition, "new", rule="listed")
    nominations.nominate(award=listed, participation=ann, by=organizer)
    close_competition(competition=competition, by=organizer)
    dispute = file_dispute(competition=competition, by=user_of(bob), text="Why?")
    dismiss_dispute(dispute=dispute, by=organizer, answer="By the rules.")
    let_window_pass(competition)
    publish_results(competition=competition, by=organizer)
    before = list(AwardGrant.objects.values())
    for attempt in (
        lambda: publish_results(competition=competition, by=organizer),
        lambda: disqualify(participation=ann, by=organizer, reason="Late."),
        lambda: nominations.nominate(award=listed, participation=bob, by=organizer),
        lambda: nominations.drop_nomination(award=listed, participation_id=ann.pk, by=organizer),
        lambda: file_dispute(competition=competition, by=user_of(bob), text="Still."),
    ):
        assert code(attempt) == "results_published"
    assert not announce_again(competition=competition)
    assert list(AwardGrant.objects.values()) == before
    with pytest.raises(IllegalTransition):
        transition(Ceremony.objects.get(), "published", "provisional")


def test_an_open_rescoring_comes_before_the_results(
    competition: Competition, ann: Participation, organizer: User
) -> None:
    close_competition(competition=competition, by=organizer)
    let_window_pass(competition)
    rescoring = Rescoring.objects.create(competition=competition, created_by=organizer)
    for state in Rescoring.OPEN:
        Rescoring.objects.update(state=state)
        assert code(lambda: publish_results(competition=competition, by=organizer)) == (
            "rescoring_open"
        )
    Rescoring.objects.filter(pk=rescoring.pk).update(state="discarded")
    assert len(publish_results(competition=competition, by=organizer)) == 1


def test_results_that_changed_are_announced_anew_before_they_are_published(
    competition: Competition, ann: Participation, bob: Participation, organizer: User
) -> None:
    close_competition(competition=competition, by=organizer)
    let_window_pass(competition)
    LeaderboardEntry.objects.filter(participation=bob, board="private").update(final_score=90.0)
    assert code(lambda: publish_results(competition=competition, by=organizer)) == "results_changed"
    assert announced(competition) == ["bob"]
    (grant,) = publish_results(competition=competition, by=organizer)
    assert grant.participation == bob


class TestDisputes:
    def test_they_are_taken_within_the_window_only(
        self, competition: Competition, ann: Participation, organizer: User
    ) -> None:
        def file() -> Dispute:
            return file_dispute(competition=competition, by=user_of(ann), text="Why?")

        assert code(file) == "not_closed"
        close_competition(competition=competition, by=organizer)
        assert file().about == "the board"
        let_window_pass(competition)
        assert code(file) == "disputes_over"

    def test_only_who_takes_part_can_file_one(
        self, competition: Competition, ann: Participation, organizer: User
    ) -> None:
        baseline = factories.participation(competition, user=organizer, is_baseline=True)
        disqualify(participation=ann, by=organizer, reason="Copied.")
        close_competition(competition=competition, by=organizer)
        for person in (factories.user(), user_of(baseline)):
            with pytest.raises(Forbidden):
                file_dispute(competition=competition, by=person, text="Why?")
        assert file_dispute(competition=competition, by=user_of(ann), text="I did not.").pk

    def test_texts_are_needed_and_bounded_and_open_ones_counted(
        self, competition: Competition, ann: Participation, organizer: User
    ) -> None:
        close_competition(competition=competition, by=organizer)

        def file(text: str) -> Dispute:
            return file_dispute(competition=competition, by=user_of(ann), text=text)

        assert code(lambda: file("  ")) == "text_missing"
        assert code(lambda: file("x" * 4001)) == "text_too_long"
        for _ in range(5):
            file("Why?")
        assert code(lambda: file("Why?")) == "too_many_disputes"

    def test_an_answer_is_given_once_and_by_organizers(
        self, competition: Competition, ann: Participation, organizer: User
    ) -> None:
        close_competition(competition=competition, by=organizer)
        dispute = file_dispute(competition=competition, by=user_of(ann), text="Why?")
        with pytest.raises(Forbidden):
            dismiss_dispute(dispute=dispute, by=user_of(ann), answer="So.")
        assert code(lambda: dismiss_dispute(dispute=dispute, by=organizer, answer="")) == (
            "text_missing"
        )
        dismiss_dispute(dispute=dispute, by=organizer, answer="By the rules.")
        again = Dispute.objects.get()
        assert (again.state, again.answer, again.answered_by) == (
            "dismissed",
            "By the rules.",
            organizer,
        )
        assert code(lambda: uphold_dispute(dispute=again, by=organizer, answer="No.")) == (
            "dispute_answered"
        )


class TestRulings:
    def test_a_disqualified_team_leaves_both_boards_and_comes_back(
        self, competition: Competition, ann: Participation, bob: Participation, organizer: User
    ) -> None:
        close_competition(competition=competition, by=organizer)
        disqualify(participation=ann, by=organizer, reason="Two accounts.")
        for board in ("public", "private"):
            rows = LeaderboardEntry.objects.filter(board=board)
            assert [(row.participation, row.rank) for row in rows] == [(bob, 1)]
        assert announced(competition) == ["bob"]
        reinstate(participation=ann, by=organizer, reason="It was her sister.")
        assert announced(competition) == ["ann"]
        assert [(each.verdict, each.reason) for each in Ruling.objects.all()] == [
            ("disqualified", "Two accounts."),
            ("reinstated", "It was her sister."),
        ]
        told = Publication.objects.filter(kind=Publication.Kind.PARTICIPATION_STATE)
        assert [entry.payload["state"] for entry in told] == ["disqualified", "active"]

    def test_before_the_close_the_public_board_alone_follows(
        self, competition: Competition, ann: Participation, organizer: User
    ) -> None:
        disqualify(participation=ann, by=organizer, reason="Two accounts.")
        assert not LeaderboardEntry.objects.exists()
        assert not Ceremony.objects.exists()

    def test_a_reason_a_role_and_the_right_state_are_needed(
        self, competition: Competition, ann: Participation, organizer: User
    ) -> None:
        with pytest.raises(Forbidden):
            disqualify(participation=ann, by=user_of(ann), reason="Me.")
        assert code(lambda: disqualify(participation=ann, by=organizer, reason=" ")) == (
            "reason_missing"
        )
        assert code(lambda: disqualify(participation=ann, by=organizer, reason="x" * 501)) == (
            "reason_too_long"
        )
        assert code(lambda: reinstate(participation=ann, by=organizer, reason="x")) == (
            "not_disqualified"
        )
        Participation.objects.filter(pk=ann.pk).update(state="withdrawn")
        assert code(lambda: disqualify(participation=ann, by=organizer, reason="x")) == "not_active"
        assert not Ruling.objects.exists()


class TestNominations:
    def test_a_jury_gives_a_reason_and_a_place_of_the_award(
        self, competition: Competition, ann: Participation, organizer: User
    ) -> None:
        jury = award(competition, "jury", rule="jury", rank_to=2)

        def nominate(**fields: object) -> object:
            return nominations.nominate(award=jury, participation=ann, by=organizer, **fields)  # type: ignore[arg-type]

        assert code(lambda: nominate()) == "reason_missing"
        assert code(lambda: nominate(reason="Fine.", place=3)) == "place_invalid"
        assert code(lambda: nominate(reason="x" * 501)) == "reason_too_long"
        nominate(reason="Fine.", place=2)
        nominate(reason="Finer.", place=1)
        made = jury.nominations.get()
        assert (made.place, made.reason, made.made_by) == (1, "Finer.", organizer)

    def test_a_list_has_no_places(
        self, competition: Competition, ann: Participation, organizer: User
    ) -> None:
        listed = award(competition, "new", rule="listed")
        for place in (0, 7):
            nominations.nominate(award=listed, participation=ann, by=organizer, place=place)
            assert listed.nominations.get().place == 1

    def test_only_awards_with_a_list_and_their_own_participants(
        self, competition: Competition, ann: Participation, organizer: User
    ) -> None:
        gold = competition.awards.get(slug="gold")
        listed = award(competition, "new", rule="listed")
        stranger = factories.participation(factories.competition())
        assert (
            code(lambda: nominations.nominate(award=gold, participation=ann, by=organizer))
            == "no_list"
        )
        assert (
            code(lambda: nominations.nominate(award=listed, participation=stranger, by=organizer))
            == "not_here"
        )
        with pytest.raises(Forbidden):
            nominations.nominate(award=listed, participation=ann, by=user_of(ann))

    def test_a_name_is_taken_off_and_the_results_follow(
        self, competition: Competition, ann: Participation, bob: Participation, organizer: User
    ) -> None:
        listed = award(competition, "new", rule="listed", position=1)
        for entered in (ann, bob):
            nominations.nominate(award=listed, participation=entered, by=organizer)
        close_competition(competition=competition, by=organizer)
        assert announced(competition) == ["ann", "ann"]
        nominations.drop_nomination(award=listed, participation_id=ann.pk, by=organizer)
        assert announced(competition) == ["ann", "bob"]
        assert (
            code(
                lambda: nominations.drop_nomination(
                    award=listed, participation_id=ann.pk, by=organizer
                )
            )
            == "not_listed"
        )
