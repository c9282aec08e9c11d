"""The organizer's choice of guarantees: what is always required is shown, the rest is ticked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from competitions.guarantees import BASE, FOR_CODE, GUARANTEES, in_words

ALWAYS = [name for name in GUARANTEES if name in BASE]
RECOMMENDED = [name for name in GUARANTEES if name in FOR_CODE - BASE]
STRONGER = [name for name in GUARANTEES if name not in FOR_CODE | BASE]
RULE = (
    "Runs are started only where a worker has proved all of these. Tick nothing for the "
    "recommended set: formats whose code is the platform's need what is always required, formats "
    f"with participants' code also {in_words(RECOMMENDED)}. Tick something, and exactly that is "
    "required beside what always is. It may be changed after publication."
)


class GuaranteesWidget(forms.CheckboxSelectMultiple):
    """Boxes with title and meaning; those of BASE are ticked and can't be changed."""

    template_name = "admin/competitions/guarantees.html"

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the meaning, and fix what is always required."""
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        option["meaning"] = GUARANTEES[str(value)].meaning
        if value in BASE:
            option["attrs"] |= {"disabled": True, "checked": True}
        return option


class GuaranteesField(forms.MultipleChoiceField):
    """Names of guarantees in the order of the list, without those that are always required."""

    widget = GuaranteesWidget

    def __init__(self, **kwargs: Any) -> None:
        groups = [
            ("Always required", _choices(ALWAYS)),
            ("Recommended where participants' code runs", _choices(RECOMMENDED)),
            ("Stronger still", _choices(STRONGER)),
        ]
        super().__init__(required=False, choices=groups, **kwargs)

    def clean(self, value: Any) -> list[str]:
        """Keep what was chosen beyond the base."""
        chosen = super().clean(value)
        return [name for name in GUARANTEES if name in chosen and name not in BASE]


def _choices(names: Iterable[str]) -> list[tuple[str, str]]:
    return [(name, GUARANTEES[name].title) for name in names]
