"""From sign-up to a submission, as people do it."""

import hashlib
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import steps
from tests.factories import PASSWORD
from tests.live import Site

pytestmark = pytest.mark.browser
LENGTHS = [0, 1, 3, 55, 56, 57, 63, 64, 65, 119, 120, 1000, 4_194_305]


@pytest.fixture(scope="module")
def seeded(site: Site) -> tuple[str, list[str]]:
    return steps.seed(site, people=8)


@pytest.fixture(scope="module")
def slug(seeded: tuple[str, list[str]]) -> str:
    return seeded[0]


@pytest.fixture
def upload(page: Page, seeded: tuple[str, list[str]]) -> Page:
    """Open the upload page for somebody who takes part and has submitted nothing."""
    slug, names = seeded
    steps.log_in(page, names.pop())
    page.goto(f"/competitions/{slug}/submit/")
    return page


def test_from_sign_up_to_the_submission_page(
    site: Site, page: Page, slug: str, tmp_path: Path
) -> None:
    page.goto(f"/competitions/{slug}/")
    page.get_by_role("link", name="Join").click()
    page.get_by_role("main").get_by_role("link", name="Sign up").click()
    page.get_by_label("Username").fill(f"mira-{slug}")
    page.get_by_label("Email").fill(f"mira-{slug}@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password (again)").fill(PASSWORD)
    page.get_by_role("button", name="Sign up").click()
    page.get_by_label("I have read the rules").check()
    page.get_by_role("button", name="Join the competition").click()
    page.get_by_label("A folder").set_input_files(steps.model_folder(tmp_path))
    expect(page.locator("#upload-step")).to_have_text(
        "3 files, 900.1 kB; 1 hidden files are left out"
    )
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_role("heading", name="Submission 1")).to_be_visible()
    expect(page.locator("#standing")).to_contain_text("Received")
    expect(page.get_by_role("cell", name="tasks/films/config.json")).to_be_visible()
    paths = ["config.json", "model.safetensors", "tasks/films/config.json"]
    assert page.locator(".files tbody td:first-child").all_inner_texts() == paths
    assert [each["state"] for each in steps.submissions(page, slug)] == ["received"]


def test_progress_is_shown_and_an_interrupted_upload_goes_on(
    upload: Page, slug: str, tmp_path: Path
) -> None:
    upload.get_by_label("A folder").set_input_files(steps.model_folder(tmp_path))
    weights = hashlib.sha256((tmp_path / "my-model/model.safetensors").read_bytes()).hexdigest()

    def refuse(route: Route) -> None:
        route.fulfill(status=503, body="down")

    upload.route(f"**/{weights}/", refuse)
    upload.get_by_role("button", name="Submit").click()
    expect(upload.get_by_role("alert")).to_contain_text("answered with status 503")
    expect(upload.locator("#upload-step")).to_have_text("Nothing was submitted.")
    assert steps.submissions(upload, slug) == []
    upload.unroute(f"**/{weights}/")
    sent: list[str] = []
    upload.on("request", lambda each: sent.append(each.url) if each.method == "PUT" else None)
    upload.get_by_role("button", name="Submit").click()
    expect(upload.get_by_role("heading", name="Submission 1")).to_be_visible()
    assert [url.split("/")[-2] for url in sent if url.split("/")[-2] != weights] == [
        hashlib.sha256(b'{"model_type": "bert", "x": 1}').hexdigest()
    ]
    assert len(steps.submissions(upload, slug)) == 1


def test_a_refused_file_is_marked_in_the_list(upload: Page, slug: str, tmp_path: Path) -> None:
    folder = steps.model_folder(tmp_path)
    (folder / "pytorch_model.bin").write_bytes(b"x")
    upload.get_by_label("A folder").set_input_files(folder)
    upload.get_by_role("button", name="Submit").click()
    expect(upload.get_by_role("alert")).to_contain_text("this is a pickle")
    bad = upload.locator("#upload-files tr.is-bad")
    expect(bad).to_contain_text("pytorch_model.bin")
    expect(bad).to_contain_text("refused")
    expect(upload.get_by_role("button", name="Submit")).to_be_enabled()


def test_a_bad_zip_shows_the_reason_without_leaving_the_page(
    upload: Page, slug: str, tmp_path: Path
) -> None:
    bad = steps.zip_of(tmp_path, {"../config.json": b"{}"})
    upload.get_by_label("A zip file").set_input_files(bad)
    upload.get_by_role("button", name="Submit").click()
    expect(upload.get_by_role("alert")).to_contain_text("..")
    assert upload.url.endswith("/submit/")
    assert steps.submissions(upload, slug) == []


def test_a_good_zip_leads_to_its_submission(upload: Page, slug: str, tmp_path: Path) -> None:
    good = steps.zip_of(tmp_path, {"config.json": b"{}", "model.safetensors": b"x" * 99})
    upload.get_by_label("A zip file").set_input_files(good)
    upload.get_by_role("button", name="Submit").click()
    expect(upload.get_by_role("heading", name="Submission 1")).to_be_visible()


def test_choosing_nothing_is_said(upload: Page) -> None:
    upload.get_by_role("button", name="Submit").click()
    expect(upload.get_by_role("alert")).to_have_text("Choose a folder or a zip file first.")


@pytest.mark.parametrize("piece", [1 << 22, 7])
def test_the_page_hashes_as_everybody_does(upload: Page, slug: str, piece: int) -> None:
    for length in (each for each in LENGTHS if piece > 7 or each <= 1000):
        digest = upload.evaluate(
            """([length, piece]) => {
                const bytes = Uint8Array.from({length}, (_, i) => (i * 7 + 1) % 251);
                const digest = new Sha256();
                for (let at = 0; at < length; at += piece)
                    digest.update(bytes.subarray(at, at + piece));
                return digest.hex();
            }""",
            [length, piece],
        )
        data = bytes((i * 7 + 1) % 251 for i in range(length))
        assert digest == hashlib.sha256(data).hexdigest(), length
