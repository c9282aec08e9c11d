"""Makes text from a sandbox safe to show and to store."""

import re
import unicodedata

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]{0,200}(?:\x07|\x1b\\)?|[@-_])")
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Controls, invisible and direction-changing characters, lone surrogates, odd line ends."""


def clean_line(raw: bytes | str) -> str:
    """One line without terminal escapes, control or direction characters; a tab is a space."""
    text = raw.decode("utf-8", errors="replace") if isinstance(raw, bytes) else raw
    text = _ESCAPES.sub("", text).replace("\t", " ")
    return "".join(c for c in text if unicodedata.category(c) not in _UNSAFE)


def clean_text(raw: str, *, limit: int) -> str:
    """At most `limit` characters of cleaned lines."""
    return "\n".join(clean_line(line) for line in raw[:limit].split("\n")).strip()
