"""Row 45: side channels of caches and cores: an accepted risk, which operators are told of."""

from pathlib import Path

from tests.attacks.arena import Arena
from tests.attacks.registry import PLATFORM, case
from tests.parts import ROOT

WORDS = ("Side channels", "caches", "cpuset", "Run one at a time")


@case(45, "cache and CPU side channels: documented", where=PLATFORM)
def side_channels(arena: Arena) -> None:
    assert _untold(_section(ROOT / "docs" / "security.md")) == []


@side_channels.control
def a_page_without_it_is_noticed(arena: Arena) -> None:
    assert _untold("Podium is safe.") == list(WORDS)


def _section(page: Path) -> str:
    """What the page says is not defended."""
    _, _, rest = page.read_text(encoding="utf-8").partition("## What is not defended")
    return rest.partition("\n## ")[0]


def _untold(text: str) -> list[str]:
    return [word for word in WORDS if word not in text]
