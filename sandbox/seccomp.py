"""The system calls a run may make, as data with reasons, and its two forms.

An allow-list: what is not named is denied, so a new system call of a new kernel is denied too.
Docker takes the profile as JSON text (`docker_profile`), bubblewrap as a compiled BPF program
(`sandbox.bpf`). gVisor answers system calls by a kernel of its own and takes a profile
(`own_kernel_profile`) where its runtime was set up with `--oci-seccomp`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from errno import ENOSYS, EPERM

CLONE_NEW_ANY = 0x7E020000
"""CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET}: none of them may be set."""
AF_UNIX, AF_INET, AF_INET6 = 1, 2, 10
_INT = 0xFFFFFFFF
"""The kernel looks at the low half of an argument of type int."""

ALLOWED = {
    "read and write the files that are mounted": """
        read write open openat openat2 close close_range creat stat fstat lstat newfstatat statx
        lseek pread64 pwrite64 readv writev preadv pwritev pwritev2 access faccessat
        faccessat2 dup dup2 dup3 fsync fdatasync truncate ftruncate getdents
        getdents64 getcwd chdir fchdir rename renameat renameat2 mkdir mkdirat rmdir link linkat
        unlink unlinkat symlink symlinkat readlink readlinkat mknod mknodat chmod fchmod fchmodat
        fchmodat2 chown fchown lchown fchownat umask utime utimes futimesat utimensat statfs
        fstatfs fallocate fadvise64 readahead sync_file_range sendfile copy_file_range getxattr
        lgetxattr fgetxattr listxattr llistxattr flistxattr memfd_create""",
    "own memory, and where it lies on machines with several memory nodes": """
        mmap mprotect munmap mremap msync mincore madvise brk mlock mlock2 munlock mlockall
        munlockall membarrier get_mempolicy set_mempolicy mbind""",
    "own processes and threads (clone: without new namespaces, see FILTERED)": """
        fork vfork execve execveat exit exit_group wait4 waitid kill tkill tgkill getpid getppid
        gettid getpgid setpgid getpgrp getsid setsid getuid geteuid getgid getegid getresuid
        getresgid getgroups getrlimit setrlimit prlimit64 getrusage times prctl arch_prctl
        set_tid_address set_robust_list get_robust_list rseq capget getpriority setpriority
        sched_yield sched_getaffinity sched_setaffinity sched_getparam sched_getscheduler
        sched_setscheduler sched_get_priority_max sched_get_priority_min sched_rr_get_interval
        sched_getattr sched_setattr getcpu pidfd_open pidfd_send_signal""",
    "signals": """
        rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait rt_sigqueueinfo
        rt_tgsigqueueinfo rt_sigsuspend sigaltstack pause restart_syscall signalfd signalfd4""",
    "clocks and timers, read and waited for, never set": """
        clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday time alarm getitimer
        setitimer timer_create timer_settime timer_gettime timer_getoverrun timer_delete
        timerfd_create timerfd_settime timerfd_gettime""",
    "waiting for each other": """
        futex futex_waitv poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl
        epoll_wait epoll_pwait epoll_pwait2 eventfd eventfd2 pipe pipe2""",
    "sockets between own processes; there is no network behind them (socket: see FILTERED)": """
        socketpair bind connect listen accept accept4 getsockname getpeername sendto recvfrom
        sendmsg recvmsg sendmmsg recvmmsg shutdown setsockopt getsockopt""",
    "facts about the machine, and random numbers": "uname sysinfo getrandom",
    "devices: only the harmless ones are in reach, and no terminal": "ioctl",
}

DENIED = {
    "io_uring does file and network work past every filter and had many kernel holes": """
        io_uring_setup io_uring_enter io_uring_register""",
    "the kernel's keyrings are shared between containers": "add_key request_key keyctl",
    "programs loaded into the kernel": "bpf perf_event_open",
    "looking into or writing into other processes": """
        ptrace process_vm_readv process_vm_writev kcmp pidfd_getfd process_madvise""",
    "pausing the kernel at a page of one's choice, the usual helper of exploits": """
        userfaultfd vmsplice splice tee""",
    "mounts": """
        mount umount2 pivot_root chroot move_mount open_tree fsopen fsconfig fsmount fspick
        mount_setattr quotactl""",
    "new or other namespaces": "unshare setns",
    "opening files by handle, past their folders": "open_by_handle_at name_to_handle_at",
    "watching files that other sandboxes read too": """
        fanotify_init fanotify_mark inotify_init inotify_init1 inotify_add_watch""",
    "telling which pages of shared files others have read": "cachestat",
    "becoming someone else": """
        setuid setgid setreuid setregid setresuid setresgid setgroups setfsuid setfsgid capset""",
    "kernel modules, other kernels, reboot, swap, host settings": """
        init_module finit_module delete_module kexec_load kexec_file_load reboot swapon swapoff
        acct sethostname setdomainname syslog settimeofday clock_settime adjtimex clock_adjtime
        personality iopl ioperm modify_ldt vhangup""",
    "memory and queues that outlive their processes": """
        shmget shmat shmctl msgget semget mq_open mq_unlink""",
    "moving pages of other processes": "migrate_pages move_pages",
    "flushing the whole host's disks": "sync syncfs",
}
"""What an attacker would want most, written down so that tests can try each. The list denies
nothing that is not denied already."""

UNKNOWN = {
    "its flags lie in memory where no filter sees them; C libraries fall back to clone": "clone3",
    "a lock on a file that two sandboxes read is a channel between them": "flock",
}
"""Denied with ENOSYS, so that callers take another way."""

FCNTL_COMMANDS = {
    "F_DUPFD": 0,
    "F_GETFD": 1,
    "F_SETFD": 2,
    "F_GETFL": 3,
    "F_SETFL": 4,
    "F_DUPFD_CLOEXEC": 1030,
    "F_SETPIPE_SZ": 1031,
    "F_GETPIPE_SZ": 1032,
    "F_ADD_SEALS": 1033,
    "F_GET_SEALS": 1034,
}
"""What concerns the caller's own descriptors, pipes and memory files. All others leave something on
the file itself, where another sandbox that reads the same file can see it: locks, leases, notices
of changes (dnotify) and write hints. Numbers: include/uapi/linux/fcntl.h, on both machines."""


@dataclass(frozen=True, slots=True)
class Filtered:
    """A call allowed when (argument `index` & `mask`) is one of `values`."""

    call: str
    index: int
    mask: int
    values: tuple[int, ...]
    reason: str


FILTERED = (
    Filtered("clone", 0, CLONE_NEW_ANY, (0,), "threads and children, no namespaces"),
    Filtered("socket", 0, _INT, (AF_UNIX, AF_INET, AF_INET6), "no vsock, AF_ALG, packet"),
    Filtered("fcntl", 1, _INT, tuple(FCNTL_COMMANDS.values()), "no locks, see FCNTL_COMMANDS"),
    Filtered("preadv2", 5, _INT, (0,), "RWF_NOWAIT tells which pages of shared files were read"),
)

GPU_FILES = {
    "/dev/nvidiactl": "finds the GPUs and opens a session with the driver",
    "/dev/nvidia0, /dev/nvidia1, …": "the GPUs of this run: memory, queues, and their mapping",
    "/dev/nvidia-uvm": "unified memory: page tables that CPU and GPU share",
    "/dev/nvidia-uvm-tools": "the same for profilers; present, not needed",
    "/proc/driver/nvidia": "version and parameters of the driver, read-only",
}
"""What the engine adds to a sandbox that has GPUs. Whoever holds such a file speaks to the host's
driver: no filter looks into `ioctl`, and gVisor passes on only the requests that it knows."""

GPU_CALLS = {
    "every request to the driver": "ioctl",
    "windows into the memory and the queues of a GPU, and memory pinned for copies": """
        mmap munmap mremap mprotect madvise mlock munlock""",
    "the files above, and events that the driver signals": """
        openat close dup fcntl poll ppoll eventfd2 read write""",
    "a socket between own threads over which the driver's library hands on /dev/nvidia-uvm": """
        socket bind listen connect accept4 sendmsg recvmsg socketpair""",
    "threads of the driver's library, and their place beside a GPU": """
        clone futex sched_getaffinity sched_setaffinity get_mempolicy set_mempolicy mbind prctl""",
    "memory that is handed to peers on the same machine": "memfd_create ftruncate",
    "facts about the machine": "uname sysinfo getrlimit prlimit64 sched_yield getpid gettid",
}
"""The calls by which CUDA works, with what for: all of them are allowed for other reasons already,
so a run with GPUs gets the same profile. Denied and not missed: creating device files by hand (the
engine has made them), `perf_event_open` and `ptrace` (profilers, debuggers), `pidfd_getfd` (memory
shared between processes by CUDA's newer kind of handle)."""


def names(groups: dict[str, str]) -> tuple[str, ...]:
    """The system calls of all groups."""
    return tuple(name for text in groups.values() for name in text.split())


def docker_profile() -> str:
    """The profile as JSON text, as the engine's `seccomp=` option takes it."""
    denied = {"names": list(names(UNKNOWN)), "action": "SCMP_ACT_ERRNO", "errnoRet": ENOSYS}
    return _as_text(names(ALLOWED), denied)


def own_kernel_profile() -> str:
    """The profile for a kernel that the sandbox has for itself: gVisor's.

    It reads no `errnoRet`, and a C library whose `clone3` fails by another error than ENOSYS starts
    no thread. Namespaces and locks there are the sandbox's own, so these calls may pass.
    """
    return _as_text((*names(ALLOWED), *names(UNKNOWN)))


def _as_text(allowed: Sequence[str], *more: Mapping[str, object]) -> str:
    rules: list[Mapping[str, object]] = [{"names": list(allowed), "action": "SCMP_ACT_ALLOW"}]
    rules += [_docker_rule(rule, value) for rule in FILTERED for value in rule.values]
    profile = {
        "defaultAction": "SCMP_ACT_ERRNO",
        "defaultErrnoRet": EPERM,
        "archMap": [
            {"architecture": "SCMP_ARCH_X86_64", "subArchitectures": []},
            {"architecture": "SCMP_ARCH_AARCH64", "subArchitectures": []},
        ],
        "syscalls": [*rules, *more],
    }
    return json.dumps(profile)


def _docker_rule(rule: Filtered, value: int) -> dict[str, object]:
    condition = {"value": rule.mask, "valueTwo": value, "op": "SCMP_CMP_MASKED_EQ"}
    return {
        "names": [rule.call],
        "action": "SCMP_ACT_ALLOW",
        "args": [{"index": rule.index, **condition}],
    }
