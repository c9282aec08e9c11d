"""Looks at the processes of the engine's machine through the engine.

A worker that is a container itself, or reaches its engine over a network, sees none of them. So a
container of our own, with the machine's process numbers and nothing else of the machine, runs
`sandbox.census` there.
"""

import json
from collections.abc import Sequence

from docker import APIClient

from sandbox.census import Seen
from sandbox.container import Choices, host_settings, observer_container
from sandbox.engine import Stream

_LIFETIME_SECONDS = 120.0


class ObserverFailed(OSError):
    """The look did not come to its end; the text says what was heard of it."""


def look(api: APIClient, choices: Choices, *, mark: str, groups: Sequence[str]) -> list[Seen]:
    """See `sandbox.census.look`. Raises an error of `sandbox.engine.ENGINE_ERRORS`."""
    settings = observer_container(choices, mark=mark, groups=groups, lifetime=_LIFETIME_SECONDS)
    host = host_settings(api, settings.pop("host_config"))
    container = str(api.create_container(**settings, host_config=host)["Id"])
    complaints: list[bytes] = []
    try:
        stream = Stream(api.attach_socket(container, {"stdout": 1, "stderr": 1, "stream": 1}))
        try:
            api.start(container)
            said = b"".join(stream.stdout(complaints.append))
        finally:
            stream.close()
    finally:
        api.remove_container(container, v=True, force=True)
    try:
        return [Seen(**row) for row in json.loads(said)]
    except (ValueError, TypeError) as error:
        heard = b"".join([said, *complaints]).decode(errors="replace")[-500:]
        raise ObserverFailed(f"no list of processes came from the observer: {heard}") from error
