"""One run in containers of a Docker engine: the sandbox, and the holder of its /out."""

import json
import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import Any

from docker import APIClient
from docker.errors import APIError, NotFound

from sandbox import reader as output_reader
from sandbox.container import (
    Choices,
    holder_container,
    host_settings,
    labels,
    run_container,
    volumes,
)
from sandbox.engine import ENGINE_ERRORS, Stream
from sandbox.execution import PlatformFault, as_platform_fault
from sandbox.progress import StreamReader
from sandbox.spec import RunSpec
from sandbox.supervision import pump
from sandbox.verdict import Ending, Exit

_SAMPLE_SECONDS = 2.0
_INSPECT_SECONDS = 0.25
_DEATH_SECONDS = 30.0
_LOG = logging.getLogger(__name__)
_READER = Path(output_reader.__file__).read_text(encoding="utf-8")


class DockerSandbox:
    """Implements `sandbox.execution.Sandbox`. The client is its own and closed with it."""

    def __init__(self, api: APIClient, spec: RunSpec, choices: Choices) -> None:
        self._api = api
        self._spec = spec
        self._choices = choices
        self._containers: list[str] = []
        self._volumes: dict[str, str] = {}
        self._stream: Stream | None = None
        self._stream_ended = Event()
        self._peak: int | None = None
        self._cpu_seconds: float | None = None
        self._sample_at = 0.0
        self._inspect_at = 0.0

    def start(self, reader: StreamReader) -> None:
        """Create and start both containers. Raises PlatformFault; then `close` is due."""
        spec, choices = self._spec, self._choices
        with as_platform_fault("the engine did not start the run", *ENGINE_ERRORS):
            for target, options in volumes(spec, choices).items():
                made = self._api.create_volume(
                    driver="local", driver_opts=options, labels=labels(spec)
                )
                self._volumes[target] = str(made["Name"])
            self._holder = self._create(
                holder_container(spec, choices, volume=self._volumes["/out"])
            )
            self._run = self._create(run_container(spec, choices, volumes=self._volumes))
            self._api.start(self._holder)
            wanted = {"stdout": 1, "stderr": 1, "stream": 1}
            self._stream = stream = Stream(self._api.attach_socket(self._run, wanted))
            self._pump = Thread(target=self._follow, args=(stream, reader), daemon=True)
            self._pump.start()
            self._api.start(self._run)

    def wait(self, seconds: float) -> bool:
        ended = self._stream_ended.wait(seconds)
        now = time.monotonic()
        with as_platform_fault("the engine lost the run", *ENGINE_ERRORS):
            if not ended:
                if now >= self._sample_at:
                    self._sample_at = now + _SAMPLE_SECONDS
                    self._sample()
                return False
            # A run may close its streams and go on.
            if now < self._inspect_at:
                time.sleep(self._inspect_at - now)
            self._inspect_at = time.monotonic() + _INSPECT_SECONDS
            return not self._state()["Running"]

    def kill(self) -> None:
        with as_platform_fault("the engine did not end the run", *ENGINE_ERRORS):
            # The engine says "conflict" for a container that has ended already.
            with suppress(APIError):
                self._api.kill(self._run, signal="SIGKILL")
            deadline = time.monotonic() + _DEATH_SECONDS
            while (state := self._state())["Running"] or state["Pid"]:
                if time.monotonic() > deadline:
                    raise PlatformFault("the engine can't kill the run's container")
                time.sleep(_INSPECT_SECONDS / 5)
            self._state_at_end = state
        self._pump.join(_DEATH_SECONDS)

    def exit(self, ending: Ending) -> Exit:
        state = self._state_at_end
        if state["Error"]:
            raise PlatformFault(f"the engine failed the run: {state['Error']}")
        return Exit(
            ending=ending, exit_code=int(state["ExitCode"]), out_of_memory=bool(state["OOMKilled"])
        )

    def peak_memory_bytes(self) -> int | None:
        return self._peak

    def cpu_seconds(self) -> float | None:
        """As of the last sample: the engine forgets it with the end of the run."""
        return self._cpu_seconds

    def frames(self, wanted: Sequence[tuple[str, int]], total: int) -> Iterator[bytes]:
        complaints: list[bytes] = []
        argv = ["python", "-I", "-S", "-c", _READER, "/out", json.dumps(wanted), str(total)]
        with as_platform_fault("reading /out", *ENGINE_ERRORS):
            made = self._api.exec_create(self._holder, argv, stdin=False, tty=False)
            stream = Stream(self._api.exec_start(made["Id"], socket=True))
            try:
                yield from stream.stdout(complaints.append)
            finally:
                stream.close()
        if complaints:
            raise PlatformFault(f"reading /out: {b''.join(complaints).decode()[-500:]}")

    def close(self) -> None:
        if self._stream is not None:
            self._stream.close()
        for container in self._containers:
            self._tidy(lambda name=container: self._api.remove_container(name, v=True, force=True))
        for volume in self._volumes.values():
            self._tidy(lambda name=volume: self._api.remove_volume(name, force=True))
        self._api.close()

    def _create(self, settings: dict[str, Any]) -> str:
        host = host_settings(self._api, settings.pop("host_config"))
        made = self._api.create_container(**settings, host_config=host)
        self._containers.append(made["Id"])
        if made.get("Warnings"):
            raise PlatformFault(
                "the engine would start the run without all of its limits: "
                + " ".join(made["Warnings"])
            )
        return str(made["Id"])

    def _follow(self, stream: Stream, reader: StreamReader) -> None:
        chunks = stream.chunks()
        try:
            pump(lambda: next(chunks, b""), reader)
        except (OSError, ValueError):
            # The connection was closed under us; the state of the container says the rest.
            reader.close()
        finally:
            self._stream_ended.set()

    def _state(self) -> dict[str, Any]:
        return dict(self._api.inspect_container(self._run)["State"])

    def _sample(self) -> None:
        stats = self._api.stats(self._run, stream=False, one_shot=True)
        memory = stats.get("memory_stats", {})
        seen = memory.get("max_usage", memory.get("usage"))
        if isinstance(seen, int):
            self._peak = max(seen, self._peak or 0)
        computed = stats.get("cpu_stats", {}).get("cpu_usage", {}).get("total_usage")
        if isinstance(computed, int):
            self._cpu_seconds = max(computed / 1e9, self._cpu_seconds or 0.0)

    def _tidy(self, remove: Any) -> None:
        try:
            remove()
        except NotFound:
            return
        except ENGINE_ERRORS as error:
            # Its labels say whose it is; the next worker to start removes it.
            _LOG.warning("a part of run %s was left behind: %s", self._spec.name, error)
