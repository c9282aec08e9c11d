"""Which reader a graph gets: by what it declares or is called with, else by what the task has."""

from collections.abc import Collection
from pathlib import Path

from ..config import TaskConfig
from ..errors import Code, RunnerError
from .base import Purpose
from .bytes_reader import BytesReader
from .image_inputs import SOURCES as IMAGES
from .image_reader import ImageReader
from .readers import Reader
from .signature import FILE, Signature
from .table_reader import TableReader
from .text_reader import TextReader


def open_reader(
    folder: Path,
    signature: Signature,
    task: TaskConfig,
    purpose: Purpose,
    *,
    takes: Collection[str],
    layout: str,
    most_tokens: int | None,
) -> Reader:
    """``takes`` are the sources that the graph is called with, as far as they are known; tables
    are given in words to graphs that take tokens.

    Raises ``unsupported_architecture`` and what the reader raises.
    """
    if task.modality == "image":
        _check_reads(takes, IMAGES, "images")
        return ImageReader(folder, signature, purpose, layout=layout, masks="pixel_mask" in takes)
    if task.modality == "table" and not _takes_tokens(folder, signature, takes):
        return TableReader(signature)
    if "bytes" in takes or "bytes" in signature.options:
        return BytesReader(signature)
    _check_reads(takes, TextReader.sources, "texts")
    return TextReader(folder, signature, most_tokens)


def _takes_tokens(folder: Path, signature: Signature, takes: Collection[str]) -> bool:
    named = not set(takes).isdisjoint(TextReader.sources)
    return named or ("columns" not in signature.options and (folder / "tokenizer.json").is_file())


def _check_reads(takes: Collection[str], sources: Collection[str], what: str) -> None:
    """A graph for something else is named as such before its missing files are."""
    others = {*IMAGES, *TextReader.sources, *TableReader.sources, *BytesReader.sources}
    strange = sorted((set(takes) & others) - set(sources))
    if strange:
        raise RunnerError(
            Code.UNSUPPORTED_ARCHITECTURE,
            f"The model takes {', '.join(strange)}, the task has {what}. If its inputs mean "
            f"something else, say so under “inputs” in {FILE}.",
        )
