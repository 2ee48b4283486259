"""Packed files, read back by the decoders of MAVProxy's library."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymavlink.dialects.v20 import ardupilotmega as mavlink
from pymavlink.mavftp import MAVFTP

from harness.drone.mavlink.parts.packing import pack_items, pack_parameters
from harness.drone.mavlink.parts.plans import MissionPlan
from harness.drone.mavlink.parts.wireitem import WireItem

REAL32, INT8, INT16, INT32 = 9, 2, 4, 6
NAME = st.text("ABC_1", min_size=1, max_size=16)
VALUE = st.one_of(
    st.tuples(st.floats(width=32, allow_nan=False), st.just(REAL32)),
    st.tuples(st.integers(-128, 127), st.just(INT8)),
    st.tuples(st.integers(-(2**15), 2**15 - 1), st.just(INT16)),
    st.tuples(st.integers(-(2**31), 2**31 - 1), st.just(INT32)),
)


@given(st.dictionaries(NAME, VALUE, min_size=1, max_size=40))
def test_parameters_are_read_back(values):
    packed = pack_parameters([(name, value, kind) for name, (value, kind) in sorted(values.items())])
    read = MAVFTP.ftp_param_decode(packed)
    assert {name.decode(): value for name, value, _ in read.params} == {name: v for name, (v, _) in values.items()}


def test_no_parameters_are_a_header():
    assert pack_parameters([]) == struct.pack("<HHH", 0x671B, 0, 0)


def test_a_mission_is_read_back(flight, home):
    plan = MissionPlan(flight, home, {0: (WireItem(frame=3, command=16, x=350_000_001, y=-5, z=12.5),)})
    packed = pack_items(plan)
    assert struct.unpack("<HHHHH", packed[:10]) == (0x763D, 0, 0, 0, 2)
    form = mavlink.MAVLink_mission_item_int_message
    last = form.unpacker.unpack(packed[-form.unpacker.size :])
    item = form(*(last[at] for at in form.orders))
    assert (item.seq, item.frame, item.command, item.x, item.y, item.z) == (1, 3, 16, 350_000_001, -5, 12.5)
    assert len(packed) == 10 + 2 * form.unpacker.size


def test_a_type_that_ardupilot_has_not():
    with pytest.raises(KeyError):
        pack_parameters([("A", 1.0, mavlink.MAV_PARAM_TYPE_REAL64)])
