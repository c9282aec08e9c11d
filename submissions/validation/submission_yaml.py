"""``submission.yaml``: what the participant declares. Texts only, and they are shown to all.

YAML's dangerous half is refused: aliases and anchors (which multiply), tags (which build
objects), several documents, depth. Values stay as they are written: no dates, no sexagesimals.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import BinaryIO
from urllib.parse import urlsplit

import yaml
from yaml.events import (
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    NodeEvent,
)
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from submissions.validation.errors import Problems, SubmissionRefused
from submissions.validation.suffixes import FORMATS
from submissions.validation.text import shown, without_hidden

MAX_BYTES = 64_000
_MAX_DEPTH = 3
_MAX_EVENTS = 2000
_MAX_LENGTHS = {
    "description": 5000,
    "base_model": 200,
    "training_data": 2000,
    "extra_data": 200,
    "training_time": 200,
    "compute": 500,
    "paper": 500,
    "code": 500,
    "format": 20,
}
_LINKS = ("paper", "code")
_PATH = "submission.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """The participant's own words; ``""`` where nothing is said. Links are http(s) addresses."""

    description: str = ""
    base_model: str = ""
    training_data: str = ""
    extra_data: str = ""
    training_time: str = ""
    compute: str = ""
    paper: str = ""
    code: str = ""
    format: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return only what was said."""
        return {key: value for key, value in asdict(self).items() if value}


def read_declaration(file: BinaryIO) -> Declared:
    """Read a submission.yaml.

    Raises:
        SubmissionRefused: ``bad_declaration``, naming each key and its reason.
    """
    file.seek(0)
    return parse_declaration(file.read(MAX_BYTES + 1))


def parse_declaration(data: bytes) -> Declared:
    """Parse the content of a submission.yaml; see ``read_declaration``."""
    if len(data) > MAX_BYTES:
        raise _bad(f"has more than {MAX_BYTES} bytes; shorten it")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _bad(f"is not UTF-8 at byte {error.start}") from None
    root = _compose(text)
    if root is None:
        return Declared()
    if not isinstance(root, MappingNode):
        raise _bad("must be a list of lines “key: value”")
    problems = Problems()
    values: dict[str, str] = {}
    for key, node in root.value:
        with problems.collecting():
            _take(key, node, values)
    problems.raise_any()
    return Declared(**values)


def _compose(text: str) -> Node | None:
    # PyYAML lets ValueError and OverflowError of int() and chr() escape on odd escapes and numbers.
    try:
        _check_events(yaml.parse(text, Loader=yaml.SafeLoader))
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = "" if mark is None else f", line {mark.line + 1}"
        raise _bad(f"is not YAML: {shown(error.problem or 'syntax error')}{place}") from None
    except (yaml.YAMLError, ValueError, OverflowError):
        raise _bad("is not YAML: it holds characters or escapes that YAML does not know") from None


def _check_events(events: Iterator[Event]) -> None:
    depth = documents = 0
    for count, event in enumerate(events):
        if count > _MAX_EVENTS:
            raise _bad("holds too many values; keep it to the known keys")
        if isinstance(event, NodeEvent) and event.anchor is not None:
            raise _bad("uses an anchor or alias (& or *); write the value out")
        if isinstance(event, NodeEvent) and getattr(event, "tag", None) is not None:
            raise _bad("uses a tag (!); write a plain value, in quotes if need be")
        documents += isinstance(event, DocumentStartEvent)
        depth += isinstance(event, CollectionStartEvent)
        depth -= isinstance(event, CollectionEndEvent)
        if documents > 1:
            raise _bad("holds several documents (---); keep one")
        if depth > _MAX_DEPTH:
            raise _bad("is nested too deeply; write texts, lists or one level of keys")


def _take(key_node: Node, node: Node, values: dict[str, str]) -> None:
    key = key_node.value if isinstance(key_node, ScalarNode) else None
    if key not in _MAX_LENGTHS:
        known = ", ".join(_MAX_LENGTHS)
        raise _bad(f"has an unknown key “{shown(str(key))}”; known are {known}")
    if key in values:
        raise _bad(f"has the key “{key}” twice")
    value = without_hidden(_flat(node)).strip()
    if len(value) > _MAX_LENGTHS[key]:
        raise _bad(f"has more than {_MAX_LENGTHS[key]} characters in “{key}”; shorten it")
    if value and key in _LINKS:
        _check_link(key, value)
    if value and key == "format" and value not in FORMATS:
        raise _bad(f"names the unknown format “{shown(value)}”; known are {', '.join(FORMATS)}")
    values[key] = value


def _flat(node: Node) -> str:
    """Return a text, a list of texts as lines, or one level of keys as “key: value” lines."""
    if isinstance(node, SequenceNode):
        return "\n".join(_scalar(item) for item in node.value)
    if isinstance(node, MappingNode):
        return "\n".join(f"{_scalar(key)}: {_scalar(item)}" for key, item in node.value)
    return _scalar(node)


def _scalar(node: Node) -> str:
    if not isinstance(node, ScalarNode):
        raise _bad("is nested too deeply; write texts, lists or one level of keys")
    if node.tag == "tag:yaml.org,2002:null":
        return ""
    return str(node.value)


def _check_link(key: str, value: str) -> None:
    try:
        link = urlsplit(value)
        host = link.hostname
        _ = link.port
    except ValueError:
        host = None
    else:
        if link.scheme not in {"http", "https"} or link.username or link.password:
            host = None
    if not host or not value.isascii() or set(value) & set(" \n\t\"'<>\\`{}|^"):
        raise _bad(f"needs a link that begins with https:// or http:// in “{key}”")


def _bad(reason: str) -> SubmissionRefused:
    return SubmissionRefused("bad_declaration", f"{_PATH} {reason}.", field=_PATH)
