"""Which users of the machine an engine's containers run as.

An engine with `userns-remap` gives containers a user namespace in which user 0 is an unprivileged
user of the machine, and names its data folder `<first user>.<first group>` after it:
https://docs.docker.com/engine/security/userns-remap/. A rootless engine lives in such a namespace
itself. Of everything that a run mounts only its volumes need to know, as the engine mounts them
outside of the namespace.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.backend import BackendUnavailable

_DATA_FOLDER = re.compile(r"/(\d+)\.(\d+)/*\Z")


@dataclass(frozen=True, slots=True)
class Users:
    """`first_uid` and `first_gid` are what user and group 0 of a container are where the engine
    mounts its volumes; `own_namespace` says whether containers have a user namespace."""

    first_uid: int = 0
    first_gid: int = 0
    own_namespace: bool = False


def users(info: Mapping[str, Any]) -> Users:
    """Read an engine's answer to `info`. Raises BackendUnavailable where it does not say."""
    options = {option.split(",")[0] for option in info.get("SecurityOptions") or ()}
    if "name=rootless" in options:
        return Users(own_namespace=True)
    if "name=userns" not in options:
        return Users()
    named = _DATA_FOLDER.search(str(info.get("DockerRootDir", "")))
    if named is None:
        raise BackendUnavailable(
            "the Docker engine remaps users (userns-remap) and does not say to which: its data "
            f"folder is {info.get('DockerRootDir')}. Podium knows engines from 20.10 on"
        )
    return Users(int(named[1]), int(named[2]), own_namespace=True)
