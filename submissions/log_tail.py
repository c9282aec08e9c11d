"""The end of a stored log, cleaned: a model wrote it, so nothing of it is trusted."""

from __future__ import annotations

from dataclasses import dataclass

from common import blobs
from sandbox.text import clean_line

SHOWN_BYTES = 8 * 1024
SHOWN_LINES = 100


@dataclass(frozen=True, slots=True)
class Tail:
    """The last lines of a log; ``cut`` tells that there were more."""

    text: str
    cut: bool


def read_end(sha256: str, *, max_bytes: int) -> bytes:
    """Return the last bytes of a log; raises FileNotFoundError when it is no longer stored."""
    with blobs.logs.open(sha256) as stream:
        stream.seek(max(0, blobs.logs.size(sha256) - max_bytes))
        return stream.read(max_bytes)


def read_tail(sha256: str) -> Tail:
    """Return at most SHOWN_LINES lines of SHOWN_BYTES, without a first line that was cut in two.

    Raises:
        FileNotFoundError: the log is no longer stored.
    """
    return tail_of(read_end(sha256, max_bytes=SHOWN_BYTES + 1))


def tail_of(log: bytes) -> Tail:
    """The same of a log that is at hand."""
    end = log[-SHOWN_BYTES - 1 :]
    halved = len(end) > SHOWN_BYTES
    lines = end[-SHOWN_BYTES:].rstrip(b"\r\n").split(b"\n")
    whole = lines[1:] if halved and len(lines) > 1 else lines
    kept = whole[-SHOWN_LINES:]
    return Tail(text="\n".join(map(clean_line, kept)), cut=halved or len(kept) < len(whole))
