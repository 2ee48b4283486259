"""The companion as a process of its own in a network namespace, and the wire from there to the bench.

The namespace holds one end of a veth pair and nothing else, so there is no other way out. The other end is in a second
namespace without any address: what is said there comes from the bench by a packet socket, which sees every frame and
counts what the kernel dropped.
"""

import ctypes
import errno
import fcntl
import json
import math
import os
import shutil
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from harness.errors import RigError, RigTimeout, VehicleError
from harness.link.ethernet import Wire, WireEnd
from harness.link.virtual import VirtualCable
from harness.targets.base import Sockets
from harness.targets.orders import OrderedCompanion, OrderedUpdates
from harness.timing import LiveClock, Wait, wait_until

MAC, INTERFACE, FAR = "02:00:00:00:00:02", "eth0", "bench0"
CHECKOUT = Path(__file__).parents[2]
ANSWER_WITHIN = 20.0  # s of the wall clock
# s of the test clock that both sides are allowed at a go: what a message may be late by, at worst, on a busy machine
SLICE = 0.5
STANDSTILL = 60.0  # s of the wall clock without any progress of the companion
_ETH_P_ALL, _SOL_PACKET, _PACKET_STATISTICS, _OUTGOING = 3, 263, 6, 4
_SIOCETHTOOL, _CHECKSUMS, _SEGMENTATION = 0x8946, 0x17, 0x24
_BUFFER = 8 << 20


def why_not() -> str:
    """Why no namespace can be made here, with the remedy; empty when one can."""
    if sys.platform != "linux" or shutil.which("ip") is None:
        return "network namespaces need Linux with iproute2: install the package iproute2"
    if os.geteuid() != 0:
        return "network namespaces need root: run as root, or in a container with CAP_NET_ADMIN and CAP_SYS_ADMIN"
    done = subprocess.run(["ip", "netns", "add", _name("probe")], capture_output=True, text=True, check=False)
    if done.returncode:
        return f"no network namespace can be made ({done.stderr.strip()}): add CAP_NET_ADMIN and CAP_SYS_ADMIN"
    _ip("netns", "del", _name("probe"))
    return ""


class PacketWire(Wire):
    """The wire behind a packet socket: ends of the bench on this side, the article's kernel on the other.

    Attributes:
        lost: frames that the kernel dropped before the tap saw them.
    """

    def __init__(self, clock: LiveClock, own: socket.socket) -> None:
        super().__init__(clock, clock.schedule, latency=0.0)
        self._socket, self._lost = own, 0
        clock.inputs.watch(own.fileno(), self._read)

    @property
    def lost(self) -> int:
        """Frames that the kernel dropped so far."""
        # reading them sets the kernel's counters back to zero
        statistics = self._socket.getsockopt(_SOL_PACKET, _PACKET_STATISTICS, 8)
        self._lost += struct.unpack("=II", statistics)[1]
        return self._lost

    def carry(self, sender: WireEnd, frame: bytes) -> None:
        """Take a frame from one end of the bench, for the other ends and for the article."""
        super().carry(sender, frame)
        try:
            self._socket.send(frame)
        except OSError as error:
            # the article has taken its end down: what is said into it is lost, as on a cable
            if error.errno not in (errno.ENOBUFS, errno.ENETDOWN):
                raise

    def _read(self) -> None:
        while True:
            try:
                frame, address = self._socket.recvfrom(65536)
            except BlockingIOError:
                return
            if address[2] != _OUTGOING:
                self.hear(frame)


