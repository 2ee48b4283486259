"""The companion as a process of its own: the same programme, on the kernel's sockets of the namespace it runs in.

Started as ``python -m harness.drone.network.process``, with one JSON object as argument; it takes orders as JSON lines
on standard input and answers each with one line. With ``aircraft`` it has an autopilot beside it, which takes the
pilot's orders in the same way; without one its place is what it is told.
"""

import json
import math
import os
import random
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from harness.drone.article import ArticleConfig, shipped
from harness.drone.defects import damage
from harness.drone.firmware.store import FirmwareStore
from harness.drone.flight.state import Mode
from harness.drone.network.dhcp import Lease
from harness.drone.network.memory import MADE, CompanionMemory
from harness.drone.network.sockets import SocketHost
from harness.drone.network.stack import NetworkSite, NetworkStack
from harness.drone.tether import PERIOD, CloudTether
from harness.errors import VehicleError
from harness.link.ethernet import Wire, parse_mac
from harness.timing import LiveClock

OFF = "the aircraft has no power"
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
        aircraft: whether the autopilot runs beside it, in the same process.
    """

    interface: str
    mac: str
    trust_root: str
    speedup: float
    defects: Sequence[str] = ()
    seed: int = 1
    aircraft: bool = False


class Aircraft:
    """The autopilot and its plant on the clock of the process, with the companion's habits."""

    def __init__(self, config: ArticleConfig, clock: LiveClock) -> None:
        from harness.drone.flight.flight import Flight

        self._config, self._clock, self._make = config, clock, Flight
        self._flight: Flight | None = None
        # the kernels load now, not while the clock runs
        Flight(config.flight, 1).advance(1.0)
        self._stop: Callable[[], None] = _nothing

    def power_on(self, network: NetworkStack) -> None:
        """Boot it; harmless when it is on."""
        if self._flight is None:
            self._flight = self._make(self._config.flight, 1)
            self._flight.begin_at(self._clock.now())
            tether = CloudTether(self._flight, network, self._config.habits, self._clock)
            self._stop = self._clock.schedule.every(PERIOD, tether.watch, start=self._clock.now() + PERIOD)

    def power_off(self) -> None:
        """Switch it off."""
        self._stop()
        self._flight = None

    def fly(self) -> None:
        """Catch up with the clock."""
        if self._flight is not None:
            self._flight.advance(self._clock.now())

    def arm(self, _: object) -> str:
        """Arm in GUIDED; why not, or an empty text."""
        flight = self._flight
        return OFF if flight is None else flight.set_mode(Mode.GUIDED) or flight.arm()

    def take_off(self, height: float) -> str:
        """Take off to `height` m; why not, or an empty text."""
        return OFF if self._flight is None else self._flight.takeoff(height)

    def read_mode(self, _: object) -> str:
        """Name of the flight mode."""
        return OFF if self._flight is None else self._flight.mode.name


def _nothing() -> None:
    """What there is to stop before anything runs."""


class CompanionProcess:
    """The companion behind one interface."""

    def __init__(self, settings: Settings) -> None:
        config = damage(shipped(), settings.defects)
        self.clock, self.memory, self.running = LiveClock(settings.speedup), CompanionMemory(), True
        # it runs as far as it is told to
        self.clock.allow(0.0)
        self._firmware = FirmwareStore(config.firmware)
        self._settings, self._rng = settings, random.Random(settings.seed)
        self._place = config.flight.home_latitude, config.flight.home_longitude
        self._config, self._aircraft = config, Aircraft(config, self.clock) if settings.aircraft else None
        site = NetworkSite(
            # nothing is plugged into the wire in memory: the host is on the kernel's
            end=Wire(self.clock, self.clock.schedule).attach(),
            clock=self.clock,
            schedule=self.clock.schedule,
            trust_root=settings.trust_root,
            rng=self._rng,
            firmware=self._firmware,
            read_position=lambda: self._place,
            memory=self.memory,
            habits=config.habits,
            make_host=self._make_host,
        )
        self._stack = NetworkStack(config.network, site, config.leaks)
        self._orders: dict[str, Callable[..., object]] = {
            "power": self._power,
            "offline": self._stack.set_offline,
            "ahead": self._set_clock,
            "place": self._move,
            "leap": self.clock.leap,
            "until": self._run_until,
            "state": self._state,
            "quit": self._quit,
            "offer": self._read_offer,
            "consent": self._consent,
            "image": lambda _: self._firmware.read_image().hex(),
            "slots": lambda _: [slot.image.hex() for slot in self._firmware.slots],
            "restore": lambda _: self._firmware.restore(),
        }
        if self._aircraft is not None:
            self._orders |= {
                "arm": self._aircraft.arm,
                "take_off": self._aircraft.take_off,
                "mode": self._aircraft.read_mode,
            }
        self._waiting = b""
        self._until = math.inf

    def serve(self) -> None:
        """Run until told to quit, or until whoever orders has gone."""
        os.set_blocking(sys.stdin.fileno(), False)
        self.clock.inputs.watch(sys.stdin.fileno(), self._hear)
        self._say({"ready": True})
        while self.running:
            self.clock.advance(self.clock.now() + _SLICE)
            if self._aircraft is not None:
                self._aircraft.fly()
            if self.clock.now() >= self._until:
                self._until = math.inf
                self._say({"until": self.clock.now()})

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
            answer = self._orders[order](value)
            # what the clock is allowed is answered once it is spent
            if order != "until":
                self._say({order: answer})

    def _say(self, answer: dict[str, object]) -> None:
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()

    def _power(self, on: bool) -> str:
        """Switch it on or off; why it does not start, or an empty text."""
        if on:
            try:
                self._firmware.check_boot()
            except VehicleError as error:
                return str(error)
            # its buffered clock is right when it is first switched on
            self.clock.begin()
            self._stack.power_on()
            if self._aircraft is not None:
                self._aircraft.power_on(self._stack)
        else:
            self._stack.power_off()
            if self._aircraft is not None:
                self._aircraft.power_off()
        return ""

    def _read_offer(self, _: object) -> str:
        updater = self._stack.updater
        return updater.offered if updater is not None else ""

    def _consent(self, _: object) -> bool:
        """Press the button on the operator's screen; False where there is no network yet."""
        updater = self._stack.updater
        if updater is not None:
            updater.consent()
        return updater is not None

    def _run_until(self, limit: float) -> None:
        """Let the clock run so far and no further."""
        self.clock.allow(limit)
        self._until = limit

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
