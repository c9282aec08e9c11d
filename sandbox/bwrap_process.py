"""One bubblewrap sandbox as seen from the worker: started, waited for, killed, read out."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from threading import Thread

from sandbox import launcher
from sandbox.cgroups import RunGroup
from sandbox.execution import PlatformFault, as_platform_fault
from sandbox.progress import StreamReader
from sandbox.reader import read_all
from sandbox.supervision import pump
from sandbox.verdict import Ending, Exit

_START_SECONDS = 20.0
_DEATH_SECONDS = 10.0
_CHUNK = 65536


class StatusStream:
    """bubblewrap's own reports: one JSON object a line, from its outer process only."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._buffer = b""
        self._ended = False
        os.set_blocking(fd, False)

    def find(self, key: str, *, seconds: float) -> int | None:
        """Wait for a line with `key`; None when the stream ends or the time is over first."""
        deadline = time.monotonic() + seconds
        while True:
            for line in self._buffer.split(b"\n")[:-1]:
                if key in (said := json.loads(line)):
                    return int(said[key])
            left = max(0.0, deadline - time.monotonic())
            if self._ended or not select.select([self._fd], [], [], left)[0]:
                return None
            data = os.read(self._fd, _CHUNK)
            self._buffer += data
            self._ended = not data


class BubblewrapSandbox:
    """Implements `sandbox.execution.Sandbox`. Holds the folder of /out open until `close`."""

    def __init__(self, process: "subprocess.Popen[bytes]", *, group: RunGroup) -> None:
        self._process = process
        self._group = group
        self._resources = ExitStack()
        self._init: int | None = None
        self._out = -1

    def attach(self, *, answer: socket.socket, status_fd: int, reader: StreamReader) -> None:
        """Follow the start: take the folder of /out, the stream and the handles for killing."""
        self._resources.callback(self._group.remove)
        self._process_fd = self._own(os.pidfd_open(self._process.pid))
        self._status = StatusStream(self._own(status_fd))
        stream = self._process.stdout
        assert stream is not None
        self._resources.enter_context(stream)
        self._pump = Thread(target=pump, args=(_receiver(stream.fileno()), reader), daemon=True)
        self._pump.start()
        self._out = self._own(_take_folder(answer))
        init = self._status.find("child-pid", seconds=_START_SECONDS)
        if init is None:
            self._pump.join(_START_SECONDS)
            raise PlatformFault(f"bubblewrap did not start: {reader.log.decode()[-500:]}")
        with suppress(ProcessLookupError):
            self._init = self._own(os.pidfd_open(init))

    def wait(self, seconds: float) -> bool:
        return _readable(self._process_fd, seconds)

    def kill(self) -> None:
        # The first process of the inner process namespace takes all others with it.
        if self._init is not None:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._init, signal.SIGKILL)
            if not _readable(self._init, _DEATH_SECONDS):
                raise PlatformFault("a process of the sandbox can't be killed")
        if not _readable(self._process_fd, 1.0):
            self._process.kill()
        self._process.wait()
        if not self._group.wait_empty(_DEATH_SECONDS):
            raise PlatformFault("a process of the sandbox outlived it")
        self._pump.join(_DEATH_SECONDS)

    def exit(self, ending: Ending) -> Exit:
        return Exit(
            ending=ending,
            exit_code=self._status.find("exit-code", seconds=0),
            out_of_memory=self._group.out_of_memory(),
        )

    def peak_memory_bytes(self) -> int | None:
        return self._group.peak_memory_bytes()

    def cpu_seconds(self) -> float | None:
        return self._group.cpu_seconds()

    def frames(self, wanted: Sequence[tuple[str, int]], total: int) -> Iterator[bytes]:
        with as_platform_fault("reading /out", OSError):
            yield from read_all(self._out, wanted, total)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._resources.close()

    def _own(self, fd: int) -> int:
        self._resources.callback(os.close, fd)
        return fd


def start_process(
    make_plan: Callable[[int, int, int], launcher.Plan],
    *,
    program: bytes,
    group: RunGroup,
    reader: StreamReader,
) -> BubblewrapSandbox:
    """Start the launcher with the plan made for (answer, status, seccomp) file numbers.

    `program` is the compiled seccomp profile. Raises PlatformFault.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    status_read, status_write = os.pipe()
    seccomp = os.memfd_create("seccomp")
    with ours:
        try:
            os.write(seccomp, program)
            os.lseek(seccomp, 0, os.SEEK_SET)
            plan = make_plan(theirs.fileno(), status_write, seccomp)
            process = subprocess.Popen(
                [sys.executable, "-I", "-S", launcher.__file__, json.dumps(plan)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=(theirs.fileno(), status_write, seccomp),
                cwd="/",
                env={},
            )
        finally:
            theirs.close()
            os.close(status_write)
            os.close(seccomp)
        sandbox = BubblewrapSandbox(process, group=group)
        try:
            sandbox.attach(answer=ours, status_fd=status_read, reader=reader)
        except BaseException:
            sandbox.close()
            raise
    return sandbox


def _take_folder(answer: socket.socket) -> int:
    answer.settimeout(_START_SECONDS)
    text, folders, _, _ = socket.recv_fds(answer, 1000, 1)
    if text != b"ok" or len(folders) != 1:
        said = text.decode(errors="replace") or "it ended without a word"
        raise PlatformFault(f"the launcher could not prepare the sandbox: {said}")
    return folders[0]


def _receiver(fd: int) -> Callable[[], bytes]:
    return lambda: os.read(fd, _CHUNK)


def _readable(fd: int, seconds: float) -> bool:
    """Whether a process handle says, within `seconds`, that the process has ended."""
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    return bool(poll.poll(seconds * 1000))
