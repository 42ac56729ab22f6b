"""Tries calls with which machines were broken: io_uring, bpf, perf, userfaultfd, keys, modules, reboot: none works."""

import ctypes

libc = ctypes.CDLL(None, use_errno=True)
buffer = ctypes.create_string_buffer(4096)
for number in (
    *(425, 426, 427, 321, 298, 323, 248, 249, 250, 175, 176, 313, 246, 320, 169, 163, 164, 227, 305, 159, 153, 101),
    *(310, 311, 312, 135, 141, 142, 144, 203, 251, 256, 279, 149, 151, 325, 165, 166, 167, 168, 172, 173, 253, 254),
    *(255, 294, 300, 301, 206, 209, 240, 283, 282, 289, 319, 447, 157, 317, 444, 446, 9999, 459),
):
    if number == 157:
        assert libc.prctl(4, 1, 0, 0, 0) < 0, "dumpable"
        assert libc.prctl(1, 0, 0, 0, 0) < 0, "death signal"
        assert libc.prctl(36, 1, 0, 0, 0) < 0, "subreaper"
        assert libc.prctl(22, 2, buffer, 0, 0) < 0, "seccomp"
        assert libc.prctl(35, 8, buffer, 0, 0) < 0, "the map of its memory"
    else:
        assert libc.syscall(number, buffer, 0, 0, 0, 0) < 0, number
