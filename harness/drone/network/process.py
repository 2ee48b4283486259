"""The companion as a process of its own: the same programme, on the kernel's sockets of the namespace it runs in.

Started as ``python -m harness.drone.network.process``, with one JSON object as argument; it takes orders as JSON lines
on standard input and answers each with one line. It has no autopilot: its place is what it is told.
"""

import json
import os
import random
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from harness.drone.article import shipped
from harness.drone.defects import damage
from harness.drone.network.dhcp import Lease
from harness.drone.network.memory import MADE, CompanionMemory
from harness.drone.network.sockets import SocketHost
from harness.drone.network.stack import NetworkSite, NetworkStack
from harness.link.ethernet import Wire, parse_mac
from harness.timing import LiveClock

_SLICE = 1.0  # s of the test clock


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How the process is started.

    Attributes:
        interface: name of its one interface.
        mac: of that interface, as text.
        trust_root: PEM of the authority that it trusts.
        speedup: of its clock beside the wall clock.
        defects: names of those to seed.
        seed: of its ports and transaction numbers.
    """

    interface: str
    mac: str
    trust_root: str
    speedup: float
    defects: Sequence[str] = ()
    seed: int = 1


class CompanionProcess:
    """The companion behind one interface."""

    def __init__(self, settings: Settings) -> None:
        config = damage(shipped(), settings.defects)
        self.clock, self.memory, self.running = LiveClock(settings.speedup), CompanionMemory(), True
        self._settings, self._rng = settings, random.Random(settings.seed)
        self._place = config.flight.home_latitude, config.flight.home_longitude
        site = NetworkSite(
            # nothing is plugged into the wire in memory: the host is on the kernel's
            end=Wire(self.clock, self.clock.schedule).attach(),
            clock=self.clock,
            schedule=self.clock.schedule,
            trust_root=settings.trust_root,
            rng=self._rng,
            read_position=lambda: self._place,
            memory=self.memory,
            habits=config.habits,
            make_host=self._make_host,
        )
        self._stack = NetworkStack(config.network, site)
        self._orders: dict[str, Callable[..., object]] = {
            "power": self._power,
            "offline": self._stack.set_offline,
            "ahead": self._set_clock,
            "place": self._move,
            "leap": self.clock.leap,
            "state": self._state,
            "quit": self._quit,
        }
        self._waiting = b""

    def serve(self) -> None:
        """Run until told to quit, or until whoever orders has gone."""
        os.set_blocking(sys.stdin.fileno(), False)
        self.clock.inputs.watch(sys.stdin.fileno(), self._hear)
        self._say({"ready": True})
        while self.running:
            self.clock.advance(self.clock.now() + _SLICE)

    def _make_host(self) -> SocketHost:
        from pyroute2 import IPRoute

        interface = self._settings.interface, parse_mac(self._settings.mac)
        with IPRoute() as route:
            route.link("set", index=route.link_lookup(ifname=interface[0])[0], state="up")
        return SocketHost(self.clock, interface, self._rng, self._configure)

    def _hear(self) -> None:
        data = os.read(sys.stdin.fileno(), 65536)
        if not data:
            self.running = False
        *lines, self._waiting = (self._waiting + data).split(b"\n")
        for line in lines:
            (order, value), *_ = json.loads(line).items()
            self._say({order: self._orders[order](value)})

    def _say(self, answer: dict[str, object]) -> None:
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()

    def _power(self, on: bool) -> None:
        if on:
            # its buffered clock is right when it is first switched on
            self.clock.begin()
            self._stack.power_on()
        else:
            self._stack.power_off()

    def _set_clock(self, ahead: float) -> None:
        self.memory.date_offset = MADE + ahead

    def _move(self, place: list[float]) -> None:
        self._place = place[0], place[1]

    def _state(self, _: object) -> dict[str, object]:
        return {"offline": self.memory.offline, "now": self.clock.now(), "log": self._stack.log[-5:]}

    def _quit(self, _: object) -> None:
        self._stack.power_off()
        self.running = False

    def _configure(self, lease: Lease | None) -> None:
        """Give the interface what a lease says, or take it down: then the kernel too is silent on it."""
        from pyroute2 import IPRoute

        with IPRoute() as route:
            index = route.link_lookup(ifname=self._settings.interface)[0]
            route.flush_addr(index=index, family=socket.AF_INET)
            if lease is None:
                route.link("set", index=index, state="down")
                return
            route.addr("add", index=index, address=lease.address, prefixlen=24)
            route.route("replace", dst="default", gateway=lease.router, oif=index)


def main() -> None:
    """Read the settings from the first argument, and serve."""
    CompanionProcess(Settings(**json.loads(sys.argv[1]))).serve()


if __name__ == "__main__":
    main()
