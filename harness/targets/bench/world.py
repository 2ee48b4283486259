"""One case on a bench: the wall clock, the links to the article, and its power where a relay holds it."""

import math
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.errors import NotOffered, RigError, RigTimeout
from harness.link.lasting import LastingPort
from harness.link.port import Receiver
from harness.link.virtual import VirtualCable
from harness.targets.base import Sockets, TargetWorld
from harness.targets.bench.cardwire import CardWire
from harness.targets.bench.hearing import Hearing
from harness.targets.bench.links import INTRUDER, LOCAL, Links, Supply
from harness.timing import Inputs, RealTime, Schedule, Wait, run_for, wait_until
from harness.vehicle.codec import Codec, Identity

# signing stream of the bench's own questions, beside those of the ground station
OWN_STREAM = 200
ASK_PERIOD = 1.0
ANSWER_WITHIN = 5.0


class BenchWorld:
    """Implements :class:`harness.targets.base.TargetWorld` in real time.

    Attributes:
        schedule: what is due when.
        epoch: Unix time of zero on the test clock, s.
        inputs: by which instruments hear their ports.
        hearing: what comes from the article, by link: ``radio``, ``observer`` and those of the rig's own.
        notes: for the record of the case.
        powered_at: when the article was first powered, s of the test clock; infinite before, and minus infinite where
            it was powered by hand, at a time that nobody knows.
    """

    def __init__(self, links: Links, *, plugged: bool = True) -> None:
        """Lay the links, and open them.

        Args:
            links: what there is.
            plugged: False where the far ends are there with the power only: then whoever switches plugs in.

        Raises:
            RigError: one cannot be opened.
        """
        self._links = links
        self.inputs = Inputs()
        self._core = RealTime(self.inputs)
        self.schedule: Schedule = self._core.schedule
        self.epoch = self._core.epoch
        self.notes: list[str] = []
        self.hearing: dict[str, Hearing] = {}
        self._cables: dict[str, VirtualCable] = {}
        self._ports: dict[str, LastingPort] = {}
        self._laid: dict[str, list[VirtualCable]] = {INTRUDER: [], LOCAL: []}
        self._supply: Supply | None = None
        self._on = self._stood_down = False
        self._card: CardWire | None = None
        self.powered_at = math.inf
        for name in (name for name in links.places if name not in self._laid):
            self._lay(name)
        if plugged:
            with ExitStack() as on_error:
                on_error.callback(self.close)
                self._plug(links)
                self._card = CardWire(self, links.interface, self._broke) if links.interface else None
                on_error.pop_all()
        self._codec = Codec(Identity(key=links.key, link=OWN_STREAM, epoch=self.epoch), self)
        self.sockets = self._make_sockets()
        self._core.start()

    # -- the clock

    def now(self) -> float:
        """Seconds since the case began."""
        return self._core.now()

    def advance(self, until: float) -> float:
        """Wait for the next tick.

        Raises:
            RigError: the clock had a gap, a link broke, or a device failed.
        """
        return self._core.advance(until)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let time pass while an instrument or an operator is waited for."""
        with self._core.aside():
            yield

    def fail(self, error: RigError) -> None:
        """Make whoever waits next fail with `error`, once."""
        self._core.fail(error)

    # -- the article

    def fit_supply(self, supply: Supply) -> None:
        """Power the article through a relay from now on; without one it is powered by hand."""
        self._supply = supply

    @property
    def witness(self) -> Hearing:
        """The best witness of what the article does: the observer's port where there is one."""
        return self.hearing.get("observer") or self.hearing["radio"]

    def power_on(self) -> None:
        """Give the article power, and wait until it is heard on all links; harmless when a relay holds it on.

        Raises:
            RigError: it is not, or it is no autopilot, or not with the firmware that the rig file expects.
        """
        if self._on:
            return
        self._give_power()
        for name, hearing in self.hearing.items():
            self._wait_for(name, hearing)
        self._check_firmware()
        self._await_carrier()
        self._core.watch()

    def power_off(self) -> None:
        """Take the power where a relay holds it; harmless when done.

        Raises:
            RigError: the article flies or may fly, so that it stays powered; the clock had a gap or a link broke.
        """
        self._core.forgive()
        self._tell_clock()
        self._cut_power()
        self._core.raise_failure()

    def power_cut(self) -> None:
        """Pull the power of the standing article; armed, it must say itself that it stands.

        Raises:
            RigError: no relay, or the article flies or may fly.
        """
        if self._supply is None:
            raise RigError("no relay holds the article's power: add [roles.relay] to the rig file")
        self._core.forgive()
        self._refuse_in_flight(armed=True)
        self._open_relay()

    def stand_down(self) -> None:
        """The standing article is shut down by hand now: its silence afterwards keeps its power no longer on.

        Raises:
            RigError: the article flies or may fly.
        """
        self._refuse_in_flight(armed=False)
        self._stood_down = True

    def lay_cable(self, *, radio: bool) -> VirtualCable:
        """One more end of the link that the rig file names for it, until the article's power goes.

        Raises:
            NotOffered: it names none.
        """
        name = INTRUDER if radio else LOCAL
        if name not in self._ports:
            what = "second radio" if radio else "trusted local port"
            raise NotOffered(f"this rig offers no {what}: name its place as {name} under [target.settings]")
        cable = VirtualCable(self, self.schedule, latency=0.0)
        cable.air.listen(lambda data: self._send(name, data))
        self._laid[name].append(cable)
        return cable

    def another(self) -> TargetWorld:
        """A bench has one unit.

        Raises:
            NotOffered: always.
        """
        raise NotOffered("there is one unit on this bench: put the second one onto a rig of its own")

    def identify(self, within: float) -> dict[str, Any]:
        """What the article says of itself, when it is heard `within` s; else that it was not.

        Raises:
            RigError: another firmware runs than the rig file expects.
        """
        hearing = self.hearing["radio"]
        wait = Wait(name="the article", within=within, blame=RigTimeout)
        try:
            wait_until(self, lambda: hearing.beats > 0, wait)
        except RigTimeout:
            return {"heard": "no: it had no power at bring-up"}
        self._check_firmware()
        version = hearing.version
        if version is None:
            return {"heard": "yes", "firmware_obtained": "it told none"}
        return {
            "firmware_version": ".".join(map(str, version.firmware)),
            "firmware_hash": version.firmware_hash,
            "firmware_obtained": "self-reported",
            "serial": version.serial,
        }

    def close(self) -> None:
        """Stop the clock and close the links; harmless when done."""
        self._core.stop()
        if self._card is not None:
            self._card.close()
        self._unplug()
        self.inputs.close()

    # -- pieces

    def _make_sockets(self) -> Sockets:
        links, mac = self._links, self._links.mac
        return Sockets(
            radio=self._cables["radio"],
            radio_key=links.key,
            usb=self._cables.get("observer"),
            lay_cable=self.lay_cable if links.intruder else None,
            has_local_port=links.local is not None,
            wire=self._card,
            label=(lambda: {"mac": mac}) if mac else None,
        )

    def _give_power(self) -> None:
        if self._supply is None:
            self.powered_at = -math.inf
            return
        for hearing in self.hearing.values():
            hearing.forget()
        self.powered_at = min(self.powered_at, self.now())
        self._supply.switch(True)
        self._on, self._stood_down = True, False

    def _await_carrier(self) -> None:
        """Wait for the other end of the network's cable: a card that the article holds boots with it."""
        card = self._card
        if card is None:
            return
        wait = Wait(name="the carrier", within=self._links.boot, blame=RigTimeout)
        try:
            wait_until(self, lambda: card.carrier, wait)
        except RigTimeout as error:
            raise RigError(
                f"the network card {self._links.interface} has no carrier: its cable is pulled, or the article's end "
                "is off; plug it in and test again"
            ) from error
        card.expect_carrier(True)

    def _lay(self, name: str) -> None:
        self._cables[name] = VirtualCable(self, self.schedule, latency=0.0)
        self.hearing[name] = Hearing(self)
        self._cables[name].air.listen(lambda data: self._send(name, data))

    def _send(self, name: str, data: bytes) -> None:
        # what is said into an open end is lost
        if name in self._ports:
            self._ports[name].send(data)

    def _plug(self, links: Links) -> None:
        """Open the ports; those that are open stay.

        Raises:
            RigError: one cannot be opened.
        """
        for name, place in links.places.items():
            if name not in self._ports:
                port = LastingPort(place, self.inputs, (self, self.schedule), self._broke)
                self._ports[name] = port
                port.listen(self._receiver(name))

    def _unplug(self) -> None:
        for port in self._ports.values():
            port.close()
        self._ports.clear()

    def _broke(self, text: str) -> None:
        """A link has broken."""
        self.fail(RigError(text))

    def _receiver(self, name: str) -> Receiver:
        if name in self._laid:
            return lambda data: self._hand_out(name, data)
        # the first of the stages: before anything that an instrument puts on the cable
        air, hear = self._cables[name].air, self.hearing[name]

        def came(data: bytes) -> None:
            # a ground station that has hung up hears no more
            hear(data, lambda data: None if air.closed_by_peer else air.send(data))

        return came

    def _hand_out(self, name: str, data: bytes) -> None:
        """To everybody who was laid a cable to that link."""
        for cable in self._laid[name]:
            if not cable.air.closed_by_peer:
                cable.air.send(data)

    def _wait_for(self, name: str, hearing: Hearing) -> None:
        wait = Wait(name="an autopilot", within=self._links.boot, blame=RigTimeout)
        try:
            wait_until(self, lambda: hearing.fresh, wait)
        except RigTimeout as error:
            raise RigError(f"{self._ports[name].place} ({name}): {hearing.diagnosis()}") from error

    def _check_firmware(self) -> None:
        hearing, wanted = self.hearing["radio"], self._links.firmware
        if hearing.version is None:
            self._ask_version(hearing)
        version = hearing.version
        told = ".".join(map(str, version.firmware)) if version else "none"
        self.notes.append(f"firmware {told}, self-reported" if version else "the article tells no firmware version")
        if wanted and told != wanted:
            raise RigError(
                f"the article says it runs firmware {told}, the rig file expects {wanted}: flash it, or correct the "
                "rig file"
            )

    def _ask_version(self, hearing: Hearing) -> None:
        wait = Wait(name="the firmware version", within=ANSWER_WITHIN, blame=RigTimeout)
        stop = self.schedule.every(ASK_PERIOD, self._ask, start=self.now())
        try:
            wait_until(self, lambda: hearing.version is not None, wait)
        except RigTimeout:
            # an article may keep it to itself; whoever expects one is told so
            return
        finally:
            stop()

    def _ask(self) -> None:
        request, wanted = mavlink.MAV_CMD_REQUEST_MESSAGE, mavlink.MAVLINK_MSG_ID_AUTOPILOT_VERSION
        system, component = self.hearing["radio"].system
        message = mavlink.MAVLink_command_long_message(system, component, request, 0, wanted, 0, 0, 0, 0, 0, 0)
        self._ports["radio"].send(self._codec.encode(message))

    def _tell_clock(self) -> None:
        longest = self._core.longest
        self.notes.append(f"wall clock: longest time between two looks at the ports {1000 * longest:.0f} ms")

    def _cut_power(self) -> None:
        self._refuse_in_flight(armed=False)
        self._open_relay()

    def _open_relay(self) -> None:
        if self._card is not None:
            self._card.expect_carrier(False)
        for cables in self._laid.values():
            cables.clear()
        if self._supply is not None and self._on:
            self._supply.switch(False)
            self._on = False

    def _refuse_in_flight(self, *, armed: bool) -> None:
        """Power is never cut in flight, nor when nobody knows; of the `armed` article when it says that it stands."""
        if self._supply is None or not self._on or self._stood_down:
            return
        hearing = self.witness
        if hearing.heard is None:
            # it has not booted since its power was switched on, so it cannot have taken off
            return
        if not hearing.fresh:
            run_for(self, 1.0)
        if not hearing.fresh:
            raise RigError(
                "nothing is heard of the article, so nobody knows that it stands: its power stays on; look at it, "
                "disarm it and switch it off by hand"
            )
        if (hearing.armed and not (armed and hearing.on_ground)) or hearing.on_ground is False:
            raise RigError("the article is armed: its power stays on; land it, disarm it and switch it off by hand")
