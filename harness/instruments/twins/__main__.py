"""``python -m harness.instruments.twins``: serve a hall of twins until SIGINT or SIGTERM."""

import argparse
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType

from harness.errors import UsageError
from harness.instruments.twins import analyser, answerers, talkers
from harness.instruments.twins.desk import Desk
from harness.instruments.twins.hall import CONNECTOR, DEAD, GARBLING, LOSSY, SILENT, STUCK, Hall
from harness.instruments.twins.person import Person
from harness.instruments.twins.serving import serve
from harness.instruments.twins.unit import Uplink
from harness.instruments.twins.yard import Yard
from harness.link.address import Address
from harness.link.port import Port
from harness.link.streamport import StreamPort
from harness.link.tcpserver import TcpServer
from harness.link.terminal import open_terminal
from harness.timing import Inputs, World

HOST = "127.0.0.1"
KEY = "radio.key"
SERIAL = (
    *("radio", "usb", "intruder", "local", "relay", "anemometer", "rtk", "reference", "estop", "takeover"),
    *("sdmux", "operator"),
)
PORTS = ("attenuator-http", "attenuator-telnet", "wind-scpi", "wind-http", "tracker", "spectrum")
FAULTS = (SILENT, GARBLING, STUCK, DEAD)
# what only one of them can have
OWN_FAULTS: Mapping[str, tuple[str, ...]] = MappingProxyType({"attenuator": (LOSSY,), "spectrum": analyser.FAULTS})

Welcome = Callable[[Port], None]


class Bench:
    """The twins at their places: terminals as links in a folder, TCP ports from a base upwards, in the order above."""

    def __init__(self, hall: Hall, inputs: Inputs, faults: dict[str, str]) -> None:
        self._hall, self._inputs, self._faults = hall, inputs, faults
        self._closing: list[Callable[[], None]] = []
        period = {"anemometer": talkers.MWV_PERIOD, "tracker": talkers.CSV_PERIOD}
        said = {
            "anemometer": partial(talkers.mwv, hall),
            "rtk": partial(talkers.gga, hall, 4),
            "reference": partial(talkers.gga, hall, 1),
            "tracker": partial(talkers.csv, hall),
        }
        self._talkers = {
            name: talkers.Talker(hall, period.get(name, talkers.GGA_PERIOD), say, faults.get(name, ""))
            for name, say in said.items()
        }

    def serve(self, folder: Path, base: int) -> None:
        """Serve all twins that are not dead, and leave the radio's key in the folder.

        Raises:
            UsageError: the folder or a port cannot be used.
        """
        folder.mkdir(parents=True, exist_ok=True)
        key = folder / KEY
        key.touch(mode=0o600)
        key.write_text(self._hall.radio_key.hex() + "\n", encoding="utf-8")
        self._desk = Desk(self._hall, folder)
        for name in SERIAL:
            if self._faults.get(name) != DEAD:
                self._serve_terminal(folder / name, self._welcomes()[name])
        for number, name in enumerate(PORTS):
            if self._faults.get(name.partition("-")[0]) != DEAD:
                self._serve_tcp(Address(host=HOST, port=base + number), self._welcomes()[name])

    def close(self) -> None:
        """Take everything away."""
        for close in self._closing:
            close()

    def _welcomes(self) -> dict[str, Welcome]:
        hall, desk, fault = self._hall, self._desk, self._faults.get
        lines, http, add = answerers.LineAnswerer, answerers.HttpAnswerer, self._talkers
        relay = answerers.relay(hall, fault("relay", ""))
        attenuator = answerers.attenuator(hall, fault("attenuator", ""))
        return {
            **{name: partial(hall.join, name) for name in ("radio", "usb", "intruder", "local")},
            "sdmux": lambda port: _keep(lines(port, answerers.sdmux(desk, fault("sdmux", "")), answerers.plain)),
            "operator": lambda port: _keep(Person(desk, Yard(hall), port, fault("operator", ""))),
            "relay": lambda port: _keep(lines(port, relay, answerers.with_prompt)),
            "estop": lambda port: _keep(lines(port, answerers.contacts(fault("estop", "")), answerers.with_prompt)),
            "takeover": lambda port: _keep(
                lines(port, answerers.contacts(fault("takeover", "")), answerers.with_prompt)
            ),
            "anemometer": add["anemometer"].add,
            "rtk": add["rtk"].add,
            "reference": add["reference"].add,
            "tracker": add["tracker"].add,
            "attenuator-http": lambda port: _keep(http(port, attenuator)),
            "attenuator-telnet": lambda port: _keep(lines(port, attenuator, answerers.plain)),
            "wind-scpi": lambda port: _keep(lines(port, answerers.wind_scpi(hall, fault("wind", "")), answerers.plain)),
            "wind-http": lambda port: _keep(http(port, answerers.wind_http(hall, fault("wind", "")))),
            "spectrum": lambda port: _keep(
                lines(port, analyser.spectrum(hall, fault("spectrum", "")), answerers.plain)
            ),
        }

    def _serve_terminal(self, link: Path, welcome: Welcome) -> None:
        try:
            port, device = open_terminal(self._inputs)
            link.unlink(missing_ok=True)
            link.symlink_to(device)
        except OSError as error:
            raise UsageError(f"{link}: no terminal can be put there: {error.strerror}") from error
        self._closing += [port.close, lambda: link.unlink(missing_ok=True)]
        welcome(port)

    def _serve_tcp(self, address: Address, welcome: Welcome) -> None:
        def come(port: StreamPort, name: str) -> bool:
            welcome(port)
            return True

        self._closing.append(TcpServer(address, self._inputs, come, self._leave).close)

    def _leave(self, port: StreamPort, name: str) -> None:
        for talker in self._talkers.values():
            talker.forget(port)


def _keep(answerer: object) -> None:
    """The port holds it by its listener."""


def main() -> int:
    """Serve until a signal; returns 0, or 3 when something cannot be served."""
    arguments = _parser().parse_args()

    def bring_up(inputs: Inputs) -> tuple[World, Bench]:
        faults = _faults(arguments.fault)
        trust = Path(arguments.trust) if arguments.trust else None
        hall = Hall(seed=arguments.seed, defects=tuple(arguments.defect), trust=trust)
        hall.connector = CONNECTOR if faults.get("attenuator") == LOSSY else 0.0
        if arguments.interface:
            Uplink(hall.world, inputs, arguments.interface)
        bench = Bench(hall, inputs, faults)
        bench.serve(Path(arguments.folder), arguments.port)
        return hall.world, bench

    return serve("twins", bring_up)


def _faults(given: list[str]) -> dict[str, str]:
    faults = dict(text.partition("=")[::2] for text in given)
    known = {name.partition("-")[0] for name in (*SERIAL, *PORTS)}
    for name, fault in faults.items():
        able = (*FAULTS, *OWN_FAULTS.get(name, ()))
        if name not in known or fault not in able:
            raise UsageError(f"--fault {name}={fault}: twins are {', '.join(sorted(known))}, faults {', '.join(able)}")
    return faults


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m harness.instruments.twins", description=__doc__)
    parser.add_argument("--folder", default="/tmp/dronecert-twins", help="where the serial ports appear")
    parser.add_argument("--port", type=int, default=48800, metavar="N", help="first of six TCP ports")
    parser.add_argument("--fault", action="append", default=[], metavar="TWIN=FAULT", help=", ".join(FAULTS))
    parser.add_argument("--defect", action="append", default=[], metavar="NAME", help="of the drone")
    parser.add_argument("--interface", default="", metavar="NAME", help="of the machine, which is the drone's network")
    parser.add_argument("--trust", default="", metavar="FILE", help="authority (PEM) that is installed in the drone")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    return parser


if __name__ == "__main__":
    sys.exit(main())
