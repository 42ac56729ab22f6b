"""A seccomp filter for candidates: the system calls that Python needs for arithmetic, and no others.

No network, no signals, no programs, no new namespaces, no look into other processes. A new thread or process is a
question to the examiner, who counts them (`Gate`), where the kernel can ask it; else it is allowed.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import select
import struct
from functools import partial

_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
"""By machine: the column in the tables below, and how the kernel calls it."""

_ALLOWED = """\
read=0/63 write=1/64 readv=19/65 writev=20/66 pread64=17/67 pwrite64=18/68 preadv=295/69 pwritev=296/70 close=3/57
close_range=436/436 stat=4/- fstat=5/80 lstat=6/- newfstatat=262/79 statx=332/291 statfs=137/43 fstatfs=138/44
access=21/- faccessat=269/48 faccessat2=439/439 readlink=89/- readlinkat=267/78 getdents64=217/61 lseek=8/62
getcwd=79/17 chdir=80/49 fchdir=81/50 umask=95/166 rename=82/- renameat=264/38 renameat2=316/276 unlink=87/-
unlinkat=263/35 mkdir=83/- mkdirat=258/34 rmdir=84/- link=86/- linkat=265/37 symlink=88/- symlinkat=266/36
ftruncate=77/46 fallocate=285/47 fsync=74/82 fdatasync=75/83 flock=73/32 fadvise64=221/223 copy_file_range=326/285
sendfile=40/71 mmap=9/222 munmap=11/215 mprotect=10/226 mremap=25/216 madvise=28/233 msync=26/227 mincore=27/232
brk=12/214 futex=202/98 futex_waitv=449/449 set_robust_list=273/99 rseq=334/293 set_tid_address=218/96
membarrier=324/283 sched_yield=24/124 sched_getaffinity=204/123 sched_getparam=143/121 sched_getscheduler=145/120
getcpu=309/168 getpid=39/172 gettid=186/178 getppid=110/173 getuid=102/174 geteuid=107/175 getgid=104/176
getegid=108/177 getpgrp=111/- getpgid=121/155 getsid=124/156 getresuid=118/148 getresgid=120/150 getgroups=115/158
rt_sigaction=13/134 rt_sigprocmask=14/135 rt_sigreturn=15/139 rt_sigpending=127/136 rt_sigtimedwait=128/137
rt_sigsuspend=130/133 sigaltstack=131/132 pause=34/- restart_syscall=219/128 exit=60/93 exit_group=231/94 wait4=61/260
waitid=247/95 pipe=22/- pipe2=293/59 dup=32/23 dup2=33/- dup3=292/24 poll=7/- ppoll=271/73 select=23/- pselect6=270/72
epoll_create=213/- epoll_create1=291/20 epoll_ctl=233/21 epoll_wait=232/- epoll_pwait=281/22 eventfd2=290/19
sendto=44/206 recvfrom=45/207 sendmsg=46/211 recvmsg=47/212 shutdown=48/210 getsockopt=55/209 setsockopt=54/208
getsockname=51/204 getpeername=52/205 clock_gettime=228/113 clock_getres=229/114 clock_nanosleep=230/115
nanosleep=35/101 gettimeofday=96/169 time=201/- times=100/153 getitimer=36/102 setitimer=38/103 alarm=37/-
getrusage=98/165 getrlimit=97/163 sysinfo=99/179 uname=63/160 getrandom=318/278 arch_prctl=158/-
"""
"""By name, the numbers on x86_64 and on aarch64.

Of the calls that change something by its path only those are here that every version of Landlock watches over:
truncate is not, which it sees from version 3 on. Python empties files that it has opened, or opens to write.
"""

_PRETENDED = "chmod=90/- fchmod=91/52 fchmodat=268/53 fchmodat2=452/452 utimensat=280/88 utimes=235/-"
"""Nothing is done, and no error told: Landlock does not watch over a file's mode and times, and copying sets them."""

_CLONE, _CLONE3 = (56, 220), (435, 435)
_SOCKETPAIR, _IOCTL, _PRCTL, _PRLIMIT, _FCNTL = (53, 199), (16, 29), (157, 167), (302, 261), (72, 25)
_OPEN, _OPENAT = (2, -1), (257, 56)
_SECCOMP = (317, 277)
_THREAD, _NEW_NAMESPACES = 0x10000, 0x7E020000
_HOW_TO_OPEN, _HOWS = 0x203, (0, 1, 2, 0x201, 0x202)
"""O_TRUNC goes with O_WRONLY and O_RDWR only: Landlock before version 3 does not notice it otherwise."""

_LOAD, _EQUAL, _AT_LEAST, _HAS, _AND, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
_ALLOW, _ASK, _ERROR, _KILL = 0x7FFF0000, 0x7FC00000, 0x00050000, 0x80000000
_DENY = _ERROR | errno.EPERM
_UNKNOWN = _ERROR | errno.ENOSYS
_NUMBER, _MACHINE = 0, 4
_NEWEST = 460
"""Later calls do not exist for the candidate: libraries then fall back to those that do."""

_SET_FILTER, _LISTEN, _SPECULATE = 1, 1 << 3, 1 << 2
_RECEIVE, _SEND, _CONTINUE = 0xC0502100, 0xC0182101, 1

Instruction = tuple[int, int, int, int]


