"""Where local state lies. Everything is under ``var/``, which git ignores."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"
EXAMPLES = ROOT / "examples"

VAR = ROOT / "var"
ENVIRONMENTS = VAR / "env"
PLATFORM_PYTHON = ENVIRONMENTS / "platform" / "bin" / "python"
RUNNER_PYTHON = ENVIRONMENTS / "runner" / "bin" / "python"
TENSORFLOW_PYTHON = ENVIRONMENTS / "tensorflow" / "bin" / "python"
EXAMPLES_PACKAGES = ENVIRONMENTS / "examples"

STATE = VAR / "demo"
DOWNLOADS = STATE / "packages"
DATA = STATE / "data"
