"""Row 43: look at the machine and change it by /proc, /sys and control groups."""

import os

from tests.attacks.arena import Arena
from tests.attacks.registry import case

PROGRAM = """
SECRETS = (
    "/proc/kcore /proc/kmsg /proc/keys /proc/key-users /proc/timer_list /proc/sched_debug"
    " /proc/kpageflags /proc/kpagecount /proc/slabinfo /proc/vmallocinfo"
    " /proc/1/mem /sys/kernel/debug /sys/kernel/security/lsm"
    " /sys/firmware/dmi/tables/DMI /dev/mem /dev/kmsg /dev/port"
).split()
SWITCHES = (
    "/proc/sysrq-trigger /proc/sys/kernel/core_pattern /proc/sys/kernel/hostname"
    " /proc/sys/kernel/modprobe /proc/sys/kernel/randomize_va_space /proc/sys/vm/drop_caches"
    " /proc/sys/net/ipv4/ip_forward /proc/sys/fs/binfmt_misc/register"
    " /proc/irq/default_smp_affinity /proc/mtrr /sys/kernel/mm/transparent_hugepage/enabled"
    " /sys/power/state /sys/kernel/uevent_helper"
).split()


def opens(path, mode):
    try:
        # Nothing is read or written: to get it open is enough.
        os.close(os.open(path, mode | os.O_NONBLOCK))
    except OSError:
        return False
    return True


def reads(path):
    try:
        with open(path, "rb") as file:
            return bool(file.read(64))
    except OSError:
        return False


def groups():
    for folder, _, names in os.walk("/sys/fs/cgroup"):
        for name in names:
            path = os.path.join(folder, name)
            if opens(path, os.O_WRONLY):
                yield path


def attack(strangers):
    print("processes", *[pid for pid in strangers if Path("/proc", str(pid)).exists()])
    print("commands", *{path.read_text() for path in Path("/proc").glob("[0-9]*/comm")
                        if "pytest" in path.read_text() or "dockerd" in path.read_text()})
    print("secrets", *[path for path in SECRETS if reads(path)])
    print("switches", *[path for path in SWITCHES if opens(path, os.O_WRONLY)])
    print("groups", *groups())
    print("own group", Path("/proc/self/cgroup").read_text().count(":/\\n"),
          Path("/proc/self/cgroup").read_text().count("\\n"))
    print("root", os.path.exists("/proc/1/root/etc/shadow") and reads("/proc/1/root/etc/shadow"))
"""


@case(43, "probe /proc and control groups")
def proc(arena: Arena) -> None:
    hostname = os.uname().nodename
    after = arena.attack(PROGRAM, strangers=_strangers())
    told = dict(line.partition(" ")[::2] for line in after.lines if not line.startswith("own"))
    expected = dict.fromkeys(("processes", "commands", "secrets", "switches", "groups"), "")
    assert told == {**expected, "root": "False"}
    own = next(line for line in after.lines if line.startswith("own")).split()[2:]
    assert own[0] == own[1]
    assert (after.state, after.outcome) == ("scored", "ok")
    assert os.uname().nodename == hostname


@proc.control
def a_process_of_the_machine_sees_others(arena: Arena) -> None:
    lines = arena.undefended(PROGRAM, strangers=_strangers()).lines
    assert lines[0].split()[1:] == [str(pid) for pid in _strangers()]
    if os.geteuid() == 0:
        told = dict(line.partition(" ")[::2] for line in lines)
        assert len(told["secrets"].split()) >= 3
        assert "/proc/sys/kernel/core_pattern" in told["switches"].split()


def _strangers() -> list[int]:
    """Processes of the machine, of numbers that no small sandbox has."""
    return [pid for pid in (os.getpid(), os.getppid()) if pid > 64]
