"""Valid files made hostile: flipped, cut, spliced, repeated, with other lengths written in.

A mutation is drawn as a few small numbers, whatever the file's size, so that examples are cheap
to make and a failing one shrinks to the few changes that matter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hypothesis import strategies as st

LARGEST = 256 * 1024
"""Bytes of the largest example; repeating stops there."""
_MOST_CHANGES = 6
_ODD_NUMBERS = (0, 1, 2, 7, 8, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0xFFFE, 0xFFFF, 0x10000)
_LARGE_NUMBERS = tuple((1 << bits) + step for bits in (31, 32, 62, 63, 64) for step in (-1, 0))
_ODD_BYTES = (b"\0", b"\n", b"\r\n", b"\xff", b"\xef\xbb\xbf", "\u202e".encode(), b'"', b"\\", b"-")

Change = Callable[[bytes], bytes]
_places = st.one_of(st.integers(0, 80), st.integers(-80, -1), st.integers(0, 1 << 20))
_lengths = st.one_of(st.integers(0, 16), st.integers(0, 4096))


def mutated(files: Sequence[bytes], *, words: Sequence[bytes] = ()) -> st.SearchStrategy[bytes]:
    """Bytes of one of `files` after up to a few changes, and bytes that are no such file at all.

    `words` are what the format's reader knows: they are written in anywhere.
    """
    changes = st.lists(_changes(tuple(files), (*words, *_ODD_BYTES)), max_size=_MOST_CHANGES)
    spoiled = st.builds(_apply, st.sampled_from(list(files)), changes)
    noise = st.builds(_apply, st.binary(max_size=64), changes)
    return st.one_of(spoiled, spoiled, spoiled, noise)


def changed(files: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    """Bytes of drawn files after up to two changes, most of them unchanged."""
    changes = st.lists(_changes((), _ODD_BYTES), max_size=2)
    return st.one_of(files, files, st.builds(_apply, files, changes))


def _apply(data: bytes, changes: Sequence[Change]) -> bytes:
    for change in changes:
        data = change(data)[:LARGEST]
    return data


def _changes(files: Sequence[bytes], words: Sequence[bytes]) -> st.SearchStrategy[Change]:
    inserted = st.one_of(st.sampled_from(words), st.binary(max_size=16))
    numbers = st.one_of(
        st.sampled_from(_ODD_NUMBERS), st.sampled_from(_LARGE_NUMBERS), st.integers(0, 1 << 64)
    )
    each = [
        st.builds(_flip, _places, st.integers(0, 7)),
        st.builds(_write, _places, numbers, st.sampled_from((1, 2, 4, 8))),
        st.builds(_cut, _places),
        st.builds(_remove, _places, _lengths),
        st.builds(_insert, _places, inserted),
        st.builds(_move, _places, _places, _lengths),
        st.builds(_repeat, _places, _lengths, st.sampled_from((2, 3, 17, 300, 5000, 100_000))),
    ]
    if files:
        each.append(st.builds(_splice, st.sampled_from(files), _places, _places))
    return st.one_of(each)


def _at(place: int, data: bytes) -> int:
    return place % (len(data) + 1)


def _flip(place: int, bit: int) -> Change:
    def change(data: bytes) -> bytes:
        at = _at(place, data)
        return data[:at] + bytes(byte ^ 1 << bit for byte in data[at : at + 1]) + data[at + 1 :]

    return change


def _write(place: int, number: int, width: int) -> Change:
    """Overwrite with a number, low byte first, as lengths and offsets are written."""

    def change(data: bytes) -> bytes:
        at = _at(place, data)
        return (
            data[:at] + (number % (1 << 8 * width)).to_bytes(width, "little") + data[at + width :]
        )

    return change


def _cut(place: int) -> Change:
    return lambda data: data[: _at(place, data)]


def _remove(place: int, length: int) -> Change:
    return lambda data: data[: _at(place, data)] + data[_at(place, data) + length :]


def _insert(place: int, piece: bytes) -> Change:
    return lambda data: data[: _at(place, data)] + piece + data[_at(place, data) :]


def _move(source: int, target: int, length: int) -> Change:
    """Copy a piece of the file over another place of it."""

    def change(data: bytes) -> bytes:
        piece = data[_at(source, data) :][:length]
        at = _at(target, data)
        return data[:at] + piece + data[at + len(piece) :]

    return change


def _repeat(place: int, length: int, times: int) -> Change:
    def change(data: bytes) -> bytes:
        at = _at(place, data)
        piece = data[at : at + length]
        fits = max(1, (LARGEST - len(data)) // max(1, len(piece)))
        return data[:at] + piece * min(times, fits) + data[at + length :]

    return change


def _splice(other: bytes, end: int, start: int) -> Change:
    """The beginning of the file, and the end of another one."""
    return lambda data: data[: _at(end, data)] + other[_at(start, other) :]
