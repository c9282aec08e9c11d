"""Settings as texts: in forms, where they are read back, and in words on pages.

A text field holds one line, so line ends are written as ``\\n``; lists and objects have an entry a
line. Nothing stands for the default, so an empty value is written out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from competitions.kinds.settings import Setting

NONE = "(none)"
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "s": " "}
_MARKED = str.maketrans({"\n": r"\n", "\t": r"\t", "\r": r"\r"})
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_PAIR = re.compile(r"((?:\\.|[^\\=])*)=(.*)")
_NAMED = {"\n": "a line end", "\n\n": "an empty line"}
_SHOWN = str.maketrans({"\n": "↵", "\t": "⇥", "\r": "↵"})


def as_text(setting: Setting, value: Any) -> str:
    """Write a value as forms hold it; ``from_text`` reads it back."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "\n".join(_line(each) for each in value) or NONE
    if isinstance(value, dict):
        return "\n".join(f"{_key(key)} = {_line(each)}" for key, each in value.items()) or NONE
    if isinstance(value, str) and not setting.choices:
        return (value if setting.lines else _line(value)) or NONE
    return f"{value!r}" if isinstance(value, float) else str(value)


def from_text(setting: Setting, text: str) -> Any:
    """Read what a form holds; raises ValueError in words. Bounds are not looked at."""
    text = text.replace("\r\n", "\n")
    kind = type(setting.default)
    if kind is bool:
        return _truth(text)
    if kind in (int, float):
        return _number(kind, text)
    if text == NONE:
        return kind()
    if kind is list:
        return [_plain(line) for line in _lines(text)]
    if kind is dict:
        return dict(_pair(line) for line in _lines(text))
    return text if setting.choices or setting.lines else _plain(text)


def in_words(setting: Setting, value: Any) -> str:
    """Say a value on pages."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value == 0 and setting.zero:
        return setting.zero
    if isinstance(value, int | float):
        return f"{value:g} {setting.unit}".rstrip() if value < 10**6 else str(value)
    if setting.choices:
        return setting.choices.get(value, value)
    if isinstance(value, list):
        return ", ".join(map(_quoted, value)) or "none"
    if isinstance(value, Mapping):
        return ", ".join(f"{_quoted(text)} for {key}" for key, text in value.items()) or "none"
    return _quoted(str(value)) if value else "nothing"


def _lines(text: str) -> list[str]:
    return [line.strip(" ") for line in text.split("\n") if line.strip(" ")]


def _truth(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("must be yes or no")
    return text == "true"


def _number(kind: type, text: str) -> Any:
    try:
        return kind(text.strip())
    except ValueError:
        raise ValueError(f"must be {'a whole number' if kind is int else 'a number'}") from None


def _pair(line: str) -> tuple[str, str]:
    found = _PAIR.fullmatch(line)
    if found is None or not found[1].strip(" "):
        raise ValueError("needs a line such as “pos = good” for each class")
    return _plain(found[1].strip(" ")), _plain(found[2].strip(" "))


def _key(text: str) -> str:
    return _line(text).replace("=", "\\=")


def _line(text: str) -> str:
    """Write a text as one line that keeps its spaces at both ends."""
    inner = text.strip(" ")
    before = len(text) - len(text.lstrip(" "))
    after = len(text) - len(inner) - before
    marked = inner.replace("\\", "\\\\").translate(_MARKED)
    if text == NONE:
        return rf"\{NONE}"
    return r"\s" * before + marked + r"\s" * after


def _plain(line: str) -> str:
    return _ESCAPED.sub(lambda found: _LETTERS.get(found[1], found[1]), line)


def _quoted(text: str) -> str:
    return _NAMED.get(text) or f"“{text.translate(_SHOWN)}”"
