"""Runs of the formats whose texts the platform tokenizes and whose outputs it reads."""

from pathlib import Path

from .config import RunConfig
from .formats import open_format
from .formats.base import Settings
from .progress import Progress
from .session import Session


def run_all(*, in_dir: Path, out_dir: Path, run: RunConfig, progress: Progress) -> int:
    """Returns how many tasks ended well."""
    settings = Settings(dtype=run.dtype, device=run.device, threads=run.threads)
    session = Session(
        in_dir=in_dir,
        out_dir=out_dir,
        run=run,
        model_format=open_format(run.format, settings),
        progress=progress,
    )
    return session.run_all()