def confine(ask: bool) -> int:
    """Locks this process in for good. Returns a descriptor to be asked on (`ask`), or 0; raises OSError."""
    column, machine = _MACHINES[platform.machine()]
    code = b"".join(struct.pack("HBBI", *line) for line in _program(column, machine, _ASK if ask else _ALLOW))
    buffer = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("HxxxxxxQ", len(code) // 8, ctypes.addressof(buffer))
    flags = _SPECULATE | (_LISTEN if ask else 0)
    libc = ctypes.CDLL(None, use_errno=True)
    found = libc.syscall(ctypes.c_long(_SECCOMP[column]), ctypes.c_long(_SET_FILTER), ctypes.c_ulong(flags), program)
    if found < 0:
        raise OSError(ctypes.get_errno(), "seccomp")
    return int(found)


def _program(column: int, machine: int, on_clone: int) -> list[Instruction]:
    program = [(_LOAD, 0, 0, _MACHINE), (_EQUAL, 1, 0, machine), (_RETURN, 0, 0, _KILL)]
    program += [(_LOAD, 0, 0, _NUMBER), (_AT_LEAST, 0, 1, _NEWEST), (_RETURN, 0, 0, _UNKNOWN)]
    for calls, answer in (_ALLOWED, _ALLOW), (_PRETENDED, _ERROR):
        for line in calls.split():
            number = line.split("=")[1].split("/")[column]
            if number != "-":
                program += [(_EQUAL, 0, 1, int(number)), (_RETURN, 0, 0, answer)]
    opened = partial(_any, mask=_HOW_TO_OPEN, values=_HOWS)
    special: list[tuple[tuple[int, int], list[Instruction]]] = [
        (_OPENAT, opened(2)),
        (_OPEN, opened(1)),
        (_CLONE3, [(_RETURN, 0, 0, _UNKNOWN)]),  # its arguments cannot be seen; clone's can
        (_CLONE, [_argument(0), (_HAS, 0, 1, _NEW_NAMESPACES), (_RETURN, 0, 0, _DENY), (_RETURN, 0, 0, on_clone)]),
        # Of streams only: a datagram could be sent to any socket on this machine.
        (_SOCKETPAIR, [_argument(0), (_EQUAL, 1, 0, 1), (_RETURN, 0, 0, _DENY), *_any(1, 0xF, (1,))]),
        (_IOCTL, _any(1, 0xFFFFFFFF, (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451))),
        (_PRCTL, _any(0, 0xFFFFFFFF, (3, 15, 16, 23, 0x53564D41))),
        (_PRLIMIT, [_argument(2), (_EQUAL, 1, 0, 0), (_RETURN, 0, 0, _DENY), *_any(2, 0xFFFFFFFF, (0,), high=True)]),
        (_FCNTL, _any(1, 0xFFFFFFFF, (0, 1, 2, 3, 4, 5, 6, 7, 1030, 1031, 1032))),
    ]
    for numbers, then in special:
        if numbers[column] < 0:
            continue
        program += [(_EQUAL, 0, len(then), numbers[column]), *then]
    return [*program, (_RETURN, 0, 0, _DENY)]


def _argument(k: int, high: bool = False) -> Instruction:
    return (_LOAD, 0, 0, 16 + 8 * k + 4 * high)


def _any(k: int, mask: int, values: tuple[int, ...], high: bool = False) -> list[Instruction]:
    """Allows a call whose k-th argument is one of these, and denies all others."""
    tests = [line for value in values for line in ((_EQUAL, 0, 1, value), (_RETURN, 0, 0, _ALLOW))]
    return [_argument(k, high), (_AND, 0, 0, mask), *tests, (_RETURN, 0, 0, _DENY)]


class Gate:
    """The examiner's answers when a candidate wants a thread or a process: so many threads, and no process unasked.

    forks: how many processes it may start now.
    """

    def __init__(self, descriptor: int, threads: int) -> None:
        self.descriptor = descriptor
        self.threads = threads
        self.forks = 0

    def answer(self) -> bool:
        """Answers one question; False when nobody will ask any more."""
        import fcntl  # there is none on Windows, where nobody gets here

        question = bytearray(80)
        try:
            fcntl.ioctl(self.descriptor, _RECEIVE, question)
        except OSError as error:
            return error.errno in (errno.EINTR, errno.ENOENT) and self._alive()
        asked, process, _, _, _, _, flags = struct.unpack_from("QIIiIQQ", question)
        if flags & _THREAD:
            granted = _threads(process) < self.threads
        else:
            granted = self.forks > 0
            self.forks -= granted
        answer = struct.pack("QqiI", asked, 0, 0 if granted else -errno.EAGAIN, _CONTINUE if granted else 0)
        try:
            fcntl.ioctl(self.descriptor, _SEND, bytearray(answer))
        except OSError:
            return self._alive()  # it did not wait for the answer
        return True

    def _alive(self) -> bool:
        poll = select.poll()
        poll.register(self.descriptor, select.POLLIN)
        return not any(event & (select.POLLHUP | select.POLLERR) for _, event in poll.poll(0))

    def close(self) -> None:
        """Whoever asks now is refused."""
        os.close(self.descriptor)


def _threads(process: int) -> int:
    try:
        with open(f"/proc/{process}/status", encoding="ascii", errors="replace") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("Threads:"))
    except (OSError, StopIteration):
        return 10**9
