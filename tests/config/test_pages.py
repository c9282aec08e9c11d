"""The frame of every page: errors with a way out, headers, nothing inline."""

import re

import pytest
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from common.errors import DomainError, NotFound
from config.pages import DomainErrorPages
from tests import factories

pytestmark = pytest.mark.django_db


def answer(request: HttpRequest) -> HttpResponse:
    return HttpResponse("fine")


def test_a_domain_error_becomes_a_page_with_its_status_and_message(client: Client) -> None:
    response = client.get("/competitions/nowhere/")
    assert response.status_code == 404
    assert b"There is no competition" in response.content
    assert b"All competitions" in response.content


def test_its_text_is_escaped() -> None:
    request = RequestFactory().get("/")
    request.user = factories.user()
    response = DomainErrorPages(answer).process_exception(request, NotFound("x", "<script>"))
    assert response is not None
    assert b"&lt;script&gt;" in response.content


@pytest.mark.parametrize("status", [400, 403, 409, 413, 422, 429])
def test_every_status_has_a_title(status: int) -> None:
    request = RequestFactory().get("/")
    request.user = factories.user()
    error = DomainError("x", "Why.", status=status)
    response = DomainErrorPages(answer).process_exception(request, error)
    assert response is not None
    assert response.status_code == status


def test_other_exceptions_are_not_swallowed() -> None:
    assert DomainErrorPages(answer).process_exception(HttpRequest(), ValueError()) is None


def test_an_unknown_address_is_a_page_of_the_house(client: Client) -> None:
    response = client.get("/no/such/address/")
    assert response.status_code == 404
    assert b"There is nothing here" in response.content
    assert b"podium.css" in response.content


def test_an_old_form_is_explained() -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/accounts/login/", {"login": "x"})
    assert response.status_code == 403
    assert b"This form is too old" in response.content


@pytest.mark.parametrize("name", ["400.html", "403.html", "500.html"])
def test_error_pages_need_nothing_to_render(name: str) -> None:
    assert "<h1>" in render_to_string(name)


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/accounts/signup/", "/nothing/"])
def test_pages_hold_no_inline_script_or_style(client: Client, path: str) -> None:
    response = client.get(path)
    html = response.content.decode()
    assert "script-src 'self'" in response["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", html)
    assert '"allowEval": false' in html
    assert '"includeIndicatorStyles": false' in html
