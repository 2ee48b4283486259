"""Debug and service interfaces: which are there, and what they give to whoever has no credential (ENDP-08)."""

import random
import re
import secrets
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.errors import VehicleTimeout
from harness.instruments.context import Context
from harness.instruments.figures import InterfaceFigures
from harness.instruments.gateway.prober import LURE_ADDRESS, Lure, Prober, adb_message
from harness.instruments.storage.files import FILES, FOLDERS, FileClient
from harness.instruments.storage.unit import Unit
from harness.judgement import Count
from harness.link.virtual import VirtualPort
from harness.timing import run_for
from harness.vehicle.codec import Codec, Identity, Incoming, outside_frames
from harness.vehicle.vehicle import Vehicle

FTP, LOGS, SHELL, CONSOLE, BOOT_LOADER = "MAVLink FTP", "MAVLink logs", "MAVLink shell", "serial console", "boot loader"
# serial ports of the autopilot that SERIAL_CONTROL may reach, the shell among them (mavlink.io)
DEVICES = (0, 1, 2, 3, mavlink.SERIAL_CONTROL_DEV_SHELL, mavlink.SERIAL_CONTROL_SERIAL0)
VIRTUAL = ("", "@PARAM/param.pck", "@MISSION/mission.dat", "@SYS", "@SYS/threads.txt", "@SYS/flight.log", "@ROMFS")
TCP_PORTS = {22: "SSH", 2222: "SSH", 23: "telnet", 2323: "telnet", 5555: "ADB", 5037: "ADB", 3333: "debugger"}
# GET_SYNC, EOC and INSYNC, OK of the boot loader of PX4 and ArduPilot
INTO_BOOT_LOADER = 3
GET_SYNC, IN_SYNC = b"\x21\x20", b"\x12\x10"
# a prompt stands in a line of text: telemetry and its signatures hold any two bytes by chance
PROMPT = re.compile(rb"(?:^|[\r\n])[ -~\x1b]{0,80}?(?:nsh>|login:|[$#] |=> |U-Boot)")
UDP_PORTS = (14540, 14550, 14555, 18570)
BOOT_TIME, WITHIN = 8.0, 2.0
NOT_SHOWN = "headers on a board (UART, JTAG, SWD), USB and Bluetooth are not shown: a simulation has none"


@dataclass(frozen=True, kw_only=True)
class Probe:
    """What one interface did: whether it answered, and whether it gave a file, a shell or memory."""

    name: str
    where: str
    there: bool
    gave: bool


