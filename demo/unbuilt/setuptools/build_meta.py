"""A build backend that tells an archive's name and version and can build nothing."""

from __future__ import annotations

import sys
from email.parser import HeaderParser
from pathlib import Path


def get_requires_for_build_wheel(_config_settings: object = None) -> list[str]:
    """Nothing is needed to read a file."""
    return []


def prepare_metadata_for_build_wheel(
    metadata_directory: str, _config_settings: object = None
) -> str:
    """Write the archive's own PKG-INFO where pip looks for the metadata."""
    text = Path("PKG-INFO").read_text(encoding="utf-8")
    headers = HeaderParser().parsestr(text)
    folder = Path(metadata_directory) / f"{headers['Name']}-{headers['Version']}.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(text, encoding="utf-8")
    return folder.name


# The name under which pip asks for the backend of archives without pyproject.toml.
__legacy__ = sys.modules[__name__]
