"""Reads compose.yaml and deploy/worker.yaml as Compose does, as far as these files need it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
MAIN = ROOT / "compose.yaml"
WORKER = ROOT / "deploy" / "worker.yaml"
FILES = [MAIN, WORKER]
_VARIABLE = re.compile(r"\$(?:\$|\{(?P<name>[A-Z][A-Z0-9_]*)(?::(?P<kind>[-?])(?P<rest>[^}]*))?\})")


@dataclass(frozen=True, slots=True)
class Reference:
    """One ``${NAME…}``: ``default`` is None where the variable must be set."""

    name: str
    default: str | None
    message: str | None


@dataclass(frozen=True, slots=True)
class Mount:
    """One entry of a service's ``volumes``; ``source`` is a volume's name or a host path."""

    source: str
    target: str
    writable: bool


def references(path: Path) -> Iterator[Reference]:
    """Yield every variable of a file."""
    for match in _VARIABLE.finditer(path.read_text(encoding="utf-8")):
        if name := match["name"]:
            required = match["kind"] == "?"
            default = match["rest"] if match["kind"] == "-" else None
            yield Reference(name, default, match["rest"] if required else None)


def load(path: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """Return a file's content with its variables filled in.

    Raises:
        KeyError: a variable without a default is not in ``environment``.
    """
    content = _fill(yaml.safe_load(path.read_text(encoding="utf-8")), environment)
    assert isinstance(content, dict)
    return content


def _fill(node: Any, environment: Mapping[str, str]) -> Any:
    if isinstance(node, dict):
        return {key: _fill(value, environment) for key, value in node.items()}
    if isinstance(node, list):
        return [_fill(value, environment) for value in node]
    if isinstance(node, str):
        return _VARIABLE.sub(lambda match: _value(match, environment), node)
    return node


def _value(match: re.Match[str], environment: Mapping[str, str]) -> str:
    name = match["name"]
    if name is None:
        return "$"
    given = environment.get(name, "")
    if given or match["kind"] == "-":
        return given or match["rest"]
    raise KeyError(name)


def mounts(service: Mapping[str, Any]) -> list[Mount]:
    """Return what a service mounts."""
    found = []
    for entry in service.get("volumes", []):
        source, target, *options = entry.split(":")
        found.append(Mount(source, target, writable="ro" not in options))
    return found


def required_values(path: Path) -> dict[str, str]:
    """Return a throwaway value for every variable of a file that must be set."""
    values = {
        "PODIUM_SECRET_KEY": "a-key-for-this-test-only-" + "0123456789abcdef" * 3,
        "PODIUM_ALLOWED_HOSTS": "podium.example.org",
        "PODIUM_ENGINE_GROUP": "998",
        "PODIUM_STORES": "/mnt/stores",
    }
    names = {found.name for found in references(path) if found.default is None}
    return {name: values.get(name, "throwaway") for name in sorted(names)}
