"""A real site and a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.live import Site, running_site
from tests.parts import BROWSER

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
PATIENCE_MS = 20_000
COLLECT = """
from django.core.management import call_command
call_command("collectstatic", interactive=False, verbosity=0)
print(1)
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Run the site with its static files."""
    with running_site(tmp_path_factory.mktemp("site")) as running:
        running.python(COLLECT)
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium once for a module."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(BROWSER), args=FLAGS.split())
        yield started
        started.close()


@pytest.fixture
def context(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    """Open a fresh profile at the site; what its console complains of is a failure."""
    opened = browser.new_context(base_url=f"http://127.0.0.1:{site.port}")
    opened.set_default_timeout(PATIENCE_MS)
    complaints: list[str] = []
    opened.on("weberror", lambda error: complaints.append(str(error.error)))
    opened.on("console", lambda message: complaints.extend(_complaint(message)))
    yield opened
    opened.close()
    assert complaints == []


def _complaint(message: ConsoleMessage) -> list[str]:
    """Return what a message of the console complains of; a status above 400 is the page's own."""
    refused = message.text.startswith("Failed to load resource: the server responded")
    return [message.text] if message.type == "error" and not refused else []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """Open a page."""
    return context.new_page()
