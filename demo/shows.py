"""All shows by name."""

from __future__ import annotations

from demo.encoders import DEMO
from demo.families.show import FAMILIES
from demo.show import Show

SHOWS: dict[str, Show] = {show.name: show for show in (DEMO, FAMILIES)}
