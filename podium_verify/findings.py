"""What a check found, in plain words: held, false, or not looked at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

HELD, FALSE, NOT_CHECKED = "ok", "FALSE", "not checked"
_LONGEST = 1000


class Unreadable(Exception):
    """Something that was given can't be read, so nothing can be said; the text says what."""


@dataclass(slots=True)
class Findings:
    """Collects lines in the order of the checks."""

    lines: list[tuple[str, str]] = field(default_factory=list)

    def held(self, text: str) -> None:
        """Note what is as it should be."""
        self.lines.append((HELD, text))

    def false(self, text: str) -> None:
        """Note what is not as the record says."""
        self.lines.append((FALSE, text))

    def skipped(self, text: str) -> None:
        """Note what was not looked at, and what it takes."""
        self.lines.append((NOT_CHECKED, text))

    def compare(self, what: str, *, recorded: object, found: object) -> None:
        """Note whether a recorded figure is the one that was found, to the last digit."""
        if recorded == found:
            self.held(f"{what}: {_text(found)}")
        else:
            self.false(f"{what}: the record says {_text(recorded)}, found {_text(found)}")

    @property
    def is_false(self) -> bool:
        """Whether anything was false."""
        return any(verdict == FALSE for verdict, _ in self.lines)

    def shown(self) -> Iterable[str]:
        """Yield the lines as they are printed."""
        width = len(NOT_CHECKED)
        return (f"  {verdict:<{width}}  {plain(text)}" for verdict, text in self.lines)


def plain(text: object) -> str:
    """Keep what a terminal would take for more than text out of the output, and the line short."""
    return "".join(each if each.isprintable() else "?" for each in str(text))[:_LONGEST]


def _text(value: object) -> str:
    if isinstance(value, str) and len(value) == 64:
        return f"{value[:16]}…"
    if isinstance(value, dict):
        return f"{len(value)} digests"
    return repr(value) if isinstance(value, float) else str(value)
