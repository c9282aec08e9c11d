"""Where an interpreter and its libraries lie, for a sandbox that shows nothing else."""

import json
import subprocess
from pathlib import Path

from sandbox.backend import BackendUnavailable

_ASK = "import json, sys; print(json.dumps([sys.prefix, sys.base_prefix]))"
SYSTEM_FOLDERS = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")


def interpreter_folders(python: Path) -> list[Path]:
    """Folders outside the system's own that `python` needs: its environment and the installation
    that the environment was made from. Raises BackendUnavailable when it does not run."""
    command = [str(python), "-I", "-c", _ASK]
    try:
        done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    except (OSError, subprocess.SubprocessError) as error:
        raise BackendUnavailable(
            f"the runner's Python does not run ({python}: {error}). Run: make setup"
        ) from error
    folders = [Path(prefix).resolve() for prefix in json.loads(done.stdout)]
    needed = [folder for folder in folders if folder.parts[:2] != ("/", "usr")]
    return sorted(set(needed))
