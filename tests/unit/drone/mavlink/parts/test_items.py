"""Places of items: frames, home, and items that leave their place open."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.mavlink.parts.items import Label, home_item, read_item, to_flight, to_message
from harness.drone.mavlink.parts.wireitem import WireItem

RELATIVE = mavlink.MAV_FRAME_GLOBAL_RELATIVE_ALT
REAL = st.floats(width=32, allow_nan=False)


def waypoint(**fields):
    return WireItem(**({"frame": RELATIVE, "command": mavlink.MAV_CMD_NAV_WAYPOINT} | fields))


def test_home_is_the_origin(home):
    assert to_flight([home_item(home)], home)[0].place == pytest.approx((0.0, 0.0, 0.0), abs=1e-6)


def test_an_open_place_is_that_of_the_item_before(home):
    there = waypoint(x=350_001_000, y=1_390_000_000, z=10.0)
    first, _, nowhere, above, jump, again = to_flight(
        [waypoint(z=5.0), there, waypoint(), waypoint(z=30.0), waypoint(command=177, x=1), waypoint(z=31.0)], home
    )
    assert first.place == (0.0, 0.0, 5.0)
    assert nowhere.place is None and jump.place is None
    assert above.place == pytest.approx((11.13, 0.0, 30.0), abs=0.01)
    assert again.place[:2] == above.place[:2]


@given(
    st.builds(
        WireItem,
        frame=st.integers(0, 255),
        command=st.integers(0, 65_535),
        autocontinue=st.booleans(),
        values=st.tuples(REAL, REAL, REAL, REAL),
        x=st.integers(-(2**31), 2**31 - 1),
        y=st.integers(-(2**31), 2**31 - 1),
        z=REAL,
    )
)
def test_an_item_comes_back_as_it_went(item):
    label = Label(number=3, kind=0, target=(255, 190))
    assert read_item(to_message(item, label, scaled=True)) == item


def test_a_jump_counts_without_home(home):
    jump = WireItem(frame=2, command=177, values=(3.0, 5.0, 0.0, 0.0))
    assert to_flight([jump], home)[0].values == (2.0, 5.0, 0.0, 0.0)
