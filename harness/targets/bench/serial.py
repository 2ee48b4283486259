"""An article on a bench, in real time: over serial ports, UDP or TCP."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.errors import UsageError
from harness.link.keyfile import read_key
from harness.link.place import Place
from harness.targets.bench.card import Card, read_card
from harness.targets.bench.links import Links
from harness.targets.bench.world import BenchWorld

IDENTIFY_WITHIN = 3.0  # s


@dataclass(frozen=True, kw_only=True)
class BenchOptions:
    """How a bench is used.

    Attributes:
        folder: that relative devices and files are taken from.
        signing_key: file with the MAVLink 2 signing key of the paired ground station, or "".
        boot: longest time from power to the first heartbeat, s.
        firmware: version that the article must say it runs, or "".
        interface: network card of this machine that the article is plugged into, or "".
        mac: address that is printed on the article's network card, or "".
        intruder: place of a second radio to the article; "" for none.
        local: place of a trusted local port to the article that may speak; "" for none.
    """

    folder: Path
    signing_key: str = ""
    boot: float = 20.0
    firmware: str = ""
    interface: str = ""
    mac: str = ""
    intruder: str = ""
    local: str = ""

    def place(self, text: str) -> Place | None:
        """Where that is, a relative device taken from the folder; None for ""."""
        return Place.parse(text).under(self.folder) if text else None


class SerialTarget:
    """An article whose ground station's radio is at a serial port."""

    kind = "serial"
    simulated = False

    def __init__(
        self,
        *,
        defects: Sequence[str],
        folder: Path,
        radio: str,
        observer: str = "",
        **options: Any,  # noqa: ANN401
    ) -> None:
        """Nothing is opened yet.

        Args:
            defects: must be empty.
            folder: of the rig file.
            radio: place of the ground station's end of the radio link.
            observer: place of the trusted local port, which only listens; "" for none.
            options: of `BenchOptions`.

        Raises:
            UsageError: a place or the key is wrong, or the radio is not at a place of this kind.
        """
        if defects:
            raise UsageError("--defect seeds the embedded drone only, and this is a real article")
        self._options = BenchOptions(folder=folder, **options)
        self._links = Links(
            radio=self._place(radio),
            observer=self._options.place(observer),
            key=read_key(folder / self._options.signing_key) if self._options.signing_key else None,
            boot=self._options.boot,
            firmware=self._options.firmware,
            interface=self._options.interface,
            mac=self._options.mac,
            intruder=self._options.place(self._options.intruder),
            local=self._options.place(self._options.local),
        )
        self._identity: dict[str, Any] | None = None

    def _place(self, radio: str) -> Place:
        place = Place.parse(radio).under(self._options.folder)
        if place.kind != self.kind:
            raise UsageError(f"a target of kind {self.kind!r} has its radio at {self.kind}:..., got {radio!r}")
        return place

    def identity(self) -> Mapping[str, Any]:
        """What the article says of itself, if it is powered now; else that it was not heard.

        Raises:
            RigError: a port cannot be opened, the network card cannot be captured, or another firmware runs than the
                rig file expects.
        """
        if self._identity is None:
            world = self.new_world(0)
            try:
                card = self.read_card()
                network = {"network": str(card)} if card else {}
                self._identity = {"place": str(self._links.radio), **network, **world.identify(IDENTIFY_WITHIN)}
            finally:
                world.close()
        return self._identity

    def read_card(self) -> Card | None:
        """The network card that the article is plugged into, as it is now; None where the rig file names none.

        Raises:
            RigError: there is no such card.
        """
        return read_card(self._links.interface) if self._links.interface else None

    def new_world(self, seed: int) -> BenchWorld:
        """The bench for one case; a real article has no seed.

        Raises:
            RigError: a port cannot be opened, or the network card cannot be captured.
        """
        return BenchWorld(self._links)

    def close(self) -> None:
        """Nothing outlives a case."""


class UdpTarget(SerialTarget):
    """An article that sends to a UDP port of this machine."""

    kind = "udp"


class TcpTarget(SerialTarget):
    """An article, or its modem, that listens at a TCP port."""

    kind = "tcp"