class InterfaceProbes:
    """Tries every interface of one unit before a login, then the declared ones after it."""

    def __init__(self, context: Context, *, article: str, deaf: bool) -> None:
        self._context, self._world, self._article = context, context.world, article
        self._unit = Unit(context.world, context, secrets.token_hex(8))
        wire, rng = context.need(context.sockets.wire, "network interface"), random.Random(context.seed)
        self._lure = Lure(wire, rng)
        self._prober = Prober(wire, context.world, rng, deaf=deaf)

    def run(self) -> InterfaceFigures:
        """Record something, restart, try everything without a login, log in, and ask for the recording.

        Raises:
            RigError: the bench does not see its own open ports, or the declared interface gives nothing after a login.
        """
        vehicle = self._unit.connect()
        self._unit.take_photo(vehicle)
        run_for(self._world, WITHIN)
        self._world.power_off()
        self._world.power_on()
        run_for(self._world, BOOT_TIME)
        self._prove_sight()
        probes = [*self._try_links(), *self._try_ports(self._article), *self._try_datagrams(self._article)]
        self._prove_declared()
        return self._judge(probes)

    def run_on_network(self) -> InterfaceFigures:
        """Try what the network alone reaches; nothing is recorded, so no login is needed to give it back.

        Raises:
            RigError: the bench does not see its own open ports.
        """
        self._prove_sight()
        return self._judge([*self._try_ports(self._article), *self._try_datagrams(self._article)])

    def _try_links(self) -> Iterator[Probe]:
        for where, radio, key in (
            ("trusted port", False, None),
            ("radio, paired", True, self._context.sockets.radio_key),
            ("radio, unsigned", True, None),
        ):
            for tried in (self._try_files, self._try_logs, self._try_shell):
                yield tried(where, self._connect(radio=radio, key=key))
            yield self._try_console(where, radio=radio)
            yield self._try_boot_loader(where, radio=radio, key=key)

    def _connect(self, *, radio: bool, key: bytes | None) -> Vehicle:
        vehicle = Vehicle(self._lay(radio=radio), self._world, Identity(key=key, link=self._unit.next_link()))
        vehicle.connect()
        return vehicle

    def _try_files(self, where: str, vehicle: Vehicle) -> Probe:
        client = FileClient(vehicle)
        listed = [client.ask(mavlink.MAV_FTP_OPCODE_LISTDIRECTORY, path) for path in (*FOLDERS, *VIRTUAL)]
        opened = [client.ask(mavlink.MAV_FTP_OPCODE_OPENFILERO, path) for path in (*FILES, *VIRTUAL)]
        gave = any(answer.data is not None for answer in (*listed, *opened))
        return Probe(name=FTP, where=where, there=any(each.heard for each in (*listed, *opened)), gave=gave)

    def _try_logs(self, where: str, vehicle: Vehicle) -> Probe:
        vehicle.send(mavlink.MAVLink_log_request_list_message(vehicle.telemetry.system, 1, 0, 0xFFFF))
        logs = _heard(vehicle, "LOG_ENTRY", lambda message: int(message.num_logs))
        vehicle.send(mavlink.MAVLink_log_request_data_message(vehicle.telemetry.system, 1, 1, 0, 90))
        data = _heard(vehicle, "LOG_DATA", lambda message: int(message.count))
        return Probe(name=LOGS, where=where, there=logs is not None or data is not None, gave=bool(logs or data))

    def _try_shell(self, where: str, vehicle: Vehicle) -> Probe:
        flags = mavlink.SERIAL_CONTROL_FLAG_RESPOND | mavlink.SERIAL_CONTROL_FLAG_EXCLUSIVE
        told = []
        for device in DEVICES:
            line = list(b"ls\n".ljust(70, b"\0"))
            vehicle.send(mavlink.MAVLink_serial_control_message(device, flags, 0, 0, 3, line))
            told.append(_heard(vehicle, "SERIAL_CONTROL", lambda message: int(message.count)))
        return Probe(name=SHELL, where=where, there=any(each is not None for each in told), gave=any(told))

    def _try_console(self, where: str, *, radio: bool) -> Probe:
        """Type at a raw terminal."""
        port, heard = self._lay(radio=radio), bytearray()
        port.listen(heard.extend)
        for line in (b"\r\n", b"ls\r\n"):
            port.send(line)
        run_for(self._world, WITHIN)
        port.listen(None)
        seen = prompts(bytes(heard))
        return Probe(name=CONSOLE, where=where, there=seen, gave=seen and b"login:" not in heard)

    def _try_boot_loader(self, where: str, *, radio: bool, key: bytes | None) -> Probe:
        """Order a restart into the boot loader, then speak to it as a flashing tool does."""
        port, heard = self._lay(radio=radio), bytearray()
        codec = Codec(Identity(key=key, link=self._unit.next_link()), self._world)
        order = mavlink.MAV_CMD_PREFLIGHT_REBOOT_SHUTDOWN
        port.send(
            codec.encode(mavlink.MAVLink_command_long_message(0, 1, order, 0, INTO_BOOT_LOADER, 0, 0, 0, 0, 0, 0))
        )
        run_for(self._world, WITHIN)
        port.listen(heard.extend)
        port.send(GET_SYNC)
        run_for(self._world, WITHIN)
        port.listen(None)
        # telemetry may hold any two bytes by chance; a boot loader sends none, so its answer comes first
        seen = bytes(heard).startswith(IN_SYNC)
        return Probe(name=BOOT_LOADER, where=where, there=seen, gave=seen)

    def _lay(self, *, radio: bool) -> VirtualPort:
        return self._context.need(self._context.sockets.lay_cable, "way to lay another link")(radio=radio).ground

    def _try_ports(self, target: str) -> list[Probe]:
        return [self._try_port(target, port, name) for port, name in TCP_PORTS.items()]

    def _try_port(self, target: str, port: int, name: str) -> Probe:
        hello = adb_message(b"CNXN", 0x01000000, 4096, b"host::\0") if name == "ADB" else b"\r\n"
        talk = self._prober.talk(target, port, hello)
        heard = bytes(talk.heard)
        asks = any(word in heard.lower() for word in (b"login:", b"password", b"ssh-")) or heard.startswith(b"AUTH")
        return Probe(name=name, where=f"TCP {port}", there=talk.accepted, gave=bool(heard) and not asks)

    def _try_datagrams(self, target: str) -> Iterator[Probe]:
        """MAVLink without a signature to each UDP port that may take it."""
        listing = struct.pack("<HBBBBBxI", 2, 1, mavlink.MAV_FTP_OPCODE_LISTDIRECTORY, 1, 0, 0, 0) + b"/"
        files = mavlink.MAVLink_file_transfer_protocol_message(0, 0, 1, list(listing.ljust(251, b"\0")))
        line = list(b"ls\n".ljust(70, b"\0"))
        shell = mavlink.MAVLink_serial_control_message(
            mavlink.SERIAL_CONTROL_DEV_SHELL, mavlink.SERIAL_CONTROL_FLAG_RESPOND, 0, 0, 3, line
        )
        for port in UDP_PORTS:
            for name, asked in ((FTP, files), (SHELL, shell)):
                answers = [each.message for each in self._exchange(target, port, asked)]
                gave = any(_gives(answer) for answer in answers)
                yield Probe(name=name, where=f"UDP {port}", there=bool(answers), gave=gave)

    def _exchange(self, target: str, port: int, asked: mavlink.MAVLink_message) -> list[Incoming]:
        codec = Codec(Identity(), self._world)
        heard = self._prober.ask(target, port, codec.encode(asked))
        return [each for each in codec.decode(heard) if each.kind == asked.get_type()]

    def _prove_sight(self) -> None:
        lured = (*self._try_ports(LURE_ADDRESS), *self._try_datagrams(LURE_ADDRESS))
        found = {f"{probe.name} {probe.where}": (probe.there, probe.gave) for probe in lured}
        wanted = {
            "telnet TCP 23": (True, False),
            "ADB TCP 5555": (True, True),
            f"{FTP} UDP 14550": (True, False),
            f"{SHELL} UDP 14550": (True, False),
        }
        wrong = [where for where, seen in found.items() if seen != wanted.get(where, (False, False))]
        detail = f"ports of the bench's own lure that were misjudged: {', '.join(wrong) or 'none'}"
        self._context.check("probe.lure", not wrong, detail)

    def _prove_declared(self) -> None:
        opened = self._unit.log_in()
        read = [
            self._unit.canary.encode() in FileClient(self._connect(radio=radio, key=key)).read(FILES[0])
            for radio, key in ((False, None), (True, self._context.sockets.radio_key))
        ]
        detail = f"after the login {sum(read)} of {len(read)} links gave the recording by {FTP}"
        self._context.check("twin.opens", opened and all(read), detail)

    def _judge(self, probes: Sequence[Probe]) -> InterfaceFigures:
        declared = tuple(text.lower() for text in self._context.declaration.network.interfaces)
        there = dict.fromkeys(probe.name for probe in probes if probe.there)
        undeclared = [name for name in there if not any(text.startswith(name.lower()) for text in declared)]
        given = [probe for probe in probes if probe.gave]
        note = self._context.log.note
        note(f"{len(probes)} interfaces tried; there: {', '.join(there) or 'none'}")
        note(f"not declared: {', '.join(undeclared) or 'none'}")
        note(f"gave something without a login: {', '.join(f'{each.name} ({each.where})' for each in given) or 'none'}")
        note(NOT_SHOWN)
        return InterfaceFigures(
            undeclared_interfaces=float(len(undeclared)),
            unauthenticated_interfaces=Count(events=len(given), trials=len(probes)),
        )


def prompts(heard: bytes) -> bool:
    """Whether a console asks for an order or for a name, in what else may be MAVLink."""
    return PROMPT.search(outside_frames(heard)) is not None


def _gives(answer: mavlink.MAVLink_message) -> bool:
    """Whether an answer of files or of a shell is one that gives something, and no refusal or echo."""
    if answer.get_type() == "SERIAL_CONTROL":
        return bool(answer.flags & mavlink.SERIAL_CONTROL_FLAG_REPLY and answer.count)
    return bool(answer.payload[3] == mavlink.MAV_FTP_OPCODE_ACK)


def _heard(vehicle: Vehicle, kind: str, read: Callable[[mavlink.MAVLink_message], int]) -> int | None:
    try:
        return read(vehicle.telemetry.wait_message(kind, WITHIN))
    except VehicleTimeout:
        return None
