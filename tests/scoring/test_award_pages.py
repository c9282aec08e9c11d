"""Awards from the close to their files, as participants and organizers meet them."""

from __future__ import annotations

import hashlib
import io
import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import User
from common.canonical_json import canonical
from competitions.models import Competition, Participation
from scoring.models import AwardGrant, Ceremony, Dispute
from scoring.result_rows import board_sha256
from scoring.services.close import close_competition
from tests import factories
from tests.clients import api
from tests.desk import Desk, text
from tests.scoring.closing import award, cup, enter, let_window_pass

pytestmark = pytest.mark.django_db
AWARDS = "/competitions/cup/awards/"
DISPUTE = f"{AWARDS}dispute/"


@pytest.fixture
def ann() -> Participation:
    """Close a competition that ann leads; results are provisional."""
    competition, task = cup()
    award(competition)
    award(competition, "jury", rule="jury", position=1)
    entered = enter(task, "ann", 80.0).participation
    enter(task, "bob", 70.0)
    close_competition(competition=competition, by=factories.organizer(competition))
    return entered


@pytest.fixture
def competition(ann: Participation) -> Competition:
    return Competition.objects.get(slug="cup")


@pytest.fixture
def desk(competition: Competition) -> Desk:
    return Desk(factories.organizer(competition))


def results(competition: Competition) -> str:
    """Return the address of the organizers' page of results."""
    return f"/admin/scoring/ceremony/{competition.ceremony.pk}/"


def user(name: str) -> User:
    return User.objects.get(username=name)


def page(client: Client, path: str = AWARDS) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode().replace("&#x27;", "'")


def published(desk: Desk, competition: Competition) -> AwardGrant:
    """Publish through the organizers' page; return ann's grant."""
    let_window_pass(competition)
    sent = {"confirm": "yes", "withheld": "jury"}
    answer = desk.client.post(f"{results(competition)}publish/", sent, follow=True)
    assert "Results are published and signed: 1 prizes." in text(answer)
    return AwardGrant.objects.get()


def test_provisional_results_tell_winners_and_until_when(
    client: Client, ann: Participation
) -> None:
    shown = page(client)
    assert "Provisional results." in shown
    assert ">ann<" in shown and "80.00 points" in shown
    assert "The organizers have not named anybody yet." in shown
    assert "Certificate" not in shown
    assert "70.00" not in shown, "refusals are for organizers"


def test_who_takes_part_reads_why_an_award_can_not_be_theirs(
    client: Client, competition: Competition
) -> None:
    Competition.objects.update(verified_address_required=True)
    client.force_login(user("bob"))
    assert "You and these awards" in page(client)
    assert "No confirmed e-mail address: bob." in page(client)
    client.force_login(factories.user())
    assert "You and these awards" not in page(client)


def test_a_dispute_is_filed_and_its_answer_read_by_who_filed_it_alone(
    client: Client, competition: Competition, desk: Desk
) -> None:
    client.force_login(user("bob"))
    done = client.post(DISPUTE, {"award": "gold", "text": "Why <b>ann</b>?"}, follow=True)
    assert "Your dispute is filed" in done.content.decode()
    dispute = Dispute.objects.get()
    assert dispute.about == "“Gold”"
    assert "Why &lt;b&gt;ann" in page(client, DISPUTE)
    assert "Why &lt;b&gt;ann" in desk.get(f"{results(competition)}change/")
    path = f"{results(competition)}disputes/{dispute.pk}/"
    desk.client.post(path, {"verdict": "dismissed", "answer": "By the rules."})
    assert "By the rules." in page(client, DISPUTE)
    client.force_login(user("ann"))
    assert "By the rules." not in page(client, DISPUTE)


def test_a_refused_dispute_keeps_what_was_typed(client: Client, ann: Participation) -> None:
    client.force_login(user("bob"))
    refused = client.post(DISPUTE, {"award": "silver", "text": "My words"})
    assert refused.status_code == 404
    assert "My words" in refused.content.decode()
    assert client.post(DISPUTE, {"text": " "}).status_code == 400


def test_the_organizers_page_gives_every_reason(desk: Desk, competition: Competition) -> None:
    shown = desk.get(f"{results(competition)}change/").replace("&#x27;", "'")
    assert "Place 1 by final score: 80.00 points" in shown
    assert "Place 2 by final score: 70.00 points" in shown
    assert "Not chosen by the jury." in shown
    assert "Participants can dispute the results until" in shown
    assert "Choose who gets “Jury”, and say why." in shown


def test_names_are_put_on_lists_and_taken_off(desk: Desk, competition: Competition) -> None:
    bob = Participation.objects.get(user__username="bob")
    named = {"award": "jury", "participation": str(bob.pk)}
    path = results(competition)
    refused = desk.client.post(f"{path}nominate/", {**named, "reason": ""}, follow=True)
    assert "A jury says why" in text(refused)
    desk.client.post(f"{path}nominate/", {**named, "reason": "Elegant.", "place": "1"})
    assert "Place 1 by the jury's choice: Elegant." in text(desk.client.get(AWARDS))
    desk.client.post(f"{path}drop/", named)
    assert "Elegant." not in text(desk.client.get(AWARDS))
    nobody = desk.client.post(f"{path}drop/", {"award": "jury", "participation": "x"}, follow=True)
    assert "Choose who it is about." in text(nobody)


def test_publication_needs_the_tick_and_the_end_of_the_window(
    desk: Desk, competition: Competition
) -> None:
    path = f"{results(competition)}publish/"
    assert "Tick the box" in text(desk.client.post(path, {}, follow=True))
    early = desk.client.post(path, {"confirm": "yes"}, follow=True)
    assert "Participants can dispute the results until" in text(early)
    assert Ceremony.objects.get().state == "provisional"
    assert desk.client.get(path).status_code == 405


def test_a_ruling_is_made_on_the_participations_page(
    desk: Desk, competition: Competition, ann: Participation
) -> None:
    path = f"/admin/competitions/participation/{ann.pk}/"
    desk.client.post(f"{path}ruling/", {"verdict": "disqualified", "reason": "Two accounts."})
    assert "Two accounts." in desk.get(f"{path}change/")
    assert ">bob<" in page(desk.client)
    assert "Disqualified: Two accounts." in desk.get(f"{results(competition)}change/")
    desk.client.post(f"{path}ruling/", {"verdict": "reinstated", "reason": "Her sister."})
    assert ">ann<" in page(desk.client)
    odd = desk.client.post(f"{path}ruling/", {"verdict": "shot", "reason": "x"}, follow=True)
    assert "Say what to rule" in text(odd)


def test_published_results_have_certificate_badge_and_record(
    client: Client, desk: Desk, competition: Competition
) -> None:
    grant = published(desk, competition)
    assert f"{AWARDS}{grant.pk}/certificate.pdf" in page(client)
    pdf = client.get(f"{AWARDS}{grant.pk}/certificate.pdf")
    assert pdf["Content-Type"] == "application/pdf"
    words = " ".join(PdfReader(io.BytesIO(pdf.content)).pages[0].extract_text().split())
    for part in ("Cup", "Gold", "ann", "1st place · 80.00 points", grant.key_id):
        assert part in words
    record = f"/api/v1/competitions/cup/awards/records/{grant.pk}/"
    assert f"http://testserver{record}" in words
    assert client.get(record).json() == grant.envelope
    badge = client.get(f"{AWARDS}{grant.pk}/badge.svg")
    assert badge["Content-Type"].startswith("image/svg+xml")
    assert "sandbox" in badge["Content-Security-Policy"]
    assert "ann: Gold, 1st place, Cup" in badge.content.decode()


def test_what_was_granted_says_the_same_after_a_change_of_names(
    client: Client, desk: Desk, competition: Competition
) -> None:
    grant = published(desk, competition)
    before = client.get(f"{AWARDS}{grant.pk}/certificate.pdf").content
    User.objects.filter(username="ann").update(username="eve")
    Competition.objects.update(title="Another")
    assert client.get(f"{AWARDS}{grant.pk}/certificate.pdf").content == before
    assert "ann" in client.get("/competitions/cup/export/awards.csv").content.decode()
    board = client.get("/competitions/cup/export/board.json?board=private").json()
    assert board["sha256"] == Ceremony.objects.get().statement["subject"][0]["digest"]["sha256"]
    assert hashlib.sha256(canonical(board["announced"])).hexdigest() == board["sha256"]
    assert board["announced"]["entries"][0]["participant"] == "ann"


