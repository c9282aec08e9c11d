"""Input shapes: objects of one or more texts."""

from __future__ import annotations

from collections.abc import Callable

from competitions.kinds.faults import RowInvalid
from competitions.kinds.fields import check_keys, checked_text


def text_input(*names: str) -> Callable[[object], dict[str, str]]:
    """Return the check of ``{"input": {name: text, …}}`` with exactly these names."""

    def check(value: object) -> dict[str, str]:
        if not isinstance(value, dict):
            raise RowInvalid("bad_input", "input must be an object")
        check_keys(value, required=names)
        return {
            name: checked_text(value[name], name=f"input.{name}", code="bad_input")
            for name in names
        }

    return check
