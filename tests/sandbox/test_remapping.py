"""An engine's answer says whom it takes its containers' users for."""

import pytest

from sandbox.backend import BackendUnavailable
from sandbox.remapping import Users, users

REMAPPED = ["name=seccomp,profile=default", "name=userns"]


def test_a_plain_engine_remaps_nobody() -> None:
    info = {"SecurityOptions": ["name=seccomp,profile=default"], "DockerRootDir": "/srv/1.2"}
    assert users(info) == Users(0, 0, own_namespace=False)


def test_a_remapping_engine_names_its_data_folder_after_its_first_user_and_group() -> None:
    info = {"SecurityOptions": REMAPPED, "DockerRootDir": "/var/lib/docker/100000.165536"}
    assert users(info) == Users(100_000, 165_536, own_namespace=True)


def test_a_rootless_engine_shares_the_namespace_of_its_containers() -> None:
    assert users({"SecurityOptions": ["name=rootless"]}) == Users(0, 0, own_namespace=True)


def test_an_engine_that_remaps_to_somebody_unknown_is_refused() -> None:
    with pytest.raises(BackendUnavailable, match=r"userns-remap.*/var/lib/docker"):
        users({"SecurityOptions": REMAPPED, "DockerRootDir": "/var/lib/docker"})
