"""What comes in on a port: bytes to messages, or a counted refusal. Nothing that arrives here can raise."""

from collections import Counter
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.mavlink.signing import SignatureCheck
from harness.link.mavframes import MAGIC_V1, MAGIC_V2, SIGNATURE_LENGTH, SIGNED_FLAG, FrameSplitter

Message = Any  # pymavlink makes one class per message, without a useful common type

_CRC_LENGTH = 2


class Inbound:
    """Parses one port.

    Attributes:
        refused: reasons and how often a frame was refused for each.
    """

    def __init__(self, check_crc: bool, signatures: SignatureCheck | None, any_seed: bool = False) -> None:
        """Parse; `signatures` None takes unsigned frames; `check_crc` False and `any_seed` are defects."""
        self._check_crc, self._signatures = check_crc, signatures
        self._seeds = range(256) if any_seed else range(0)
        self._splitter = FrameSplitter(self._is_frame)
        self._decoder = mavlink.MAVLink(None)
        self.refused: Counter[str] = Counter()

    def feed(self, data: bytes) -> list[tuple[Message, bytes]]:
        """The messages that `data` completes and that are to be obeyed, each with its frame."""
        decoded = ((self._decode(frame), frame) for frame in self._splitter.feed(data))
        return [(message, frame) for message, frame in decoded if message is not None]

    def _is_frame(self, frame: bytes) -> bool:
        problem = self._header_problem(frame)
        if not problem and self._check_crc and not self._is_whole(frame):
            problem = "wrong checksum"
        if problem:
            self.refused[problem] += 1
        return not problem

    def _is_whole(self, frame: bytes) -> bool:
        given = frame[slice(*_crc_place(frame))]
        return _checksum(frame) == given or any(_checksum(frame, seed) == given for seed in self._seeds)

    def _header_problem(self, frame: bytes) -> str:
        if frame[0] == MAGIC_V2 and frame[2] & ~SIGNED_FLAG:
            return "unknown incompatibility flag"
        return "" if _message_id(frame) in mavlink.mavlink_map else "unknown message"

    def _decode(self, frame: bytes) -> Message | None:
        refusal = self._signatures.refusal(frame) if self._signatures else ""
        try:
            # The checksum was judged above; pymavlink is given the right one, so that the defect can act.
            message = None if refusal else self._decoder.decode(bytearray(_with_right_checksum(frame)))
        except mavlink.MAVError:
            message, refusal = None, "malformed"
        if refusal:
            self.refused[refusal] += 1
        return message


def _message_id(frame: bytes) -> int:
    return frame[5] if frame[0] == MAGIC_V1 else int.from_bytes(frame[7:10], "little")


def _crc_place(frame: bytes) -> tuple[int, int]:
    signed = frame[0] == MAGIC_V2 and frame[2] & SIGNED_FLAG
    end = len(frame) - (SIGNATURE_LENGTH if signed else 0)
    return end - _CRC_LENGTH, end


def _checksum(frame: bytes, seed: int | None = None) -> bytes:
    if seed is None:
        seed = mavlink.mavlink_map[_message_id(frame)].crc_extra
    crc: int = mavlink.x25crc(frame[1 : _crc_place(frame)[0]] + bytes([seed])).crc
    return crc.to_bytes(2, "little")


def _with_right_checksum(frame: bytes) -> bytes:
    start, end = _crc_place(frame)
    return frame[:start] + _checksum(frame) + frame[end:]
