"""ArduPilot's packed files: all parameters, or a whole mission, for MAVFTP to carry in one piece.

Formats: AP_Filesystem_Param.cpp and AP_Filesystem_Mission.cpp of ArduPilot; MAVProxy and pymavlink read them.
"""

import struct
from collections.abc import Iterable
from itertools import takewhile

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.mavlink.parts.items import Label, to_message
from harness.drone.mavlink.parts.plans import Plan

_PARAMETERS, _ITEMS = 0x671B, 0x763D  # magic numbers
# MAV_PARAM_TYPE -> ArduPilot's type number and the form of the value
_TYPES = {
    mavlink.MAV_PARAM_TYPE_INT8: (1, "b"),
    mavlink.MAV_PARAM_TYPE_INT16: (2, "h"),
    mavlink.MAV_PARAM_TYPE_INT32: (3, "i"),
    mavlink.MAV_PARAM_TYPE_REAL32: (4, "f"),
}
_MOST_COMMON = 15

NamedValue = tuple[str, float, int]  # name, value, MAV_PARAM_TYPE


def pack_parameters(parameters: Iterable[NamedValue]) -> bytes:
    """``param.pck``: each parameter with the part of its name that differs from the one before, and its value."""
    packed, last, count = [], "", 0
    for name, value, kind in parameters:
        number, form = _TYPES[kind]
        common = min(_common_length(last, name), _MOST_COMMON, len(name) - 1)
        rest = name[common:].encode("ascii")
        packed.append(bytes((number, (len(rest) - 1) << 4 | common)) + rest)
        packed.append(struct.pack("<" + form, value if form == "f" else int(value)))
        last, count = name, count + 1
    return struct.pack("<HHH", _PARAMETERS, count, count) + b"".join(packed)


def _common_length(left: str, right: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(left, right, strict=False)))


def pack_items(plan: Plan) -> bytes:
    """``mission.dat`` or ``fence.dat``: each item as the payload of MISSION_ITEM_INT."""
    items = plan.read_items()
    form = mavlink.MAVLink_mission_item_int_message
    messages = [
        to_message(item, Label(number=number, kind=plan.kind, target=(0, 0)), scaled=True)
        for number, item in enumerate(items)
    ]
    bodies = [form.unpacker.pack(*(getattr(message, name) for name in form.ordered_fieldnames)) for message in messages]
    return struct.pack("<HHHHH", _ITEMS, plan.kind, 0, 0, len(items)) + b"".join(bodies)
