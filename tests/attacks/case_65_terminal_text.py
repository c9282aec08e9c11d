"""Row 65: terminal escapes and direction marks in logs, messages, declarations and names."""

from __future__ import annotations

import re

from django.core.cache import cache
from django.test import Client

from accounts.models import User
from common.errors import DomainError
from submissions.services.uploads import open_upload
from tests import factories
from tests.attacks.arena import Arena
from tests.attacks.programs import program_files
from tests.attacks.registry import case
from tests.clients import manifest

NASTY = "\x1b[31mred\x1b[0m \u202eexe.txt\u202c \x07bell \x1b]0;title\x07 \u2066x\u2069\u200b\ufeff"
CLEAN = "red exe.txt bell  x"
# A report's message goes through the runner's own cleaning first, which knows no escapes.
MESSAGE = "ValueError: message (31mred(0m exe.txt bell )0;title x"
PROGRAM = """
def attack(nasty):
    print("log", nasty)
    sys.stdout.buffer.write(b"raw \\xff\\x9b31m\\x00\\x7f end\\n")
    sys.stdout.flush()
    raise ValueError("message " + nasty)
"""
DECLARATION = f'description: "{NASTY.encode("unicode_escape").decode()}"\n'.encode()
NAMES = ("ann\u202e", "ann\x1b[31m", "a\u200bnn", "ann\u2066")
# Of direction marks, zero width and controls, all but line ends and tabs; as they are, and as JSON.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
    r"|\\u00(?:0[0-8bBcCeEfF]|1[0-9a-fA-F]|7f|8[0-9a-fA-F]|9[0-9a-fA-F])"
)


@case(65, "terminal escapes and direction marks")
def terminal_text(arena: Arena) -> None:
    made = program_files(PROGRAM, files={"submission.yaml": DECLARATION}, nasty=NASTY)
    after = arena.play(arena.enter(made))
    assert after.smoke_lines[:2] == [f"log {CLEAN}", "raw \ufffd\ufffd31m end"]
    assert after.smoke_lines[-1] == f"ValueError: message {CLEAN}"
    assert after.state == "failed"
    assert after.submission.declared["description"] == "[31mred[0m exe.txt bell ]0;title x"
    assert after.tasks["attacked"].smoke_message.endswith(MESSAGE)
    shown = after.visible
    assert f"log {CLEAN}" in shown and MESSAGE in shown
    found = _UNSAFE.search(shown)
    assert found is None, shown[max(0, found.start() - 80) : found.end() + 20]
    for name in NAMES:
        _name_is_refused(arena, name)


@terminal_text.control
def it_is_all_there_where_nothing_is_cleaned(arena: Arena) -> None:
    shown = "\n".join(arena.undefended(PROGRAM, nasty=NASTY).lines)
    assert "\x1b[31mred" in shown and "\u202eexe.txt" in shown
    assert _signs_up("ann-with-a-plain-name", "plain@example.org")
    assert _UNSAFE.search(shown) and _UNSAFE.search('{"a": "\\u001b[31m"}')


def _signs_up(name: str, email: str) -> bool:
    cache.clear()  # sign-ups are counted for each address
    password = {"password1": factories.PASSWORD, "password2": factories.PASSWORD}
    Client().post("/accounts/signup/", {"username": name, "email": email, **password})
    return User.objects.filter(email=email).exists()


def _name_is_refused(arena: Arena, name: str) -> None:
    """Nobody signs up under such a name, and no file carries it."""
    assert not _signs_up(name, "ann@example.org"), repr(name)
    entry = factories.participation(arena.competition())
    assert entry.user is not None
    try:
        open_upload(
            competition=entry.competition, user=entry.user, files=manifest({f"{name}.json": b"{}"})
        )
    except DomainError as refusal:
        code, text = refusal.code, refusal.message
    else:
        code, text = "entered", ""
    assert code == "bad_path", repr(name)
    assert not _UNSAFE.search(text), text
