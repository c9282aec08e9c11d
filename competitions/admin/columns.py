"""Columns of the admin's lists that show a state in colour."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from unfold.decorators import display

_Column = TypeVar("_Column", bound=Callable[..., Any])


def coloured(
    *, description: str, colours: dict[str, str], ordering: str | None = None
) -> Callable[[_Column], _Column]:
    """Show a column's text as a label; ``colours`` maps texts to unfold's colour names."""
    decorator: Callable[[_Column], _Column] = display(
        description=description, ordering=ordering, label=colours
    )
    return decorator
