"""A file that knows how much was read from it."""

from __future__ import annotations

import io


class CountedFile(io.BytesIO):
    """A seekable file in memory; `bytes_read` and `reads` grow with every read."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.bytes_read = 0
        self.reads = 0

    def read(self, size: int | None = -1, /) -> bytes:
        return self._counted(super().read(size))

    def readline(self, size: int | None = -1, /) -> bytes:
        return self._counted(super().readline(size))

    def _counted(self, data: bytes) -> bytes:
        self.reads += 1
        self.bytes_read += len(data)
        return data
