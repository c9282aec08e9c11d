"""The system calls a run may make, as data with reasons, and its two forms.

An allow-list: what is not named is denied, so a new system call of a new kernel is denied too.
Docker takes the profile as JSON text (`docker_profile`), bubblewrap as a compiled BPF program
(`sandbox.bpf`). gVisor ignores both: it has its own kernel. CUDA needs no call beyond these; its
drivers are reached by `ioctl` on device files, which exist only where a GPU was asked for.
"""

import json
from dataclasses import dataclass
from errno import ENOSYS, EPERM

CLONE_NEW_ANY = 0x7E020000
"""CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET}: none of them may be set."""
AF_UNIX, AF_INET, AF_INET6 = 1, 2, 10

ALLOWED = {
    "read and write the files that are mounted": """
        read write open openat openat2 close close_range creat stat fstat lstat newfstatat statx
        lseek pread64 pwrite64 readv writev preadv pwritev preadv2 pwritev2 access faccessat
        faccessat2 dup dup2 dup3 fcntl flock fsync fdatasync truncate ftruncate getdents
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
    "watching the host's files": "fanotify_init fanotify_mark",
    "becoming someone else": """
        setuid setgid setreuid setregid setresuid setresgid setgroups setfsuid setfsgid capset""",
    "kernel modules, other kernels, reboot, swap, host settings": """
        init_module finit_module delete_module kexec_load kexec_file_load reboot swapon swapoff
        acct sethostname setdomainname syslog settimeofday clock_settime adjtimex clock_adjtime
        personality iopl ioperm modify_ldt vhangup""",
    "shared memory that outlives its processes": "shmget shmat shmctl msgget semget",
    "moving pages of other processes": "migrate_pages move_pages",
    "flushing the whole host's disks": "sync syncfs",
}
"""What an attacker would want most, written down so that tests can try each. The list denies
nothing that is not denied already."""

UNKNOWN = {
    "its flags lie in memory where no filter sees them; the C library falls back to clone": "clone3"
}
"""Denied with ENOSYS, so that callers take their older way."""


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
    Filtered("socket", 0, 0xFFFFFFFF, (AF_UNIX, AF_INET, AF_INET6), "no vsock, AF_ALG, packet"),
)


def names(groups: dict[str, str]) -> tuple[str, ...]:
    """The system calls of all groups."""
    return tuple(name for text in groups.values() for name in text.split())


def docker_profile() -> str:
    """The profile as JSON text, as the engine's `seccomp=` option takes it."""
    rules: list[dict[str, object]] = [{"names": list(names(ALLOWED)), "action": "SCMP_ACT_ALLOW"}]
    rules += [_docker_rule(rule, value) for rule in FILTERED for value in rule.values]
    rules.append({"names": list(names(UNKNOWN)), "action": "SCMP_ACT_ERRNO", "errnoRet": ENOSYS})
    profile = {
        "defaultAction": "SCMP_ACT_ERRNO",
        "defaultErrnoRet": EPERM,
        "archMap": [
            {"architecture": "SCMP_ARCH_X86_64", "subArchitectures": []},
            {"architecture": "SCMP_ARCH_AARCH64", "subArchitectures": []},
        ],
        "syscalls": rules,
    }
    return json.dumps(profile)


def _docker_rule(rule: Filtered, value: int) -> dict[str, object]:
    condition = {"value": rule.mask, "valueTwo": value, "op": "SCMP_CMP_MASKED_EQ"}
    return {
        "names": [rule.call],
        "action": "SCMP_ACT_ALLOW",
        "args": [{"index": rule.index, **condition}],
    }