def test_exports_tell_awards_and_board(
    client: Client, desk: Desk, competition: Competition
) -> None:
    for path in ("/competitions/cup/export/awards.csv", "/api/v1/competitions/cup/awards.csv"):
        assert client.get(path).status_code == 404, "not before they are published"
    published(desk, competition)
    rows = client.get("/competitions/cup/export/awards.json").json()["awards"]
    assert [(row["award"], row["participant"], row["place"], row["points"]) for row in rows] == [
        ("gold", "ann", 1, 80.0)
    ]
    for path in ("/competitions/cup/export/board.csv", "/api/v1/competitions/cup/leaderboard.csv"):
        lines = client.get(f"{path}?board=private").content.decode().splitlines()
        assert [line.split(",")[4] for line in lines] == ['"participant"', '"ann"', '"bob"']
        assert lines[0].endswith('"films"')
    told = client.get("/competitions/cup/export/board.json?board=private").json()
    assert told["sha256"] == board_sha256(competition)
    signed = Ceremony.objects.get().statement["subject"][0]
    assert signed == {"name": "board", "digest": {"sha256": told["sha256"]}}


def test_a_task_called_as_a_column_of_the_board_has_a_column_of_its_own(client: Client) -> None:
    competition = factories.competition(slug="odd")
    enter(factories.task(competition, slug="rank"), "ann", 80.0)
    close_competition(competition=competition, by=factories.organizer(competition))
    lines = client.get("/competitions/odd/export/board.csv?board=private").content.decode()
    names, values = (line.split(",") for line in lines.removeprefix("\ufeff").splitlines())
    row = dict(zip(names, values, strict=True))
    assert (row['"rank"'], row['"task:rank"']) == ("1", "80.0")


def test_an_export_of_the_private_board_waits_for_the_close(client: Client) -> None:
    _, task = cup(slug="open")
    enter(task, "ann", 80.0)
    for path in ("/competitions/open/export/board.csv", "/competitions/open/export/board.json"):
        assert client.get(path).status_code == 200
        assert client.get(f"{path}?board=private").status_code == 403


def test_the_api_tells_the_ceremony_and_takes_disputes(competition: Competition) -> None:
    told: dict[str, Any] = api().get("/api/v1/competitions/cup/ceremony/").json()
    assert told["state"] == "provisional"
    assert told["verdicts"][0]["grants"][0]["participant"] == "ann"
    assert set(told["verdicts"][0]["grants"][0]) == {
        "participant",
        "place",
        "last_place",
        "points",
        "amount",
        "reason",
    }
    mine = api(user("bob"))
    made = mine.post("/api/v1/competitions/cup/disputes/", {"text": "Why?", "award": "gold"})
    assert (made.status_code, made.json()["award"]) == (201, "gold")
    assert len(mine.get("/api/v1/competitions/cup/disputes/").json()) == 1
    assert api(user("ann")).get("/api/v1/competitions/cup/disputes/").json() == []
    odd = mine.post("/api/v1/competitions/cup/disputes/", {"text": "Why?", "award": "silver"})
    assert (odd.status_code, odd.json()["code"]) == (404, "award_not_found")


def test_before_the_close_there_is_no_ceremony(client: Client) -> None:
    competition, _ = cup(slug="open")
    award(competition)
    answer = api().get("/api/v1/competitions/open/ceremony/")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_closed")
    assert "for 7 days results are provisional" in page(client, "/competitions/open/awards/")


def test_old_grants_without_a_signature_have_no_certificate(client: Client) -> None:
    competition, task = cup(slug="old", state="closed", closed_at=timezone.now())
    submission = enter(task, "ann", 80.0)
    grant = AwardGrant.objects.create(
        award=award(competition),
        participation=submission.participation,
        submission=submission,
        rank=1,
        reason="First.",
    )
    shown = page(client, "/competitions/old/awards/")
    assert "First." in shown and "Certificate" not in shown
    assert client.get(f"/competitions/old/awards/{grant.pk}/certificate.pdf").status_code == 404
    assert json.dumps(grant.envelope) == "{}"