class NetnsWorld(LiveClock):
    """One case: the companion's process, its namespace, the wire; made and ended by :func:`opened`.

    Time passes on both sides at once, a slice at a time: neither begins one before the other has ended the last. So a
    busy machine makes the test clock slow, and no answer late.

    Attributes:
        sockets: wire, trust and companion; there is no aircraft.
    """

    def __init__(self, speedup: float, own: socket.socket) -> None:
        super().__init__(speedup)
        self._wire, self._speed = PacketWire(self, own), speedup
        self._trust_root = ""
        self._process: subprocess.Popen[bytes] | None = None
        self._waiting, self._answers, self._under_way = b"", list[dict[str, Any]](), False
        self.sockets = Sockets(
            wire=self._wire,
            trust=self._trust,
            companion=OrderedCompanion(self.order),
            updates=OrderedUpdates(self.order),
            label=lambda: {"mac": MAC},
        )
        self.settings: dict[str, Any] = {}

    def advance(self, until: float) -> float:
        """Serve the wire until a moment later; lets the companion's clock run as far as its own.

        Raises:
            RigTimeout: the companion's process stands still.
        """
        before = self.now()
        while True:
            if self.begun and self._process is not None:
                until = self._keep_together(until)
            after = super().advance(until)
            if after > before or not self._under_way:
                return after

    def _keep_together(self, until: float) -> float:
        """Begin a slice if the last one is over on both sides; gives how far to go at once."""
        if self._under_way:
            if self.waited > STANDSTILL:
                raise RigTimeout(f"the companion's process did nothing for {STANDSTILL:g} s of the wall clock")
            return until
        if math.isinf(self.limit) or self.now() >= self.limit:
            self._under_way, limit = True, self.now() + SLICE
            self._tell("until", limit)
            self.allow(limit)
        return min(until, self.limit)

    def power_on(self) -> None:
        """Start the companion; harmless when it runs.

        Raises:
            VehicleError: its boot loader refuses the firmware.
        """
        if self._process is None:
            self._launch()
        self.begin()
        refused = self.order("power", True)
        if refused:
            raise VehicleError(str(refused))

    def power_off(self) -> None:
        """Switch it off."""
        if self._process is not None:
            self.order("power", False)

    def power_cut(self) -> None:
        """As ``power_off``: it keeps nothing that a cut could harm."""
        self.power_off()

    def lay_cable(self, *, radio: bool) -> VirtualCable:
        """Refuse.

        Raises:
            RigError: always; the companion has no command link.
        """
        raise RigError("the companion in its namespace has no command link")

    def another(self) -> "NetnsWorld":
        """Refuse.

        Raises:
            RigError: always.
        """
        raise RigError("there is one companion in the namespace")

    def place_at(self, *, latitude: float, longitude: float) -> None:
        """Tell it that it stands there, deg."""
        self.order("place", [latitude, longitude])

    def leap_both(self, seconds: float) -> None:
        """Let so much time pass at once on both sides, where nothing but what is awaited can fall due."""
        self.order("leap", seconds)
        self.leap(seconds)

    def order(self, name: str, value: object) -> Any:  # noqa: ANN401 - what the order answers
        """Give an order and wait for its answer.

        Raises:
            RigTimeout: none came.
        """
        self._tell(name, value)
        return self._await(name)

    def _tell(self, name: str, value: object) -> None:
        if self._process is None or self._process.stdin is None:
            raise RigError("the companion's process does not run: switch it on first")
        self._process.stdin.write(json.dumps({name: value}).encode() + b"\n")
        self._process.stdin.flush()

    def stop(self) -> None:
        """End the process."""
        if self._process is not None:
            self.inputs.forget(self._output())
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    stream.close()
            self._process.terminate()
            self._process.wait()
            self._process = None
            self.allow(math.inf)

    def _trust(self, root: str) -> None:
        self._trust_root = root

    def _launch(self) -> None:
        settings = {"interface": INTERFACE, "mac": MAC, "trust_root": self._trust_root, "speedup": self._speed}
        command = [sys.executable, "-m", "harness.drone.network.process", json.dumps(settings | self.settings)]
        inside = ["ip", "netns", "exec", _name("article"), *command]
        self._process = subprocess.Popen(inside, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        os.set_blocking(self._output(), False)
        self.inputs.watch(self._output(), self._hear)
        self._await("ready")

    def _output(self) -> int:
        if self._process is None or self._process.stdout is None:
            raise RigError("the companion's process does not run: switch it on first")
        return self._process.stdout.fileno()

    def _hear(self) -> None:
        data = os.read(self._output(), 65536)
        if not data:
            raise RigError("the companion's process ended by itself: see its standard error")
        *lines, self._waiting = (self._waiting + data).split(b"\n")
        answers = [json.loads(line) for line in lines]
        self._under_way = self._under_way and not any("until" in answer for answer in answers)
        self._answers += [answer for answer in answers if "until" not in answer]

    def _await(self, name: str) -> Any:  # noqa: ANN401 - what the order answers
        within = ANSWER_WITHIN * self._speed
        wait = Wait(name=f"the companion's answer to {name}", within=within, blame=RigTimeout)
        wait_until(self, lambda: any(name in answer for answer in self._answers), wait)
        answer = next(answer for answer in self._answers if name in answer)
        self._answers.remove(answer)
        return answer[name]


@contextmanager
def opened(*, speedup: float, defects: Sequence[str] = (), seed: int = 1) -> Iterator[NetnsWorld]:
    """Two namespaces, the wire between them, and a world with the companion switched off; all gone on leaving.

    Args:
        speedup: seconds of the test clock in one of the wall clock, on both sides.
        defects: seeded into the companion.
        seed: of its ports and numbers.

    Raises:
        RigError: they cannot be made; or there is another way out of the article's.
    """
    problem = why_not()
    if problem:
        raise RigError(problem)
    _make()
    try:
        own = _plug()
        world = NetnsWorld(speedup, own)
        world.settings = {"defects": list(defects), "seed": seed}
        try:
            yield world
        finally:
            world.stop()
            own.close()
            world.inputs.close()
    finally:
        _remove()


def _make() -> None:
    article, bench = _name("article"), _name("bench")
    try:
        for name in (article, bench):
            _ip("netns", "add", name)
        _ip("-n", article, "link", "add", INTERFACE, "address", MAC, "type", "veth", "peer", FAR, "netns", bench)
        _ip("netns", "exec", bench, "ip", "link", "set", FAR, "up")
        _ip("-n", article, "link", "set", "lo", "up")
        links = {link["ifname"] for link in json.loads(_ip("-n", article, "-j", "link"))}
        if links - {"lo", INTERFACE} - _TUNNELS:
            raise RigError(f"the article's namespace has another way out: {', '.join(sorted(links))}")
    except RigError:
        _remove()
        raise


# made by some kernels in every namespace; down, without an address
_TUNNELS = frozenset({"tunl0", "gre0", "gretap0", "erspan0", "ip_vti0", "ip6_vti0", "sit0", "ip6tnl0", "ip6gre0"})


def _remove() -> None:
    for name in (_name("article"), _name("bench")):
        subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)


def _plug() -> socket.socket:
    """The packet socket at the bench's end; checksums are computed in the kernel from then on, as on a real card."""
    from pyroute2 import netns

    netns.pushns(_name("article"))
    try:
        _switch_off_offloads(INTERFACE)
    finally:
        netns.popns()
    netns.pushns(_name("bench"))
    try:
        _switch_off_offloads(FAR)
        own = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ALL))
        own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        own.bind((FAR, _ETH_P_ALL))
    finally:
        netns.popns()
    own.setblocking(False)
    return own


def _switch_off_offloads(interface: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
        for feature in (_CHECKSUMS, _SEGMENTATION):
            value = ctypes.create_string_buffer(struct.pack("II", feature, 0))
            request = struct.pack("16sP16x", interface.encode(), ctypes.addressof(value))
            fcntl.ioctl(own, _SIOCETHTOOL, request)


def _name(part: str) -> str:
    return f"dronecert-{os.getpid()}-{part}"


def _ip(*arguments: str) -> str:
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RigError(f"ip {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout
