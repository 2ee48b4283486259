"""``python -m harness.instruments.twins.unit``: the embedded drone as a program, as it runs in a container.

It boots when it starts, serves its links over TCP in real time, and shuts down on SIGTERM. Its media are files of a
folder, and so is what it keeps in its secure element; a program that is killed loses no more than a drone does.
The bench puts `radio.key`, `scene.txt` and `trust.pem` there, and takes `credential` from there.
"""

import argparse
import pickle
import signal
import socket
import sys
import time
import zlib
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from harness.drone.article import Airframe, shipped
from harness.drone.defects import damage
from harness.errors import HarnessError, RigError
from harness.link.address import Address
from harness.link.keyfile import read_key
from harness.link.port import Port
from harness.link.streamport import StreamPort
from harness.link.tcpserver import TcpServer
from harness.link.virtual import VirtualCable
from harness.targets.embedded.embedded import EmbeddedWorld
from harness.targets.packetwire import OUTGOING, open_packets
from harness.timing import Inputs, Pacer

KEY, SCENE, TRUST, CREDENTIAL, ELEMENT = "radio.key", "scene.txt", "trust.pem", "credential", "element"
# s between two looks of the camera, and at whether the interface is there
LOOK_PERIOD, JOIN_PERIOD = 0.5, 0.1
KEPT = ("recorder", "memory", "companion", "link_key")


class StoredUnit:
    """A unit whose media are files.

    Attributes:
        airframe: the unit.
    """

    def __init__(self, folder: Path, defects: list[str]) -> None:
        """Take the unit out of its folder; an empty one gets a unit fresh from the factory.

        Raises:
            UsageError: the key cannot be read, a medium has another size, or there is no such defect.
        """
        config = damage(shipped(), defects)
        self._folder = folder
        self.airframe = Airframe(replace(config, mavlink=replace(config.mavlink, epoch=time.time())))
        if (folder / ELEMENT).exists():
            vars(self.airframe).update(pickle.loads(zlib.decompress((folder / ELEMENT).read_bytes())))
        if (folder / KEY).exists():
            self.airframe.radio_key = read_key(folder / KEY)
        airframe = self.airframe
        media = {
            "companion-emmc": airframe.recorder.medium,
            "companion-flash": airframe.recorder.disk.medium,
            "autopilot-flash": airframe.flash.medium,
            "station-tablet": airframe.station.medium,
        }
        for name, medium in media.items():
            medium.keep_in(folder / name)
        if (folder / "firmware-flash").exists():
            airframe.firmware.write_image((folder / "firmware-flash").read_bytes())
            airframe.firmware.write_spare((folder / "spare-flash").read_bytes())

    def save(self) -> None:
        """Put what is not on a medium beside them."""
        state = {name: getattr(self.airframe, name) for name in KEPT}
        (self._folder / ELEMENT).write_bytes(zlib.compress(pickle.dumps(state), 1))
        (self._folder / "firmware-flash").write_bytes(self.airframe.firmware.read_chip())
        (self._folder / "spare-flash").write_bytes(self.airframe.firmware.read_spare())
        (self._folder / CREDENTIAL).write_text(self.airframe.recorder.credential + "\n", encoding="utf-8")

    def look(self) -> None:
        """Let the camera see what the bench shows it."""
        with suppress(FileNotFoundError):
            self.airframe.scene = (self._folder / SCENE).read_text(encoding="utf-8").strip()

    def read_trust(self) -> str:
        """The authority that the bench has installed; empty for none."""
        path = self._folder / TRUST
        return path.read_text(encoding="utf-8") if path.exists() else ""


class Uplink:
    """The drone's network interface, joined to one of the machine as soon as that is there.

    The drone brings a network stack of its own, so the machine's has no address on the interface and stays silent.
    """

    def __init__(self, world: EmbeddedWorld, inputs: Inputs, interface: str) -> None:
        """Look for `interface` until it is there."""
        assert world.sockets.wire is not None
        self._inputs, self._interface, self._end = inputs, interface, world.sockets.wire.attach()
        self._own: socket.socket | None = None
        self._stop = world.schedule.every(JOIN_PERIOD, self._join, start=world.now())

    def _join(self) -> None:
        if self._own is None:
            with suppress(OSError):
                self._own = open_packets(self._interface)
        if self._own is not None:
            self._stop()
            self._inputs.watch(self._own.fileno(), self._read)
            self._end.listen(self._send)

    def _send(self, frame: bytes) -> None:
        assert self._own is not None
        # a cable that was pulled
        with suppress(OSError):
            self._own.send(frame)

    def _read(self) -> None:
        assert self._own is not None
        # until there is nothing more, or a cable was pulled
        with suppress(OSError):
            while True:
                frame, address = self._own.recvfrom(65536)
                if address[2] != OUTGOING:
                    self._end.send(frame)


class Links:
    """The drone's links at TCP ports."""

    def __init__(self, world: EmbeddedWorld, inputs: Inputs) -> None:
        self._inputs, self._world, self._servers = inputs, world, list[TcpServer]()

    def serve(self, cable: VirtualCable, port: int) -> None:
        """Serve one at a port of every address.

        Raises:
            UsageError: another program holds the port.
        """

        def come(client: StreamPort, name: str) -> bool:
            cable.ground.listen(lambda data: _send(client, data))
            client.listen(cable.ground.send)
            return True

        def leave(client: StreamPort, name: str) -> None:
            cable.ground.listen(lambda data: None)

        self._servers.append(TcpServer(Address(host="0.0.0.0", port=port), self._inputs, come, leave))

    def close(self) -> None:
        """Hang up."""
        for server in self._servers:
            server.close()


def _send(port: Port, data: bytes) -> None:
    # who has just left hears no more
    with suppress(RigError):
        port.send(data)


def main() -> int:
    """Serve until SIGTERM; returns 0, or 3 when it cannot start."""
    arguments, stop, inputs = _parser().parse_args(), list[int](), Inputs()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, frame: stop.append(number))
    try:
        unit = StoredUnit(Path(arguments.folder), arguments.defect)
        world = EmbeddedWorld(unit.airframe, arguments.seed)
        if world.sockets.trust is not None:
            world.sockets.trust(unit.read_trust())
        links = Links(world, inputs)
        if arguments.interface:
            Uplink(world, inputs, arguments.interface)
        _boot(world, unit)
        for offset, cable in enumerate((world.sockets.radio, world.sockets.usb)):
            assert cable is not None
            links.serve(cable, arguments.port + offset)
    except HarnessError as error:
        sys.stderr.write(f"unit: {error}\n")
        return 3
    try:
        Pacer(world, inputs, 1.0, _tell).run(lambda: not stop)
    finally:
        links.close()
        world.power_off()
        unit.save()
    return 0


def _boot(world: EmbeddedWorld, unit: StoredUnit) -> None:
    unit.save()
    unit.look()
    world.power_on()
    unit.save()
    world.schedule.every(LOOK_PERIOD, unit.look, start=world.now() + LOOK_PERIOD)
    _tell("booted")


def _tell(text: str) -> None:
    sys.stderr.write(f"unit: {text}\n")
    sys.stderr.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m harness.instruments.twins.unit", description=__doc__)
    parser.add_argument("--folder", default="/data", help="where its media are")
    parser.add_argument("--port", type=int, default=5760, metavar="N", help="of its radio; the local port is N + 1")
    parser.add_argument("--defect", action="append", default=[], metavar="NAME", help="of the drone")
    parser.add_argument("--interface", default="", metavar="NAME", help="of the machine, which is the drone's network")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    return parser


if __name__ == "__main__":
    sys.exit(main())
