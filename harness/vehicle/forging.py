"""Orders as somebody packs them who has the key, another key, or none: frames that an article must tell apart."""

from dataclasses import dataclass, field

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.vehicle.codec import Message

_UNIX_TIME_OF_2015 = 1_420_070_400
_UNITS_PER_SECOND = 100_000  # of 10 us, mavlink.io "Message Signing"
_SYSTEM, _COMPONENT = 255, 190


@dataclass(frozen=True, kw_only=True)
class Seal:
    """How a frame is signed: key, link id of its stream, and time (Unix, s)."""

    key: bytes = field(repr=False)
    link: int
    time: float


def pack(message: Message, seal: Seal | None, *, system: int = _SYSTEM, old: bool = False) -> bytes:
    """A frame of that ground station: signed, unsigned when there is no `seal`, or of MAVLink 1 when `old`."""
    mav = mavlink.MAVLink(None, system, _COMPONENT)
    if seal is not None:
        mav.signing.secret_key, mav.signing.link_id = seal.key, seal.link
        mav.signing.timestamp = round((seal.time - _UNIX_TIME_OF_2015) * _UNITS_PER_SECOND)
        mav.signing.sign_outgoing = True
    frame: bytes = message.pack(mav, force_mavlink1=old)
    return frame


def broken(frame: bytes) -> bytes:
    """The signed `frame` with one bit of its signature changed."""
    return frame[:-1] + bytes([frame[-1] ^ 1])


def arm(target: tuple[int, int], *, on: bool) -> Message:
    """Arm, or disarm."""
    number = mavlink.MAV_CMD_COMPONENT_ARM_DISARM
    return mavlink.MAVLink_command_long_message(*target, number, 0, float(on), 0, 0, 0, 0, 0, 0)


def set_mode(target: tuple[int, int], mode: int) -> Message:
    """Change to the flight mode of that number."""
    number, custom = mavlink.MAV_CMD_DO_SET_MODE, mavlink.MAV_MODE_FLAG_CUSTOM_MODE_ENABLED
    return mavlink.MAVLink_command_long_message(*target, number, 0, custom, mode, 0, 0, 0, 0, 0)


def set_parameter(target: tuple[int, int], name: str, value: float) -> Message:
    """Set a parameter."""
    return mavlink.MAVLink_param_set_message(*target, name.encode(), value, mavlink.MAV_PARAM_TYPE_REAL32)


def set_key(target: tuple[int, int], key: bytes, time: float) -> Message:
    """Give the article a signing key, with the time (Unix, s) from which on it counts."""
    units = round((time - _UNIX_TIME_OF_2015) * _UNITS_PER_SECOND)
    return mavlink.MAVLink_setup_signing_message(*target, key, units)
