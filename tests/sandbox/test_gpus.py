"""A GPU belongs to one worker of a machine."""

import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.backend import BackendUnavailable
from sandbox.gpus import bare, claim

ONE = "GPU-1d2ab5cc-0a1b-4c5d-8e9f-001122334455"
SLICE = "MIG-5c1b9e0a-8f6d-4d3c-b2a1-665544332211"
CLAIM = "import sys; from pathlib import Path; from sandbox.gpus import claim; "


def other_worker(folder: Path, *ids: str) -> subprocess.CompletedProcess[str]:
    """Claim in a process of its own."""
    program = f"{CLAIM} claim(sys.argv[2:], folder=Path(sys.argv[1]))"
    return subprocess.run(
        [sys.executable, "-c", program, str(folder), *ids], capture_output=True, text=True
    )


def test_a_gpu_of_a_living_worker_is_refused_to_another(tmp_path: Path) -> None:
    claim([ONE], folder=tmp_path)
    refused = other_worker(tmp_path, ONE)
    assert "BackendUnavailable" in refused.stderr
    assert f"{ONE} belongs to another worker" in refused.stderr
    assert other_worker(tmp_path, SLICE).returncode == 0


def test_a_worker_may_ask_again_for_its_own(tmp_path: Path) -> None:
    claim([ONE, SLICE], folder=tmp_path)
    claim([ONE, SLICE], folder=tmp_path)


def test_a_worker_that_ended_has_left_its_gpus(tmp_path: Path) -> None:
    assert other_worker(tmp_path, ONE).returncode == 0
    claim([ONE], folder=tmp_path)


@pytest.mark.parametrize("name", ["0", "all", "GPU-1", f"{ONE}\n", "../../etc/passwd"])
def test_only_the_driver_s_ids_name_a_gpu(name: str) -> None:
    with pytest.raises(BackendUnavailable, match="nvidia-smi -L"):
        bare(name)


def test_a_gpu_named_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BackendUnavailable, match="named twice"):
        claim([ONE, ONE], folder=tmp_path)
