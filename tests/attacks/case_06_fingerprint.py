"""Row 6: tell the sample run from the scored one by what surrounds the rows."""

import re

from tests.attacks.arena import Arena
from tests.attacks.registry import case

PROGRAM = """
import re, resource


def steady(text):
    # What is random for every sandbox: names of folders and layers, the user, the order of mounts.
    text = re.sub(r"([rw]fdno=)\\d+", r"\\1FILE", text)
    text = re.sub(r"((?:podium|run)-\\d+-)[0-9a-z_]{8}", r"\\1RANDOM", text)
    text = re.sub(r"[0-9a-f]{32,}|[0-9A-Z]{26}", "RANDOM", text)
    return re.sub(r"((?:uid|gid)=|Groups:\\s*)\\d+", r"\\1USER", text)


def tree(top):
    found = {}
    for path in sorted(top.rglob("*")):
        facts = path.lstat()
        rows = path.name in ("inputs.jsonl", "perturbed.jsonl") and facts.st_size > 0
        found[str(path)] = [oct(facts.st_mode), facts.st_nlink, "rows" if rows else facts.st_size]
    return found


def mounts():
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    kept = (line.split(" - ") for line in lines)
    return sorted(steady(" ".join([*at.split()[3:6], what])) for at, what in kept)


def rooms(at):
    return [os.statvfs(at).f_blocks, os.statvfs(at).f_files]


def text_of(path):
    try:
        return steady(Path(path).read_text(errors="replace").strip())
    except OSError as error:
        return str(error.errno)


def attack():
    rows = (IN / "tasks" / TASK["slug"] / "inputs.jsonl").read_text().splitlines()
    status = text_of("/proc/self/status")
    kept = ("Cap", "Seccomp", "NoNewPrivs", "Cpus_allowed_list", "Mems_allowed_list", "Groups")
    surroundings = {
        "environment": dict(os.environ),
        "arguments": sys.argv,
        "folder": os.getcwd(),
        "model": tree(IN),
        "out": tree(OUT),
        "run": (IN / "run.json").read_text(),
        "task": dict(TASK),
        "row keys": sorted({key for row in rows for key in json.loads(row)}),
        "id lengths": sorted({len(json.loads(row)["id"]) for row in rows}),
        "limits": {name: resource.getrlimit(getattr(resource, name))
                   for name in dir(resource) if name.startswith("RLIMIT_")},
        "mounts": mounts(),
        "rooms": {at: rooms(at) for at in ("/tmp", "/dev/shm", str(OUT))},
        "status": [line for line in status.splitlines() if line.startswith(kept)],
        "groups": text_of("/proc/self/cgroup"),
        "names": list(os.uname()),
        "cpus": len(os.sched_getaffinity(0)),
        "open": len(os.listdir("/proc/self/fd")),
        "processes": sorted(text_of(path) for path in Path("/proc").glob("[0-9]*/cmdline")),
        "modules": sorted(sys.modules),
    }
    for name, found in surroundings.items():
        # A line of the log is cut at 4096 bytes.
        parts = found if isinstance(found, list) else [found]
        parts = sorted(found.items()) if isinstance(found, dict) else parts
        for part in parts:
            print(name, json.dumps(part), sep=": ")
"""


@case(6, "fingerprint the harness")
def fingerprint(arena: Arena) -> None:
    after = arena.attack(PROGRAM)
    assert (after.state, after.outcome) == ("scored", "ok")
    sample, scored = _told(after.smoke_lines), _told(after.lines)
    assert sample ^ scored == set()
    # What tells public rows from private ones would stand beside them.
    keys = {'row keys: "id"', 'row keys: "input"'}
    assert {line for line in scored if line.startswith("row keys")} == keys
    assert sum(line.startswith("id lengths") for line in scored) == 1


@fingerprint.control
def a_trace_of_the_harness_is_seen(arena: Arena) -> None:
    plain, marked = (
        {line for line in arena.undefended(PROGRAM, files=files).lines if "scored.txt" in line}
        for files in ({}, {"scored.txt": b"now"})
    )
    assert (len(plain), len(marked)) == (0, 1)


def _told(lines: list[str]) -> set[str]:
    """The lines; an engine may put the runner's own progress into the middle of one."""
    return set(re.sub(r'\{"event": [^{}]*\}\n', "", "\n".join(lines) + "\n").splitlines())
