"""The companion as a process of its own in a network namespace, and the wire from there to the bench.

The namespace holds one end of a veth pair and nothing else, so there is no other way out. The other end is in a second
namespace without any address: what is said there comes from the bench by a packet socket, which sees every frame and
counts what the kernel dropped.
"""

import json
import math
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from harness.errors import NotOffered, RigError, RigTimeout, VehicleError
from harness.link.virtual import VirtualCable
from harness.targets.base import Sockets
from harness.targets.embedded.orders import OrderedCompanion, OrderedUpdates
from harness.targets.packetwire import PacketWire, inside, ip, open_packets, switch_off_offloads, why_not
from harness.timing import LiveClock, Wait, wait_until

MAC, INTERFACE, FAR = "02:00:00:00:00:02", "eth0", "bench0"
CHECKOUT = Path(__file__).parents[2]
ANSWER_WITHIN = 20.0  # s of the wall clock
# s of the test clock that both sides are allowed at a go: what a message may be late by, at worst, on a busy machine
SLICE = 0.5
STANDSTILL = 60.0  # s of the wall clock without any progress of the companion


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
            NotOffered: always; the companion has no command link.
        """
        raise NotOffered("the companion in its namespace has no command link")

    def another(self) -> "NetnsWorld":
        """Refuse.

        Raises:
            NotOffered: always.
        """
        raise NotOffered("there is one companion in the namespace")

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
        entered = ["ip", "netns", "exec", _name("article"), *command]
        self._process = subprocess.Popen(entered, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
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
            ip("netns", "add", name)
        ip("-n", article, "link", "add", INTERFACE, "address", MAC, "type", "veth", "peer", FAR, "netns", bench)
        ip("netns", "exec", bench, "ip", "link", "set", FAR, "up")
        ip("-n", article, "link", "set", "lo", "up")
        links = {link["ifname"] for link in json.loads(ip("-n", article, "-j", "link"))}
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
    with inside(_name("article")):
        switch_off_offloads(INTERFACE)
    with inside(_name("bench")):
        switch_off_offloads(FAR)
        return open_packets(FAR)


def _name(part: str) -> str:
    return f"dronecert-{os.getpid()}-{part}"
