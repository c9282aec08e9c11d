"""Text that a stranger wrote, made fit to stand beside ours."""

from __future__ import annotations

import re

# Controls (but tab and line feed), line and paragraph separators, direction marks and overrides,
# invisible joints, tag characters, lone surrogates, what no XML may hold. Joiners that scripts and
# emoji need stay.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)


def printable(text: str) -> str:
    """Drop what moves the cursor, turns the writing direction or can't be seen."""
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n"))
