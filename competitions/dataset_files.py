"""The images of a dataset: one zip file of plain names, checked whole before it is kept.

The zip is opened by the standard library behind bounds of its own: what it may read at once (its
directory is the largest), how many entries, what each and all may unpack to.
"""

from __future__ import annotations

import stat
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, LargeZipFile, ZipFile, ZipInfo

from competitions.image_header import ImageRefused, read_header
from competitions.kinds.faults import quoted
from competitions.kinds.images import MAX_NAME_LENGTH, is_image_name
from competitions.rows import Problems

MAX_FILES = 100_000
MAX_FILE_BYTES = 16 << 20
MAX_TOTAL_BYTES = 4 << 30
# Images hardly get smaller by packing, and each has a name or two beside it.
MAX_ZIP_BYTES = MAX_TOTAL_BYTES + (64 << 20)
_MAX_READ = 24 << 20
_ENCRYPTED = 1 << 0 | 1 << 6 | 1 << 13
_BROKEN = (
    BadZipFile,
    LargeZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)

Size = tuple[int, int]
"""Width and height in pixels."""


class _Bounded:
    """A file that refuses to be read in pieces larger than ``_MAX_READ``."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.seek = stream.seek
        self.tell = stream.tell

    def read(self, size: int = -1) -> bytes:
        """Read as a file does; raises BadZipFile for too much at once."""
        data = self._stream.read(_MAX_READ + 1 if size < 0 else min(size, _MAX_READ + 1))
        if len(data) > _MAX_READ:
            raise BadZipFile("its directory is too large")
        return data

    def seekable(self) -> bool:
        """A zip is read from its end."""
        return True


def open_files(stream: IO[bytes]) -> ZipFile:
    """Open a zip with bounds on what is read at once; raises BadZipFile."""
    try:
        return ZipFile(cast(IO[bytes], _Bounded(stream)))
    except _BROKEN as error:
        raise BadZipFile(str(error)) from error


def check_files(stream: IO[bytes], *, problems: Problems) -> Mapping[str, Size]:
    """Return the size of every sound image by name; whatever is wrong goes to ``problems``.

    Each file is read to its end once, so that its checksum holds.
    """
    sizes: dict[str, Size] = {}
    try:
        with open_files(stream) as archive:
            for entry in _sound_entries(archive, problems):
                if entry.filename in sizes:
                    name = quoted(entry.filename)
                    problems.add(None, "repeated_file", f"{name} is in the zip file twice")
                elif size := _image_size(archive, entry, problems):
                    sizes[entry.filename] = size
    except BadZipFile as error:
        problems.add(None, "not_a_zip", f"the file is no sound zip file ({error})")
    return sizes


def read_file(archive: ZipFile, name: str) -> bytes:
    """Return one file of an opened zip, unpacked to no more than it may have.

    Raises:
        BadZipFile: it is damaged, or not of the size that the zip says.
        KeyError: there is no such file.
    """
    entry = archive.getinfo(name)
    try:
        with archive.open(entry) as source:
            # With its most bytes named, what is packed too small can't blow up memory.
            data = source.read(MAX_FILE_BYTES + 1)
    except _BROKEN as error:
        raise BadZipFile(str(error)) from error
    if len(data) != entry.file_size:
        raise BadZipFile("it is not of the size that the zip says")
    return data


def copy_files(stream: IO[bytes], names: Iterable[str], sink: IO[bytes]) -> None:
    """Write a zip of some of the files; the same files give the same bytes."""
    with open_files(stream) as archive, ZipFile(sink, "w") as copy:
        for name in sorted(names):
            # Images are packed already; an entry of this making has a fixed date.
            copy.writestr(ZipInfo(name), read_file(archive, name))


def _sound_entries(archive: ZipFile, problems: Problems) -> Iterator[ZipInfo]:
    entries = archive.infolist()
    if not entries:
        problems.add(None, "empty_zip", "the zip file holds no files")
    if len(entries) > MAX_FILES:
        problems.add(None, "too_many_files", f"there are more than {MAX_FILES} files")
        return
    if sum(entry.file_size for entry in entries) > MAX_TOTAL_BYTES:
        problems.add(
            None, "zip_too_large", f"the files have more than {MAX_TOTAL_BYTES >> 30} GiB together"
        )
        return
    for entry in entries:
        if fault := _entry_fault(entry):
            problems.add(None, *fault)
        else:
            yield entry


def _entry_fault(entry: ZipInfo) -> tuple[str, str] | None:
    """Return code and message of what is wrong with an entry before it is read."""
    name = quoted(entry.filename)
    if "/" in entry.filename or "\\" in entry.filename:
        return (
            "folder",
            f"{name} lies in a folder; pack the files themselves, without a folder around them",
        )
    if not is_image_name(entry.filename):
        return (
            "bad_name",
            f"{name} is no name for an image: letters, digits, _ - and ., ending in .png, .jpg or "
            f".jpeg, at most {MAX_NAME_LENGTH} characters",
        )
    mode = stat.S_IFMT(entry.external_attr >> 16)
    if mode not in (0, stat.S_IFREG):
        return "not_a_file", f"{name} is a link or something else that is no plain file"
    if entry.flag_bits & _ENCRYPTED:
        return "encrypted", f"{name} is encrypted; pack without a password"
    if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        return "bad_compression", f"{name} is packed in another way than stored or deflated"
    if entry.file_size > MAX_FILE_BYTES:
        return "file_too_large", f"{name} has more than {MAX_FILE_BYTES >> 20} MiB"
    return None


def _image_size(archive: ZipFile, entry: ZipInfo, problems: Problems) -> Size | None:
    name = quoted(entry.filename)
    try:
        data = read_file(archive, entry.filename)
    except BadZipFile as error:
        problems.add(None, "damaged_file", f"{name} can't be unpacked ({error})")
        return None
    try:
        header = read_header(data)
    except ImageRefused as refusal:
        problems.add(None, "not_an_image", f"{name} {refusal}")
        return None
    if not entry.filename.endswith(header.suffixes):
        wanted = " or ".join(header.suffixes)
        problems.add(None, "wrong_suffix", f"{name} should end in {wanted}, by what is inside")
        return None
    return header.width, header.height
