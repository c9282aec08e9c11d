"""What row 69 names as a callback: it makes the file that the job's description names."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def touch(job: Any, *rest: Any) -> None:
    """Take the job as RQ hands it over."""
    Path(job.description).touch()
