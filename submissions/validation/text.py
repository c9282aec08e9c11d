"""Hidden characters: refused in names, removed from texts, shown safely in messages."""

from __future__ import annotations

import unicodedata

# Controls, format characters (bidi, zero width, tags), surrogates, line and paragraph separators.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# Joiners shape letters in Persian, Hindi and emoji; in running text they are harmless.
_KEPT_IN_TEXT = frozenset("\n\t\u200c\u200d")
_LONGEST_SHOWN = 120
_UNITS = ("kB", "MB", "GB", "TB", "PB")


def has_hidden(text: str) -> bool:
    """Tell whether ``text`` holds a character that a reader cannot see or that reorders it."""
    return any(unicodedata.category(char) in _HIDDEN for char in text)


def without_hidden(text: str) -> str:
    """Return ``text`` without control and bidi characters; line ends become ``\\n``."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = lines.replace("\u2028", "\n").replace("\u2029", "\n").replace("\x85", "\n")
    return "".join(
        char for char in lines if char in _KEPT_IN_TEXT or unicodedata.category(char) not in _HIDDEN
    )


def shown(text: str) -> str:
    """Return a participant's text as it may stand in a message: one line, short, no tricks."""
    clean = "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(char) in _HIDDEN else char
        for char in text[: _LONGEST_SHOWN + 1]
    )
    return clean if len(clean) <= _LONGEST_SHOWN else clean[:_LONGEST_SHOWN] + "…"


def shown_bytes(size: int) -> str:
    """Return a number of bytes as people read it, with the exact figure where it is rounded."""
    if size < 1000:
        return f"{size} bytes"
    steps = min((len(str(size)) - 1) // 3, len(_UNITS))
    return f"{size / 1000**steps:.1f} {_UNITS[steps - 1]} ({size} bytes)"
