"""A person at a browser, as far as HTML forms go: keeps cookies, fills in forms, sends them."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import requests


class Forms(HTMLParser):
    """Collects the fields of every form of a page: name → value, or values where ticked twice."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self.methods: list[str] = []
        self._select: str | None = None
        self._textarea: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note forms, inputs, selects and text areas."""
        found = dict(attrs)
        if tag == "form":
            self.forms.append({})
            self.methods.append((found.get("method") or "get").lower())
        name = found.get("name")
        if not self.forms:
            return
        if tag == "input" and name:
            self._input(name, found)
        elif tag == "select" and name:
            self._select = name
        elif tag == "option" and self._select and "selected" in found:
            self._add(self._select, found.get("value") or "")
        elif tag == "textarea" and name:
            self._textarea = name
            self.forms[-1][name] = ""

    def _input(self, name: str, found: dict[str, str | None]) -> None:
        if found.get("type") in {"file", "submit", "button"} or "disabled" in found:
            return
        if found.get("type") not in {"checkbox", "radio"}:
            self.forms[-1][name] = found.get("value") or ""
        elif "checked" in found:
            self._add(name, found.get("value") or "on")

    def _add(self, name: str, value: str) -> None:
        """Note one of the values that a name may have several of."""
        known = self.forms[-1].get(name)
        several = known if isinstance(known, list) else [] if known is None else [known]
        self.forms[-1][name] = [*several, value] if several else value

    def handle_endtag(self, tag: str) -> None:
        """Leave selects and text areas."""
        if tag == "select":
            self._select = None
        elif tag == "textarea":
            self._textarea = None

    def handle_data(self, data: str) -> None:
        """Take a text area's content."""
        if self._textarea and self.forms:
            self.forms[-1][self._textarea] += data


class Visitor:
    """One person with one session."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False

    def get(self, path: str) -> str:
        """Open a page that must answer 200."""
        answer = self.session.get(self.url + path, timeout=60)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:500]}"
        return answer.text

    def fill(self, path: str, *, having: str = "csrfmiddlewaretoken") -> dict[str, Any]:
        """Return the present values of the page's POST form that has the field ``having``."""
        parser = Forms()
        parser.feed(self.get(path))
        pairs = zip(parser.forms, parser.methods, strict=True)
        return next(form for form, method in pairs if method == "post" and having in form)

    def send(
        self,
        path: str,
        values: dict[str, Any],
        *,
        having: str = "csrfmiddlewaretoken",
        files: dict[str, Any] | None = None,
        to: str | None = None,
    ) -> requests.Response:
        """Fill in the form of ``path`` with ``values`` and send it, following redirects."""
        form = {**self.fill(path, having=having), **values}
        answer = self.session.post(
            self.url + (to or path),
            data={name: value for name, value in form.items() if value is not None},
            files=files,
            headers={"Referer": self.url + path},
            timeout=120,
        )
        assert answer.status_code in {200, 201}, f"{path}: {answer.status_code} {answer.text[:800]}"
        return answer

    def sign_up(self, username: str, password: str) -> None:
        """Make an account as a newcomer would."""
        values = {
            "username": username,
            "email": f"{username}@example.org",
            "password1": password,
            "password2": password,
        }
        self.send("/accounts/signup/", values, having="password1")

    def log_in(self, username: str, password: str) -> None:
        """Log in with a password."""
        self.send("/accounts/login/", {"login": username, "password": password}, having="login")

    def new_token(self, name: str) -> str:
        """Make an access token on the profile page and return its text."""
        page = self.send(
            "/profile/", {"name": name, "days": "7"}, having="name", to="/profile/tokens/"
        )
        found = re.search(r"podium_[A-Za-z0-9_-]{20,}", page.text)
        assert found, "the page does not show the token"
        return found.group()
