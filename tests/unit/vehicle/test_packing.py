import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.vehicle.packing import REAL, pack, unpack

INT32 = mavlink.MAV_PARAM_TYPE_INT32


def test_the_ten_seconds_of_a_real_px4_are_not_1e_44():
    # COM_DL_LOSS_T of px4-1.17alpha as it came
    assert pack(10, INT32) == pytest.approx(1.4e-44, rel=1e-2)
    assert unpack(1.401298464324817e-44, INT32) == 10.0


@given(st.integers(0, 2**23))
def test_whole_numbers_come_back(value):
    assert unpack(pack(value, INT32), INT32) == value


@pytest.mark.parametrize("value", [-1, -7, 2**31 - 1])
def test_so_do_those_whose_bytes_are_no_number_as_a_float(value):
    assert unpack(pack(value, INT32), INT32) == value


def test_reals_travel_as_they_are():
    assert unpack(pack(0.5, REAL), REAL) == 0.5


@pytest.mark.parametrize(("value", "message"), [(1.5, "no whole number"), (2.0**40, "does not fit")])
def test_what_has_no_room_is_said(value, message):
    with pytest.raises(ValueError, match=message):
        pack(value, INT32)
