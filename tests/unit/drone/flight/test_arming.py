import math

import pytest

from harness.drone.flight.arming import ARMABLE
from harness.drone.flight.config import FlightConfig
from harness.drone.flight.flight import Flight
from harness.drone.flight.orders import Area
from harness.drone.flight.state import Mode
from harness.plant import layout as lay

EVERYTHING = ("not level", "estimator not settled", "no satellites", "battery low", "outside the fence")


@pytest.fixture
def troubled():
    """A drone on its side, without satellites, nearly empty, out of its fence, and shaken."""
    flight = Flight(FlightConfig(gnss=False, battery_charge=0.1, fence=True), 0)
    flight._s[lay.QUAT], flight._s[lay.QUAT + 1] = math.cos(0.5), math.sin(0.5)
    flight.load_fence([Area(corners=((500.0, 0.0),), radius=50.0)])
    flight.advance(4.0)
    return flight


def test_all_reasons_are_told_and_the_first_refuses(troubled):
    troubled.set_mode(Mode.GUIDED)
    expected = tuple(text for text in EVERYTHING if text != "estimator not settled")
    assert troubled.read_arming_problems() == expected
    assert troubled.read_arming_problem() == expected[0]
    assert troubled.arm() == f"Arm: {expected[0]}"


@pytest.mark.parametrize(
    ("bits", "left"),
    [
        (1, (0, 2, 3, 4)),
        (0, ()),
        (8, (2,)),
        (16, (0,)),
        (256, (3,)),
        (16384, (4,)),
        (256 | 8, (2, 3)),
        (1 | 8, (0, 2, 3, 4)),
    ],
)
def test_each_check_has_its_bit(troubled, bits, left):
    assert troubled.configure(arming_checks=bits) == ""
    assert troubled.read_arming_problems() == tuple(EVERYTHING[n] for n in left)


def test_a_sound_drone_has_none_once_it_has_settled(ready):
    flight = Flight(FlightConfig(), 0)
    assert flight.read_arming_problems() == ("estimator not settled",)
    assert ready().read_arming_problems() == ()


def test_what_no_bit_switches_off(hovering):
    flight = hovering(arming_checks=0)
    flight.disarm(force=True)
    assert flight.arm() == "Arm: not on the ground"
    flight.set_mode(Mode.LAND)
    assert "not armable" in flight.arm()
    flight.set_mode(Mode.LOITER)
    assert "needs a pilot's sticks" in flight.arm()


@pytest.mark.parametrize("mode", [mode for mode in Mode if mode not in ARMABLE])
def test_modes_that_fly_by_themselves_are_not_armed_in(ready, mode):
    flight = ready()
    flight.load_mission([])
    if flight.set_mode(mode) == "":
        assert f"mode {mode.name} is not armable" in flight.arm()
    assert not flight.armed
