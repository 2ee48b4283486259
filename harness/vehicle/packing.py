"""Parameters as they travel: a float, or the bytes of a whole number in a float's place.

PX4 does the latter (MAV_PROTOCOL_CAPABILITY_PARAM_ENCODE_BYTEWISE; mavlink.io, "Parameter Protocol"): read as it comes,
10 is 1.4e-44.
"""

import struct

from pymavlink.dialects.v20 import ardupilotmega as mavlink

REAL = mavlink.MAV_PARAM_TYPE_REAL32
_FORMATS = {
    mavlink.MAV_PARAM_TYPE_UINT8: "<B3x",
    mavlink.MAV_PARAM_TYPE_INT8: "<b3x",
    mavlink.MAV_PARAM_TYPE_UINT16: "<H2x",
    mavlink.MAV_PARAM_TYPE_INT16: "<h2x",
    mavlink.MAV_PARAM_TYPE_UINT32: "<I",
    mavlink.MAV_PARAM_TYPE_INT32: "<i",
}


def unpack(value: float, kind: int) -> float:
    """The number that a PARAM_VALUE of that MAV_PARAM_TYPE carries bytewise in its float `value`."""
    if kind not in _FORMATS:
        return value
    return float(struct.unpack(_FORMATS[kind], struct.pack("<f", value))[0])


def pack(value: float, kind: int) -> float:
    """The float that carries `value` bytewise as that MAV_PARAM_TYPE.

    Raises:
        ValueError: it is no whole number of that type.
    """
    if kind not in _FORMATS:
        return value
    try:
        packed = struct.pack(_FORMATS[kind], int(value))
    except struct.error as error:
        raise ValueError(f"{value:g} does not fit: {error}") from error
    if int(value) != value:
        raise ValueError(f"{value:g} is no whole number")
    return float(struct.unpack("<f", packed)[0])
