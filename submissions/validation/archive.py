"""A zip upload, opened without trusting it and without writing anything to a disk."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from submissions.validation.errors import SubmissionRefused
from submissions.validation.folder import is_clutter, wrapper_of
from submissions.validation.manifest import UploadLimits, check_file_size, check_total
from submissions.validation.paths import PathTree, check_path, check_shape
from submissions.validation.suffixes import check_suffix
from submissions.validation.text import shown
from submissions.validation.zip_directory import (
    Directory,
    Record,
    bad_zip,
    find_directory,
    records,
)
from submissions.validation.zip_stream import (
    DEFLATED,
    LOCAL_HEADER_SIZE,
    STORED,
    EntryStream,
    open_entry,
)

MAX_RATIO = 200
_RATIO_FREE_BYTES = 1 << 20
# Folders and desktop clutter are entries too; they are left out, so some are no offence.
_SPARE_ENTRIES = 64
_ENCRYPTED = 1 << 0 | 1 << 6 | 1 << 13
_REPARSE_POINT = 0x400


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveEntry:
    """One file of the archive; ``path`` is relative to the archive's wrapper folder."""

    path: str
    size: int
    record: Record
    end: int


class Archive:
    """Checked entries of a zip file. Sizes are announced ones until a stream was read to its end.

    ``left_out`` names the clutter (``__MACOSX``, ``.DS_Store`` …) that is not offered.
    """

    def __init__(
        self, file: BinaryIO, entries: Sequence[ArchiveEntry], left_out: Sequence[str]
    ) -> None:
        self._file = file
        self.entries = tuple(entries)
        self.left_out = tuple(left_out)

    def __iter__(self) -> Iterator[ArchiveEntry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def open(self, entry: ArchiveEntry) -> EntryStream:
        """Open one entry; reading it yields exactly ``entry.size`` bytes or is refused."""
        return open_entry(self._file, entry.record, end=entry.end, field=shown(entry.path))


def open_archive(file: BinaryIO, limits: UploadLimits) -> Archive:
    """List a seekable zip file after checking names, links, sizes, ratios and positions.

    Raises:
        SubmissionRefused: ``not_a_zip``, ``bad_archive``, ``zip_bomb``, ``encrypted_archive``,
            ``link``, a refused path or type of file, or a passed limit (status 413).
    """
    directory = find_directory(file)
    _check_count(directory.count, 2 * limits.max_files + _SPARE_ENTRIES, limits)
    listed = list(records(file, directory))
    ends = _check_positions(listed, directory)
    named = [(_name(record), record) for record in listed]
    for name, record in named:
        _check_record(name, record)
    files = [(name, record) for name, record in named if not name.endswith("/")]
    kept = [(name, record) for name, record in files if not is_clutter(name)]
    entries = _entries(kept, ends)
    _check_entries(entries, limits)
    left_out = [name for name, _ in files if is_clutter(name)]
    return Archive(file, entries, left_out)


def _entries(kept: Sequence[tuple[str, Record]], ends: dict[int, int]) -> list[ArchiveEntry]:
    wrapper = wrapper_of(name for name, _ in kept)
    cut = 0 if wrapper is None else len(wrapper) + 1
    return [
        ArchiveEntry(path=name[cut:], size=record.size, record=record, end=ends[record.offset])
        for name, record in kept
    ]


def _check_entries(entries: Sequence[ArchiveEntry], limits: UploadLimits) -> None:
    if not entries:
        raise SubmissionRefused(
            "empty_submission", "The zip file holds no files. Pack the model's folder."
        )
    _check_count(len(entries), limits.max_files, limits)
    tree = PathTree()
    for entry in entries:
        check_path(entry.path)
        tree.add(entry.path)
        check_suffix(entry.path, limits.allowed_suffixes)
        check_file_size(entry.path, entry.size, limits)
    check_total(sum(entry.size for entry in entries), limits)


def _check_count(count: int, most: int, limits: UploadLimits) -> None:
    if count > most:
        raise SubmissionRefused(
            "too_many_files",
            f"The zip file lists {count} files; a submission may have at most {limits.max_files}.",
            status=413,
        )


def _check_positions(listed: Sequence[Record], directory: Directory) -> dict[int, int]:
    """Return for each entry's offset where it must end; shared bytes are refused."""
    ends = {}
    end = directory.offset
    for record in sorted(listed, key=lambda record: record.offset, reverse=True):
        if record.offset + LOCAL_HEADER_SIZE + len(record.name) + record.packed_size > end:
            raise SubmissionRefused(
                "zip_bomb", "Files in the zip overlap, or lie outside it. Pack the folder again."
            )
        ends[record.offset] = end
        end = record.offset
    return ends


def _name(record: Record) -> str:
    try:
        return record.name.decode()
    except UnicodeDecodeError:
        raise bad_zip("holds a file name that is not UTF-8") from None


def _check_record(name: str, record: Record) -> None:
    check_shape(name.removesuffix("/"))
    field = shown(name)
    if record.flags & _ENCRYPTED:
        raise SubmissionRefused(
            "encrypted_archive",
            f"{field} is encrypted. Pack the folder without a password.",
            field=field,
        )
    _check_kind(name, record)
    if record.method not in (STORED, DEFLATED):
        raise bad_zip(f"packs {field} with a method other than “deflate”", field=field)
    if record.method == STORED and record.size != record.packed_size:
        raise bad_zip(f"contradicts itself about the size of {field}", field=field)
    if record.size > max(_RATIO_FREE_BYTES, MAX_RATIO * record.packed_size):
        raise SubmissionRefused(
            "zip_bomb",
            f"{field} grows more than {MAX_RATIO} times when unpacked. "
            "Upload the folder instead of a zip, if its content is really this uniform.",
            field=field,
        )


def _check_kind(name: str, record: Record) -> None:
    """Accept regular files and folders by the Unix mode and DOS bits, whoever wrote them."""
    kind = stat.S_IFMT(record.attributes >> 16)
    expected = stat.S_IFDIR if name.endswith("/") else stat.S_IFREG
    if kind not in (0, expected) or record.attributes & _REPARSE_POINT:
        raise SubmissionRefused(
            "link",
            f"{shown(name)} is a link or a special file. Pack the file itself.",
            field=shown(name),
        )
    if name.endswith("/") and record.size:
        raise bad_zip(f"holds a folder with content, {shown(name)}", field=shown(name))
