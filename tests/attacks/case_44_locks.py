"""Row 44: two submissions at once signal to each other through what they share."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from sandbox.backend import Backend
from sandbox.spec import Outcome, Progress, RunResult, RunSpec
from tests.attacks import forged
from tests.attacks.arena import Aftermath, Arena
from tests.attacks.registry import case
from tests.sandbox.lab import wait_until

SHARED = (
    forged.PRELUDE
    + """
import ctypes, errno, fcntl, struct

LIBC = ctypes.CDLL(None, use_errno=True)
LOCK = "hhllhh"


def shared_files():
    # What other runs read too: the interpreter, its libraries, the runner.
    maps = Path("/proc/self/maps").read_text().splitlines()
    mapped = {line.split(None, 5)[5] for line in maps if len(line.split(None, 5)) == 6}
    runner = Path(sys.modules["runner"].__file__).parent.rglob("*.py")
    paths = [*sorted(path for path in mapped if path.startswith("/")), *map(str, runner)]
    for path in paths[:60]:
        try:
            yield path, os.open(path, os.O_RDONLY)
        except OSError:
            pass


def tried(attempt, *arguments):
    try:
        return attempt(*arguments)
    except OSError:
        return None
"""
)
SENDER = (
    SHARED
    + """
def attack(name, ready, until):
    if not hidden():
        return
    files = list(shared_files())
    for _, file in files:
        tried(fcntl.flock, file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        tried(fcntl.lockf, file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        tried(fcntl.fcntl, file, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    listener = socket.socket(socket.AF_UNIX)
    tried(listener.bind, "\\0" + name)
    listener.listen()
    LIBC.shmget(0x7A44, 4096, 0o1666)
    tried(Path("/dev/shm", name).touch)
    tried(Path("/tmp", name).touch)
    step = {"event": "progress", "task": TASK["slug"], "done": 1, "total": 8}
    os.write(2, (json.dumps(step) + "\\n").encode())
    tried(Path(ready).touch)
    end = time.monotonic() + 60
    while time.monotonic() < end and not os.path.exists(until):
        for _, file in files:
            # Not opened anew: closing it would end the record lock.
            os.pread(file, 1, 0)
        time.sleep(0.01)
    shared = LIBC.shmget(0x7A44, 0, 0)
    if shared >= 0:
        LIBC.shmctl(shared, 0, None)
    for folder in ("/dev/shm", "/tmp"):
        tried(Path(folder, name).unlink)
"""
)
RECEIVER = (
    SHARED
    + """
def is_locked(file):
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.flock(file, fcntl.LOCK_UN)
    except OSError as error:
        return error.errno == errno.EWOULDBLOCK
    return False


def has_record_lock(file):
    asked = struct.pack(LOCK, fcntl.F_WRLCK, 0, 0, 0, 0, 0)
    told = tried(fcntl.fcntl, file, fcntl.F_GETLK, asked)
    return told is not None and struct.unpack(LOCK, told)[0] != fcntl.F_UNLCK


def notices(files):
    watch = LIBC.inotify_init1(os.O_NONBLOCK)
    if watch < 0:
        return 0
    for path, _ in files:
        LIBC.inotify_add_watch(watch, path.encode(), 0x20 | 0x1)
    time.sleep(0.5)
    return len(tried(os.read, watch, 1 << 16) or b"")


def attack(name):
    files = list(shared_files())
    caller = socket.socket(socket.AF_UNIX)
    learned = {
        "files": len(files) > 5,
        "locks": sum(is_locked(file) for _, file in files) > 0,
        "record locks": sum(has_record_lock(file) for _, file in files) > 0,
        "notices": notices(files) > 0,
        "abstract socket": tried(caller.connect, "\\0" + name) is None and caller.fileno() >= 0
        and tried(caller.getpeername) is not None,
        "shared memory": LIBC.shmget(0x7A44, 0, 0) >= 0,
        "names": os.path.exists("/dev/shm/" + name) or os.path.exists("/tmp/" + name),
    }
    print(json.dumps(learned))
"""
)
CHANNELS = ("locks", "record locks", "notices", "abstract socket", "shared memory", "names")


@dataclass
class Beside:
    """A backend that keeps a hidden run open while `meanwhile` is done, then ends it."""

    backend: Backend
    meanwhile: Callable[[], None]
    was_sending: bool = False
    _started: int = 0

    @property
    def name(self) -> str:
        return self.backend.name

    def check(self) -> None:
        self.backend.check()

    def guarantees(self) -> Any:
        return self.backend.guarantees()

    def environments(self) -> frozenset[str]:
        return self.backend.environments()

    def run(
        self,
        spec: RunSpec,
        *,
        output_dir: Path,
        on_progress: Callable[[Progress], None],
        should_stop: Callable[[], bool],
    ) -> RunResult:
        """The second run of the sender is that over hidden rows."""
        self._started += 1
        run = self.backend.run
        if self._started != 2:
            return run(
                spec, output_dir=output_dir, on_progress=on_progress, should_stop=should_stop
            )
        sending, stop = threading.Event(), threading.Event()
        results: list[RunResult] = []

        def listen(step: Progress) -> None:
            if step.event == "progress":
                sending.set()

        def send() -> None:
            results.append(
                run(spec, output_dir=output_dir, on_progress=listen, should_stop=stop.is_set)
            )

        thread = threading.Thread(target=send)
        thread.start()
        try:
            assert sending.wait(60), "the sender did not start"
            self.meanwhile()
        finally:
            # It was still holding on when the receiver had ended.
            self.was_sending = thread.is_alive()
            stop.set()
            thread.join()
        return replace(results[0], outcome=Outcome.TIMEOUT, reason="ended by the test", tasks=())


@case(44, "locks on shared read-only inodes")
def locks(arena: Arena) -> None:
    assert arena.host is not None
    name, host = f"podium-{uuid4().hex}", arena.host
    received: list[Aftermath] = []

    def receive() -> None:
        arena.host = host
        received.append(arena.attack(RECEIVER, name=name))

    pair = Beside(host.backend, receive)
    arena.host = replace(host, backend=pair)
    arena.attack(SENDER, name=name, ready="/nowhere", until="/nowhere")
    arena.host = host
    assert pair.was_sending
    learned = dict.fromkeys(CHANNELS, False)
    for lines in (received[0].smoke_lines, received[0].lines):
        assert lines == [json.dumps({"files": True, **learned})]
    assert (received[0].state, received[0].outcome) == ("scored", "ok")


@locks.control
def two_processes_of_the_machine_signal_by_all_of_them(arena: Arena) -> None:
    name = f"podium-{uuid4().hex}"
    with TemporaryDirectory() as folder:
        ready, until = Path(folder, "ready"), Path(folder, "until")
        sender = threading.Thread(
            target=lambda: arena.undefended(
                SENDER, name=name, ready=str(ready), until=str(until), seconds=90
            )
        )
        sender.start()
        try:
            wait_until(ready.exists)
            seen = arena.undefended(RECEIVER, name=name)
        finally:
            until.touch()
            sender.join()
    learned = dict.fromkeys(("files", *CHANNELS), True)
    assert seen.lines == [json.dumps(learned)]
