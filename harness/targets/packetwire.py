"""A wire from the bench to a kernel or a cable, whose bench end is a packet socket that sees every frame."""

import ctypes
import errno
import fcntl
import os
import shutil
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from harness.errors import RigError
from harness.link.ethernet import Wire, WireEnd
from harness.timing import Clock, Inputs, Schedule

_ETH_P_ALL, _SOL_PACKET, _PACKET_STATISTICS, OUTGOING = 3, 263, 6, 4
_SIOCETHTOOL, _CHECKSUMS, _SEGMENTATION = 0x8946, 0x17, 0x24
_BUFFER = 8 << 20
_GONE = (errno.ENETDOWN, errno.ENXIO, errno.ENODEV)


class Watched(Clock, Protocol):
    """A clock that serves files and what is due while time passes."""

    schedule: Schedule
    inputs: Inputs


def why_not() -> str:
    """Why no namespace can be made here, with the remedy; empty when one can."""
    if sys.platform != "linux" or shutil.which("ip") is None:
        return "network namespaces need Linux with iproute2: install the package iproute2"
    if os.geteuid() != 0:
        return "network namespaces need root: run as root, or in a container with CAP_NET_ADMIN and CAP_SYS_ADMIN"
    probe = f"dronecert-{os.getpid()}-probe"
    done = subprocess.run(["ip", "netns", "add", probe], capture_output=True, text=True, check=False)
    if done.returncode:
        return f"no network namespace can be made ({done.stderr.strip()}): add CAP_NET_ADMIN and CAP_SYS_ADMIN"
    ip("netns", "del", probe)
    return ""


class PacketWire(Wire):
    """The wire behind a packet socket: ends of the bench on this side, the article's kernel on the other.

    Attributes:
        lost: frames that the kernel dropped before the tap saw them.
    """

    def __init__(self, clock: Watched, own: socket.socket | None = None) -> None:
        super().__init__(clock, clock.schedule, latency=0.0)
        self._inputs, self._lost = clock.inputs, 0
        self._socket: socket.socket | None = None
        if own is not None:
            self.plug(own)

    def plug(self, own: socket.socket) -> None:
        """Join the article's end, by a packet socket that is not closed here."""
        self._socket = own
        self._inputs.watch(own.fileno(), self._read)

    def unplug(self) -> None:
        """Take the article's end off; what is said to it is lost. Harmless when it is off."""
        if self._socket is not None:
            self._count()
            self._inputs.forget(self._socket.fileno())
            self._socket = None

    @property
    def lost(self) -> int:
        """Frames that the kernel dropped so far."""
        self._count()
        return self._lost

    def carry(self, sender: WireEnd, frame: bytes) -> None:
        """Take a frame from one end of the bench, for the other ends and for the article."""
        super().carry(sender, frame)
        if self._socket is None:
            return
        try:
            self._socket.send(frame)
        except OSError as error:
            # the article has taken its end down, or it is gone: what is said into it is lost, as on a cable
            if error.errno not in (errno.ENOBUFS, *_GONE):
                raise

    def _count(self) -> None:
        if self._socket is not None:
            self._lost += take_drops(self._socket)

    def _read(self) -> None:
        while self._socket is not None:
            try:
                frame, address = self._socket.recvfrom(65536)
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno not in _GONE:
                    raise
                return
            if address[2] == OUTGOING:
                self._overhear_own(frame)
            else:
                self.hear(frame)

    def _overhear_own(self, frame: bytes) -> None:
        """What this machine's kernel said there beside us, which a namespace without an address does not do."""


def take_drops(own: socket.socket) -> int:
    """Frames that the kernel dropped at a packet socket since they were last asked for."""
    # reading them sets the kernel's counters back to zero
    dropped: int = struct.unpack("=II", own.getsockopt(_SOL_PACKET, _PACKET_STATISTICS, 8))[1]
    return dropped


@contextmanager
def inside(namespace: str) -> Iterator[None]:
    """Act in a named network namespace."""
    from pyroute2 import netns

    netns.pushns(namespace)
    try:
        yield
    finally:
        netns.popns()


def open_packets(interface: str) -> socket.socket:
    """A packet socket that sees all of an interface, and does not block.

    Raises:
        OSError: there is no such interface, or this user may not.
    """
    own = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ALL))
    try:
        own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        own.bind((interface, _ETH_P_ALL))
    except OSError:
        own.close()
        raise
    own.setblocking(False)
    return own


def switch_off_offloads(interface: str) -> None:
    """Let the kernel compute checksums and cut segments itself on that interface, as on a real card."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
        for feature in (_CHECKSUMS, _SEGMENTATION):
            value = ctypes.create_string_buffer(struct.pack("II", feature, 0))
            request = struct.pack("16sP16x", interface.encode(), ctypes.addressof(value))
            fcntl.ioctl(own, _SIOCETHTOOL, request)


def ip(*arguments: str) -> str:
    """What iproute2 answers.

    Raises:
        RigError: it refuses.
    """
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RigError(f"ip {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout
