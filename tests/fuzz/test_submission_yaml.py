"""The declaration of a participant: YAML without its dangerous half."""

from __future__ import annotations

import io
import unicodedata

from hypothesis import strategies as st

from submissions.validation.errors import SubmissionRefused
from submissions.validation.submission_yaml import MAX_BYTES, Declared, read_declaration
from submissions.validation.suffixes import FORMATS
from tests.fuzz.harness import KIB, Watch, fuzz
from tests.fuzz.mutations import changed, mutated

FILES = [
    b"format: transformers\ndescription: A small model.\ntraining_data:\n  - films\n  - books\n",
    b'paper: https://example.org/paper\ncompute: |\n  one GPU\n  two days\ncode: "https://example.org"\n',
    b"compute: {gpu: one, hours: 2}\nbase_model: >-\n  folded\n  text\n",
]
WORDS = [
    *(
        b"&a ",
        b"*a",
        b"!!python/object:os.system ",
        b"--- ",
        b"...\n",
        b"%YAML 1.1\n",
        b"%TAG ! tag:x,1:\n",
    ),
    *(
        b"<<: ",
        b"? ",
        b"- ",
        b": ",
        b"[",
        b"{",
        b"]",
        b"}",
        b"|\n",
        b">9\n",
        b"\t",
        b'"\\U0011ffff"',
        b'"\\x',
    ),
    *(
        b"!<%",
        b"!%zz ",
        b"#",
        b"'",
        b'"',
        b"description: ",
        b"0x",
        b"1_0:59",
        b"\xc2\x85",
        b"\xe2\x80\xa8",
    ),
]
_KEYS = (
    *(
        "description",
        "base_model",
        "training_data",
        "training_time",
        "compute",
        "paper",
        "code",
        "format",
    ),
    *("surprise", "<<", "? a", '"desc\\u0072iption"'),
)
_VALUES = (
    *(
        "text",
        "https://example.org/x",
        "http://[::1",
        "javascript:alert(1)",
        "https://a@b",
        "transformers",
        "~",
    ),
    *(
        "1e3",
        "2001-01-01",
        "yes",
        "[a, b]",
        "{a: b}",
        "[[a]]",
        "{a: {b: c}}",
        "|\n  lines\n  more",
        "&x y",
        "!t z",
    ),
    *(
        '"\\u202e\\0"',
        "'it''s'",
        "x" * 300,
        "https://example.org:99999/",
        "http://ex\u0430mple.org",
        '"\\ud800"',
    ),
)


def files() -> st.SearchStrategy[bytes]:
    lines = st.builds(
        "{}: {}\n".format, st.sampled_from(_KEYS), st.sampled_from(_VALUES) | st.text(max_size=12)
    )
    texts = st.lists(lines, max_size=5).map("".join)
    encoded = texts.map(lambda text: text.encode(errors="surrogatepass"))
    return st.one_of(changed(encoded), mutated(FILES, words=WORDS))


def test_a_declaration_is_refused_or_holds_short_clean_texts() -> None:
    watch = Watch(SubmissionRefused, times=250, constant=512 * KIB)

    def check(data: bytes) -> None:
        read = min(len(data), MAX_BYTES + 1)
        declared = watch.read(lambda: read_declaration(io.BytesIO(data)), size=read)
        if declared is not None:
            assert len(data) <= MAX_BYTES
            check_declared(declared)

    fuzz(files(), check, watch)


def check_declared(declared: Declared) -> None:
    for name, text in declared.as_dict().items():
        assert len(text) <= 5000
        assert not {char for char in text if unicodedata.category(char) in ("Cc", "Cs")} - set(
            "\n\t"
        ), name
        assert "\u202e" not in text
        text.encode()
    assert declared.format in ("", *FORMATS)
    for link in (declared.paper, declared.code):
        assert link == "" or link.lower().startswith(("https://", "http://"))
        assert not set(link) & set(" \"'<>\\")
