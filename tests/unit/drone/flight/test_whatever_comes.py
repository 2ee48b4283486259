"""Orders of all kinds, sane and not, in any order: the drone refuses or obeys, and stays a drone."""

import math

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.drone.flight.config import FlightConfig
from harness.drone.flight.flight import Flight
from harness.drone.flight.orders import Area, MissionItem, SetPoint, Sticks
from harness.drone.flight.state import Mode

near = st.floats(-40.0, 40.0)
wild = st.one_of(near, near, st.sampled_from([math.nan, math.inf, -math.inf, 1e300, -1.0, 0.0]))
place = st.one_of(st.none(), st.tuples(wild, wild, wild), st.tuples(near, near, st.floats(2.0, 40.0)))
open_ = st.one_of(st.none(), wild)
set_points = st.builds(SetPoint, place=place, velocity=place, yaw=open_, yaw_rate=open_)
sticks = st.one_of(
    st.none(),
    st.builds(Sticks, roll=st.floats(-1, 1), pitch=st.floats(-1, 1), yaw=st.floats(-1, 1), throttle=st.floats(0, 1)),
    st.builds(Sticks, roll=wild, pitch=wild, yaw=wild, throttle=wild),
)
commands = st.sampled_from([16, 17, 18, 19, 20, 21, 22, 93, 112, 114, 115, 177, 178, 201, 206, 999])
items = st.builds(MissionItem, command=commands, values=st.tuples(*[wild] * 4), place=place, autocontinue=st.booleans())
areas = st.builds(
    Area, corners=st.lists(st.tuples(wild, wild), max_size=5).map(tuple), radius=wild, inside=st.booleans()
)
names = st.sampled_from(sorted(vars(FlightConfig())))
orders = st.one_of(
    st.tuples(st.just("set_mode"), st.tuples(st.sampled_from(list(Mode)))),
    st.tuples(st.just("steer"), st.tuples(set_points)),
    st.tuples(st.just("move_sticks"), st.tuples(sticks)),
    st.tuples(st.just("load_mission"), st.tuples(st.lists(items, max_size=5))),
    st.tuples(st.just("load_fence"), st.tuples(st.lists(areas, max_size=3))),
    st.tuples(st.just("set_current_item"), st.tuples(st.integers(-3, 9))),
    st.tuples(st.just("pause"), st.tuples(st.booleans())),
    st.tuples(st.just("set_speed"), st.tuples(wild)),
    st.tuples(st.just("takeoff"), st.tuples(wild)),
    st.tuples(st.just("arm"), st.just(())),
    st.tuples(st.just("disarm"), st.tuples(st.booleans())),
    st.tuples(st.just("ground_station_heard"), st.just(())),
    st.tuples(st.just("configure"), st.tuples(names, st.one_of(wild, st.booleans(), st.sampled_from(["rtl", "x"])))),
)


def obey(flight, name, arguments):
    if name == "configure":
        return flight.configure(**{arguments[0]: arguments[1]})
    return getattr(flight, name)(*arguments)


def seen(flight):
    """All that an order which was refused may not change."""
    progress, health = flight.read_progress(), flight.read_health()
    return flight.mode, flight.armed, flight.landed, flight.config, progress, health, flight._s.tobytes()


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(orders, max_size=25), st.booleans())
def test_no_order_breaks_it_and_what_is_refused_changes_nothing(asked, flying):
    flight = Flight(FlightConfig(), 3)
    flight.advance(4.0)
    if flying:
        flight.set_mode(Mode.GUIDED)
        assert flight.arm() == flight.takeoff(10.0) == ""
        flight.advance(12.0)
    for name, arguments in asked:
        before = seen(flight)
        refusal = obey(flight, name, arguments)
        if refusal:
            assert seen(flight) == before
        flight.advance(flight.now + 0.7)
        assert np.isfinite(flight._s).all()
        assert all(0.0 <= output <= 1.0 for output in flight.read_truth().motors)
    assert all(message.text for message in flight.take_messages())
