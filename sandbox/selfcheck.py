"""Proves at worker start, in real sandboxes, what a backend declares.

Four short runs of `sandbox.probe`: one looks around and leaves a process and files behind, one
looks for the files and takes memory without end, one forks without end, one stays for ever; a
worker with GPUs has a fifth. From outside, the worker looks which processes of the machine belong
to a run while it is on, and whether one is left in the end. A guarantee that does not hold is
withdrawn, with what was seen.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from sandbox import gpus
from sandbox.backend import BackendUnavailable
from sandbox.census import Seen
from sandbox.guarantees import Guarantee
from sandbox.provable import Provable, Trace
from sandbox.spec import Outcome
from sandbox.trial import SIZE, Trials

__all__ = ["Proof", "Provable", "prove"]

_ROOMY_BYTES = 1024 * 1024 * 1024
"""Where processes are counted, memory must not end the run first: gVisor needs some for each."""
_GPU_BYTES = 4 * 1024 * 1024 * 1024
"""The driver's library reserves some for itself."""
_PIDS = 24
_SECONDS = 60.0
_FOREVER_SECONDS = 1.0
_CLOCK_SLACK_SECONDS = 15.0

Finding = tuple[bool, str]
Findings = Iterator[tuple[Guarantee, Finding]]


@dataclass(frozen=True, slots=True)
class Proof:
    """`held` is what a worker may promise. `withdrawn` maps the rest of what was declared to what
    was seen instead."""

    held: frozenset[Guarantee]
    withdrawn: Mapping[Guarantee, str] = field(default_factory=dict)


def prove(backend: Provable, *, work_dir: Path) -> Proof:
    """Run the probes; `work_dir` is where runs are staged (an engine must see the same path) and
    where workers of one machine tell each other which GPUs are theirs.

    Raises BackendUnavailable when no sandbox starts, the first probe does not come to its end, or
    another worker has one of this one's GPUs.
    """
    backend.check()
    declared = backend.guarantees()
    work_dir.mkdir(parents=True, exist_ok=True)
    gpus.claim(backend.gpu_ids, folder=work_dir / "gpus")
    with TemporaryDirectory(dir=work_dir, prefix="selfcheck-") as name:
        seen = dict(_findings(backend, Trials(backend, Path(name))))
    withdrawn = {
        guarantee: seen[guarantee][1] if guarantee in seen else "not probed"
        for guarantee in Guarantee
        if guarantee in declared and not seen.get(guarantee, (False,))[0]
    }
    return Proof(held=declared - withdrawn.keys(), withdrawn=withdrawn)


def _findings(backend: Provable, trials: Trials) -> Findings:
    outside = _Outside(backend, trials.mark)
    inside = dict(_posture(trials, outside))
    fresh, found = inside.pop(Guarantee.FRESH_STATE), list(_memory(trials))
    yield from inside.items()
    for guarantee, finding in found:
        # Fresh at first, and still fresh for the second run.
        yield guarantee, finding if guarantee is not Guarantee.FRESH_STATE or fresh[0] else fresh
    yield from _processes(trials)
    yield from _forever(trials)
    if backend.gpu_ids:
        yield from _gpus(trials, backend.gpu_ids)
    yield Guarantee.USER_NAMESPACE, outside.user_namespace()
    yield Guarantee.NO_SURVIVORS, outside.survivors(trials.traces)


class _Outside:
    """What the worker sees of the machine's processes while a run is on, and in the end."""

    def __init__(self, backend: Provable, mark: str) -> None:
        self._backend = backend
        self._mark = mark
        self._during: list[Seen] = []
        self._failed = ""

    def look(self, trace: Trace) -> None:
        """Remember the processes of a run that is on."""
        self._during = self._processes(trace.groups)

    def user_namespace(self) -> Finding:
        """No process of the run is in reach of the machine's root. Where the run's own program
        has processes on the machine, only they count: the others are the runtime's."""
        own = [each for each in self._during if each.marked] or self._during
        roots = sorted(each.uid_map for each in own if each.may_be_root_outside())
        said = f"maps of users on the machine: {roots or sorted({e.uid_map for e in own})}"
        return bool(own) and not roots, self._failed or said

    def survivors(self, traces: list[Trace]) -> Finding:
        """Seen while it was on, so that the look is worth something, and gone in the end."""
        left = self._processes([group for trace in traces for group in trace.groups])
        numbers = sorted(each.pid for each in left)
        if not self._during:
            return False, self._failed or "no process of a run was seen while it was on"
        return not left and not self._failed, self._failed or f"processes left behind: {numbers}"

    def _processes(self, groups: "list[str] | tuple[str, ...]") -> list[Seen]:
        try:
            return self._backend.processes(self._mark, groups)
        except (BackendUnavailable, OSError) as error:
            self._failed = f"the machine's processes can't be looked at: {error}"
            return []


def _posture(trials: Trials, outside: _Outside) -> Findings:
    result, rows = trials.run("posture", seconds=_SECONDS, on_started=outside.look)
    if result.outcome is not Outcome.OK or not rows:
        said = result.log.decode(errors="replace")[-500:]
        raise BackendUnavailable(f"a trial run failed: {result.outcome}, {result.reason}. {said}")
    for row in rows:
        yield Guarantee(row["guarantee"]), (bool(row["held"]), str(row["detail"]))


def _memory(trials: Trials) -> Findings:
    result, _ = trials.run("memory", seconds=_SECONDS)
    first = result.log.splitlines()[:1]
    yield Guarantee.FRESH_STATE, (first == [b"[]"], f"files of the run before: {first}")
    said = f"a run that takes memory without end ended as {result.outcome}"
    yield Guarantee.MEMORY_BOUND, (result.outcome is Outcome.OUT_OF_MEMORY, said)
    kept, logs = len(result.log), [log for trace in trials.traces for log in trace.logs]
    said = f"{kept} bytes of log were kept, and in files of the machine: {logs}"
    yield Guarantee.LOG_BOUND, (0 < kept <= SIZE and not logs, said)


def _processes(trials: Trials) -> Findings:
    result, _ = trials.run("processes", seconds=_SECONDS, pids=_PIDS, memory_bytes=_ROOMY_BYTES)
    # A runtime that ends the whole sandbox at the limit also bounds it.
    held = result.log.startswith(b"bounded at") or result.outcome is Outcome.CRASHED
    yield Guarantee.PIDS_BOUND, (held, f"a run that forks without end ended as {result.outcome}")


def _forever(trials: Trials) -> Findings:
    result, _ = trials.run("forever", seconds=_FOREVER_SECONDS)
    seconds = result.usage.wall_seconds
    held = result.outcome is Outcome.TIMEOUT and seconds < _FOREVER_SECONDS + _CLOCK_SLACK_SECONDS
    said = f"a run of at most {_FOREVER_SECONDS} s took {seconds:.1f} s"
    yield Guarantee.WALL_CLOCK, (held, said)


def _gpus(trials: Trials, ids: tuple[str, ...]) -> Findings:
    result, rows = trials.run("gpu", seconds=_SECONDS, memory_bytes=_GPU_BYTES, gpus=len(ids))
    found = [f"{name}" for row in rows for name in row["gpus"]]
    wanted = sorted(gpus.bare(each) for each in ids)
    said = f"{found} instead of {wanted}; {result.log.decode(errors='replace')[-300:]}"
    yield Guarantee.GPU_EXCLUSIVE, (bool(rows) and sorted(found) == wanted, said)
