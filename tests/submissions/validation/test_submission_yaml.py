from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from submissions.validation.errors import SubmissionRefused
from submissions.validation.submission_yaml import (
    MAX_BYTES,
    Declared,
    parse_declaration,
    read_declaration,
)

FULL = """
description: |
  A small encoder.
  Two lines.
base_model: sentence-transformers/all-MiniLM-L6-v2
training_data:
  - movie snippets
  - product snippets
training_time: 2:30
compute:
  gpu: none
  cpus: 2
paper: https://example.org/paper?id=1#top
code: http://example.org/code
format: transformers
"""


def _reason(text: str | bytes) -> str:
    data = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(SubmissionRefused) as caught:
        parse_declaration(data)
    assert caught.value.code == "bad_declaration"
    assert caught.value.field == "submission.yaml"
    return caught.value.message


def test_a_full_declaration_is_read_as_it_is_written() -> None:
    declared = read_declaration(io.BytesIO(FULL.encode()))
    assert declared.as_dict() == {
        "description": "A small encoder.\nTwo lines.",
        "base_model": "sentence-transformers/all-MiniLM-L6-v2",
        "training_data": "movie snippets\nproduct snippets",
        "training_time": "2:30",
        "compute": "gpu: none\ncpus: 2",
        "paper": "https://example.org/paper?id=1#top",
        "code": "http://example.org/code",
        "format": "transformers",
    }


@pytest.mark.parametrize("data", [b"", b"\n", b"# nothing\n", b"{}", b"\xef\xbb\xbf"])
def test_nothing_declared_is_fine(data: bytes) -> None:
    assert parse_declaration(data) == Declared()
    assert Declared().as_dict() == {}


def test_empty_values_are_nothing() -> None:
    assert parse_declaration(b"paper:\ncode: ~\ndescription: ''") == Declared()


def test_values_stay_texts() -> None:
    text = "description: no\nbase_model: 2024-01-01\ntraining_time: 0x10\ncompute: .inf"
    assert parse_declaration(text.encode()).as_dict() == {
        "description": "no",
        "base_model": "2024-01-01",
        "training_time": "0x10",
        "compute": ".inf",
    }


def test_control_and_bidi_characters_are_stripped() -> None:
    text = 'description: "a\\e[31mb\\u202ec\\0d\\nq"'
    assert parse_declaration(text.encode()).description == "a[31mbcd\nq"


BOMB = """
a: &a ["lol","lol","lol","lol","lol","lol","lol","lol","lol"]
b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]
c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]
d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]
"""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (BOMB, "anchor or alias"),
        ("description: &a x", "anchor or alias"),
        ("description: *a", "anchor or alias"),
        ("description: !!python/object/apply:os.system ['id']", "tag"),
        ("description: !mine x", "tag"),
        ("description: !!str x", "tag"),
        ("!!map {description: x}", "tag"),
        ("<<: {description: x}", "unknown key “<<”"),
        ("description: a\n---\ndescription: b", "several documents"),
        ("description: a\ndescription: b", "“description” twice"),
        ("licence: mit", "unknown key “licence”; known are description, base_model"),
        ("? [a, b]\n: c", "unknown key"),
        ("1: c", "unknown key “1”"),
        ("- description", "key: value"),
        ("just text", "key: value"),
        ("description: {a: {b: {c: d}}}", "nested too deeply"),
        ("description: [[a]]", "nested too deeply"),
        ("description: " + "[" * 50_000, ""),
        ("description: " + "{a: " * 10_000, ""),
        ("? " * 20_000, ""),
        ("- " * 20_000, ""),
        ("description: [" + "a," * 3000 + "]", "too many values"),
        ("description: " + "x" * 5001, "more than 5000 characters"),
        ("base_model: " + "x" * 201, "more than 200 characters"),
        ("format: pickle", "unknown format “pickle”"),
        ("description: 'open", "not YAML"),
        ("description: a: b", "line 1"),
        ("\tdescription: a", "not YAML"),
        ('description: "\\UFFFFFFFF"', "not YAML"),
        ("%YAML " + "9" * 5000 + ".1\n---\na: b", "not YAML"),
        ("description: \x07", "not YAML"),
        (b"description: \xff", "not UTF-8 at byte 13"),
        (b"\xff\xfed\x00", "not UTF-8"),
        (b"#" * (MAX_BYTES + 1), "more than 64000 bytes"),
    ],
)
def test_what_is_dangerous_or_unclear_is_refused(text: str | bytes, reason: str) -> None:
    assert reason in _reason(text)


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "java\\u200bscript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://example.org/x",
        "//example.org/x",
        "example.org",
        "https://",
        "https:///path",
        "https://user:secret@example.org/",
        "https://example.org@evil.example/",
        "https://exam ple.org/",
        "https://example.org/<script>",
        "https://example.org/'onclick",
        "https://example.org/\\\\evil",
        "https://[::1",
        "https://example.org:99999/",
        "https://ex\\u0430mple.org/",
        "http:\\nhttps://example.org",
    ],
)
@pytest.mark.parametrize("key", ["paper", "code"])
def test_only_plain_web_links_pass(link: str, key: str) -> None:
    assert f"in “{key}”" in _reason(f'{key}: "{link}"')


def test_several_problems_are_told_at_once() -> None:
    message = _reason("licence: mit\npaper: x\nformat: y")
    assert "3 problems" in message


@given(
    st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "ignore"))
)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        parse_declaration(data)
    except SubmissionRefused as problem:
        assert problem.code == "bad_declaration"


SYNTAX = list("[]{},!|>'\"\\#%@")
WORDS = ["&a", "*a", "---", "...", "<<", "\\x", "\\U", "description", "paper"]
PIECES = [*SYNTAX, *WORDS, ": ", "- ", "? ", "\n", "  ", "\t"]


@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_any_syntax_is_read_or_refused(pieces: list[str]) -> None:
    try:
        parse_declaration("".join(pieces).encode())
    except SubmissionRefused as problem:
        assert problem.code == "bad_declaration"
