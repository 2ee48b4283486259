"""Asking an article for its files over MAVLink: MAVFTP (mavlink.io, "File Transfer Protocol") and the log protocol."""

import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.errors import VehicleTimeout
from harness.vehicle.vehicle import Vehicle


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Whether an answer was heard, and its data; None where it was a refusal."""

    heard: bool
    data: bytes | None


_HEADER, _PAYLOAD, _PIECE = struct.Struct("<HBBBBBxI"), 251, 239
_WITHIN = 2.0
_MOST_LISTED = 10_000
_MOST_PIECES = 500_000  # of 239 bytes, 120 MB
FOLDERS = ("photos", "logs")
FILES = ("photos/IMG_0001.JPG", "logs/FLIGHT.LOG")


class FileClient:
    """Asks one article over one link; an answer that carries nothing of a file counts as none."""

    def __init__(self, vehicle: Vehicle) -> None:
        self._vehicle, self._sequence = vehicle, 0

    def ask_everything(self) -> list[bool]:
        """Ask for folders, files and the list of logs; whether each was answered."""
        listed = [bool(self._ask(mavlink.MAV_FTP_OPCODE_LISTDIRECTORY, path.encode())) for path in FOLDERS]
        opened = [self._ask(mavlink.MAV_FTP_OPCODE_OPENFILERO, path.encode()) is not None for path in FILES]
        return [*listed, *opened, self._count_logs() > 0]

    def list_photos(self) -> list[str]:
        """Paths of the photos, by their names: entries of "F", name, tab and size, each ended by a zero byte."""
        names: list[str] = []
        while len(names) < _MOST_LISTED:
            told = self._ask(mavlink.MAV_FTP_OPCODE_LISTDIRECTORY, FOLDERS[0].encode(), len(names)) or b""
            entries = [entry for entry in told.split(b"\0") if entry]
            if not entries:
                break
            names += [entry[1:].partition(b"\t")[0].decode("utf-8", "replace") for entry in entries]
        return sorted(f"{FOLDERS[0]}/{name}" for name in names)

    def read(self, path: str) -> bytes:
        """A whole file; empty where it is refused."""
        opened = self._ask(mavlink.MAV_FTP_OPCODE_OPENFILERO, path.encode())
        return b"" if opened is None else b"".join(self._pieces(int.from_bytes(opened[:4], "little")))

    def _pieces(self, size: int) -> Iterator[bytes]:
        at, asked = 0, 0
        # a piece is one byte at least: who says 4 GB and gives them one by one is not waited for
        while at < size and (asked := asked + 1) <= _MOST_PIECES:
            piece = self._ask(mavlink.MAV_FTP_OPCODE_READFILE, b"", at)
            if not piece:
                return
            yield piece
            at += len(piece)

    def ask(self, opcode: int, path: str) -> Answer:
        """Ask for a path."""
        return self._exchange(opcode, path.encode(), 0)

    def _ask(self, opcode: int, data: bytes, offset: int = 0) -> bytes | None:
        """The data of an acknowledgement; None where it was refused or not answered."""
        return self._exchange(opcode, data, offset).data

    def _exchange(self, opcode: int, data: bytes, offset: int) -> Answer:
        self._sequence = (self._sequence + 2) % 0x10000
        telemetry = self._vehicle.telemetry
        head = _HEADER.pack(self._sequence, 1, opcode, len(data) or _PIECE, 0, 0, offset)
        payload = list((head + data).ljust(_PAYLOAD, b"\0"))
        self._vehicle.send(mavlink.MAVLink_file_transfer_protocol_message(0, telemetry.system, 1, payload))
        try:
            answer = bytes(telemetry.wait_message("FILE_TRANSFER_PROTOCOL", _WITHIN).payload)
        except VehicleTimeout:
            return Answer(heard=False, data=None)
        _, _, answered, size, _, _, _ = _HEADER.unpack(answer[: _HEADER.size])
        given = answered == mavlink.MAV_FTP_OPCODE_ACK
        return Answer(heard=True, data=answer[_HEADER.size : _HEADER.size + size] if given else None)

    def _count_logs(self) -> int:
        telemetry = self._vehicle.telemetry
        self._vehicle.send(mavlink.MAVLink_log_request_list_message(telemetry.system, 1, 0, 0xFFFF))
        with suppress(VehicleTimeout):
            return int(telemetry.wait_message("LOG_ENTRY", _WITHIN).num_logs)
        return 0
