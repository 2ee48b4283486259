"""Rows of TCP ports for processes that a test starts, apart between tests that run side by side."""

import os
import socket
from contextlib import ExitStack

# below the range that the kernel hands out by itself, or a stranger's connection may sit on one of them
_LOWEST, _HIGHEST = 20000, 32000


def free_ports(count: int) -> int:
    """The first of so many neighbouring ports that nobody uses; each process begins its search elsewhere."""
    start = os.getpid() * 16 % (_HIGHEST - _LOWEST)
    for offset in range(0, _HIGHEST - _LOWEST, 16):
        base = _LOWEST + (start + offset) % (_HIGHEST - _LOWEST)
        if _are_free(base, count):
            return base
    raise AssertionError(f"no {count} neighbouring ports are free")


def _are_free(base: int, count: int) -> bool:
    with ExitStack() as stack:
        try:
            for number in range(base, base + count):
                stack.enter_context(socket.create_server(("127.0.0.1", number)))
        except OSError:
            return False
    return True
