import math

import numpy as np
import pytest

from harness.plant import layout as lay
from harness.plant.airframe import Airframe, make_parameters, make_random, make_state
from harness.plant.step import run_plant


@pytest.fixture
def world():
    airframe = Airframe()
    return make_state(airframe, 0), make_parameters(airframe), make_random(0)


def drop(s, height, tilt=0.0, **velocity):
    s[lay.POS + 2], s[lay.ON_GROUND] = -height, 0.0
    s[lay.QUAT], s[lay.QUAT + 1] = math.cos(tilt / 2), math.sin(tilt / 2)
    s[lay.VEL : lay.VEL + 2] = velocity.get("north", 0.0), velocity.get("east", 0.0)


def test_rests_in_wind_without_drift(world):
    s, p, rng = world
    s[lay.STEADY], s[lay.STEADY + 1] = 12.0, 5.0
    run_plant(s, p, rng, 4000)
    assert s[lay.POS : lay.POS + 3].tolist() == [0.0, 0.0, 0.0]
    assert s[lay.ON_GROUND] == 1.0


def test_slides_where_friction_gives_way(world):
    s, p, rng = world
    s[lay.STEADY], p[lay.FRICTION] = 12.0, 0.01
    run_plant(s, p, rng, 400)
    assert s[lay.POS] > 0.1
    assert s[lay.POS + 2] == 0.0


def test_touch_down_stops_the_fall_and_keeps_the_contact(world):
    s, p, rng = world
    drop(s, 5.0, tilt=math.radians(10), north=2.0)
    run_plant(s, p, rng, 2000)
    assert s[lay.CONTACT_DOWN] == pytest.approx(math.sqrt(2 * 9.80665 * 5.0), rel=0.05)
    assert s[lay.CONTACT_LATERAL] == pytest.approx(2.0, rel=0.15)
    assert math.degrees(s[lay.CONTACT_TILT]) == pytest.approx(10.0, abs=0.5)
    assert s[lay.POS + 2] == 0.0
    assert not s[lay.VEL : lay.VEL + 3].any()
    assert 1 - 2 * (s[lay.QUAT + 1] ** 2 + s[lay.QUAT + 2] ** 2) == pytest.approx(1.0)  # level on its gear


def test_small_hops_do_not_overwrite_the_contact(world):
    s, p, rng = world
    drop(s, 5.0)
    run_plant(s, p, rng, 1000)
    kept = float(s[lay.CONTACT_DOWN])
    drop(s, 0.05)
    run_plant(s, p, rng, 400)
    assert s[lay.CONTACT_DOWN] == kept > 5.0


def test_tipped_over_it_stays_where_it_fell(world):
    s, p, rng = world
    drop(s, 5.0, tilt=math.radians(100))
    run_plant(s, p, rng, 2000)
    assert math.degrees(math.acos(1 - 2 * s[lay.QUAT + 1] ** 2)) == pytest.approx(100, abs=1)
    assert s[lay.POS + 2] == 0.0


def test_lifts_off_when_the_thrust_exceeds_the_weight(world):
    s, p, rng = world
    s[lay.MOTOR : lay.MOTOR + 4] = 0.5
    run_plant(s, p, rng, 400)
    assert s[lay.POS + 2] == 0.0
    s[lay.MOTOR : lay.MOTOR + 4] = 0.8
    run_plant(s, p, rng, 400)
    assert s[lay.POS + 2] < -0.5
    assert s[lay.ON_GROUND] == 0.0
    assert np.isfinite(s).all()
