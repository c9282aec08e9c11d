"""Reads named files out of a folder that something hostile wrote.

Standard library only and one file, because it runs in two places: in the worker, and as the text
of `python -c` inside the container that keeps a run's output alive. Either way it runs only once
the writer is dead.

Its output is a stream of frames, each a line of JSON and then the bytes that the line announces:
`{"path": "task/report.json", "size": 12, "refused": null}`. The last line is
`{"used_bytes": …, "used_files": …, "full": …}`.
"""

import json
import os
import stat
import sys
from collections.abc import Iterator, Sequence

CHUNK = 1 << 20
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
ROOT = os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
"""Opens even where the writer has taken all rights from its folder; what lies in it then does not,
which is the writer's verdict and no fault of ours."""


class Refused(Exception):
    """The file is not one that is read; the argument is a code."""


def open_named(root: int, path: str) -> int:
    """Open `path` below the folder `root` without following a link anywhere.

    Raises Refused: `absent`, `not_a_file` (a link, FIFO, device, socket, folder) or `linked`
    (a second name exists, so the bytes may belong to someone else).
    """
    *folders, name = path.split("/")
    at = os.dup(root)
    try:
        for folder in folders:
            inner = os.open(folder, FOLDER, dir_fd=at)
            os.close(at)
            at = inner
        opened = os.open(name, FILE, dir_fd=at)
    except FileNotFoundError:
        raise Refused("absent") from None
    except OSError:
        raise Refused("not_a_file") from None
    finally:
        os.close(at)
    facts = os.fstat(opened)
    if stat.S_ISREG(facts.st_mode) and facts.st_nlink == 1:
        return opened
    os.close(opened)
    raise Refused("linked" if stat.S_ISREG(facts.st_mode) else "not_a_file")


def frame(path: str, size: int, refused: "str | None") -> bytes:
    """The line in front of a file's bytes."""
    return json.dumps({"path": path, "size": size, "refused": refused}).encode() + b"\n"


def read_named(root: int, path: str, limit: int) -> Iterator[bytes]:
    """Frames of one file; a file above `limit` bytes is refused as `too_large`, unread."""
    try:
        opened = open_named(root, path)
    except Refused as refusal:
        yield frame(path, 0, str(refusal))
        return
    try:
        left = os.fstat(opened).st_size
        if left > limit:
            yield frame(path, 0, "too_large")
            return
        yield frame(path, left, None)
        while left > 0:
            chunk = os.read(opened, min(CHUNK, left)) or bytes(min(CHUNK, left))
            left -= len(chunk)
            yield chunk
    finally:
        os.close(opened)


def read_all(root: int, wanted: "Sequence[tuple[str, int]]", total: int) -> Iterator[bytes]:
    """Frames of every wanted (path, limit), at most `total` bytes of content, then what the
    folder's filesystem has in use.

    The total is no repetition of the filesystem's size: a file with holes takes no room there.
    """
    left = total
    for path, limit in wanted:
        for index, chunk in enumerate(read_named(root, path, min(limit, left))):
            left -= len(chunk) if index else 0
            yield chunk
    facts = os.fstatvfs(root)
    usage = {
        "used_bytes": (facts.f_blocks - facts.f_bfree) * facts.f_frsize,
        "used_files": facts.f_files - facts.f_ffree,
        "full": facts.f_bfree == 0 or facts.f_ffree == 0,
    }
    yield json.dumps(usage).encode() + b"\n"


def main(folder: str, wanted: str, total: str) -> None:
    """Write the frames of a JSON list of [path, limit] to standard output."""
    root = os.open(folder, ROOT)
    for chunk in read_all(root, json.loads(wanted), int(total)):
        sys.stdout.buffer.write(chunk)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
