import math

import pytest

from harness.drone.flight import layout as own
from harness.drone.flight.orders import MissionItem, SetPoint, Sticks
from harness.drone.flight.state import Mode
from harness.plant import layout as lay

CLIMB_AWAY = [MissionItem(command=22, place=(0.0, 0.0, 10.0)), MissionItem(command=16, place=(200.0, 0.0, 20.0))]


def silence(flight, seconds=5.0):
    flight.ground_station_heard()
    flight.advance(flight.now + seconds)


def glitch(flight, seconds, north):
    """GNSS positions that are off by `north` m, sample by sample."""
    end = flight.now + seconds
    while flight.now < end:
        flight.advance(flight.now + 0.0025)
        if flight._s[lay.FRAME] % flight._p[lay.GPS_FRAMES] == 0.0:
            flight._s[lay.GPS_HELD] += north


# --- ground station -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("auto", "mode"), [("none", Mode.AUTO), ("same", Mode.RTL), ("land", Mode.LAND)])
def test_silence_in_auto_brings_what_is_declared_for_it(ready, auto, mode):
    flight = ready(link_loss_auto=auto)
    flight.load_mission(CLIMB_AWAY)
    flight.arm()
    flight.set_mode(Mode.AUTO)
    silence(flight, 8.0)
    assert flight.mode is mode and flight.read_health().failsafes == ("gcs",)


@pytest.mark.parametrize(("landing", "mode"), [("none", Mode.RTL), ("same", Mode.LAND)])
def test_silence_in_a_return_brings_what_is_declared_for_it(hovering, landing, mode):
    flight = hovering(link_loss_landing=landing, link_loss_action="land")
    flight.steer(SetPoint(place=(60.0, 0.0, 10.0)))
    flight.advance(flight.now + 15.0)
    flight.set_mode(Mode.RTL)
    silence(flight)
    assert flight.mode is mode


@pytest.mark.parametrize(("pilot", "mode"), [("none", Mode.LOITER), ("same", Mode.RTL), ("brake", Mode.BRAKE)])
def test_silence_while_a_pilot_flies_brings_what_is_declared_for_it(hovering, push, pilot, mode):
    flight = hovering(link_loss_pilot=pilot)
    flight.move_sticks(Sticks())
    flight.set_mode(Mode.LOITER)
    flight.ground_station_heard()
    push(flight, 5.0)
    assert flight.mode is mode


@pytest.mark.parametrize(("ground", "armed"), [("none", True), ("disarm", False)])
def test_silence_on_the_ground_brings_what_is_declared_for_it(ready, ground, armed):
    flight = ready(link_loss_ground=ground)
    flight.arm()
    silence(flight)
    assert flight.armed is armed


def test_a_silence_that_goes_on_is_declared_in_the_next_flight_too(hovering, fly_until, texts):
    flight = hovering(link_loss_action="land")
    flight.ground_station_heard()
    fly_until(flight, lambda: not flight.armed, within=60.0)
    texts(flight)
    flight.advance(flight.now + 2.0)
    flight.set_mode(Mode.GUIDED)
    assert flight.arm() == flight.takeoff(5.0) == ""
    flight.advance(flight.now + 1.0)
    assert "Ground station lost: LAND" in texts(flight)


@pytest.mark.parametrize(("resume", "mode"), [(False, Mode.RTL), (True, Mode.GUIDED)])
def test_a_return_goes_on_when_the_station_is_back_unless_the_defect_resumes(hovering, resume, mode):
    flight = hovering(link_resume=resume)
    silence(flight)
    assert flight.mode is Mode.RTL
    flight.ground_station_heard()
    flight.advance(flight.now + 0.5)
    assert flight.mode is mode


# --- battery --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("action", "mode"), [("none", Mode.GUIDED), ("rtl", Mode.RTL), ("brake", Mode.BRAKE)])
def test_a_low_battery_brings_its_action_and_a_critical_one_more(hovering, fly_until, texts, action, mode):
    flight = hovering(
        battery_wh=20.0, battery_charge=0.35, battery_low=0.25, battery_low_action=action, return_height=60.0
    )
    fly_until(flight, lambda: flight.read_health().failsafes == ("battery",), within=120.0)
    assert flight.mode is mode and flight.read_battery().remaining == pytest.approx(0.25, abs=0.001)
    told = {"none": "no action"}.get(action, action.upper())
    assert texts(flight) == [f"Battery low: {told}"]
    assert flight.configure(battery_critical=0.24) == ""
    fly_until(flight, lambda: flight.mode is Mode.LAND, within=60.0)
    assert texts(flight) == ["Battery critical: LAND"]


# --- position -------------------------------------------------------------------------------------------------------


def test_without_satellites_it_reckons_then_lands_level(hovering, fly_until, texts):
    flight = hovering()
    assert flight.read_health().gnss and flight.read_satellites().fix == 3
    assert flight.configure(gnss=False) == ""
    lost = flight.now
    fly_until(flight, lambda: flight.mode is Mode.LAND, within=10.0)
    assert flight.now - lost == pytest.approx(3.0, abs=0.15)
    assert texts(flight) == ["GNSS lost", "Position lost: LAND"]
    health = flight.read_health()
    assert (health.position, health.gnss, health.failsafes) == (False, False, ("ekf", "gnss"))
    assert (flight.read_satellites().fix, flight.read_satellites().count) == (1, 0)
    assert flight.set_mode(Mode.GUIDED) == "Mode: GUIDED needs a position"
    fly_until(flight, lambda: not flight.armed, within=40.0)
    truth = flight.read_truth()
    assert truth.on_ground and truth.contact_down < 1.0 and math.degrees(truth.contact_tilt) < 6.0


def test_a_short_loss_is_bridged(hovering, texts):
    flight = hovering()
    flight.air.set_wind(5.0, 0.0)
    flight.advance(flight.now + 10.0)
    flight.configure(gnss=False)
    flight.advance(flight.now + 2.5)
    flight.configure(gnss=True)
    flight.advance(flight.now + 5.0)
    m = flight.read_truth().motion
    assert flight.mode is Mode.GUIDED and math.hypot(m.north, m.east) < 1.5
    assert texts(flight) == ["GNSS lost", "GNSS regained"] and flight.read_health().failsafes == ()


def test_a_pilot_gets_alt_hold_where_that_is_declared(hovering, push):
    flight = hovering(position_loss_action="alt_hold")
    flight.move_sticks(Sticks())
    flight.set_mode(Mode.LOITER)
    flight.configure(gnss=False)
    push(flight, 6.0)
    assert flight.mode is Mode.ALT_HOLD
    flight.configure(gnss=True)
    push(flight, 4.0)
    assert flight.read_health().position and flight.set_mode(Mode.LOITER) == ""


def test_a_glitch_is_not_believed_and_moves_nothing(hovering, texts):
    flight = hovering()
    glitch(flight, 6.0, 40.0)
    m = flight.read_truth().motion
    assert math.hypot(m.north, m.east) < 3.0 and flight.mode is Mode.GUIDED
    assert flight.read_health().innovation > 20.0 and flight.read_health().failsafes == ("gnss",)
    flight.advance(flight.now + 10.0)
    m = flight.read_truth().motion
    assert math.hypot(m.north, m.east) < 1.0
    assert texts(flight) == ["GNSS glitch", "GNSS regained"]


def test_an_open_gate_would_have_believed_it(hovering):
    flight = hovering(gnss_gate=1e6)
    glitch(flight, 6.0, 40.0)
    assert math.hypot(flight.read_truth().motion.north, flight.read_truth().motion.east) > 10.0


def test_a_glitch_that_lasts_fails_the_estimator_and_lands(hovering, fly_until, texts):
    flight = hovering()
    start = flight.now
    glitch(flight, 10.6, 60.0)
    assert flight.mode is Mode.LAND and texts(flight) == ["GNSS glitch", "Position lost: LAND"]
    assert flight.now - start < 10.8
    assert flight.read_health().failsafes == ("ekf", "gnss")


# --- wind -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("action", "mode"), [("rtl", Mode.RTL), ("land", Mode.LAND), ("none", Mode.GUIDED)])
def test_wind_above_its_limit_is_told_and_then_acted_on(hovering, fly_until, texts, action, mode):
    flight = hovering(wind_limit=6.0, wind_action=action)
    flight.air.set_wind(0.0, 8.0)
    fly_until(flight, lambda: flight.read_health().failsafes == ("wind",), within=20.0)
    assert flight.mode is Mode.GUIDED and texts(flight)[0].startswith("Wind above limit: ")
    flight.advance(flight.now + 10.1)
    told = {"none": "no action"}.get(action, action.upper())
    assert flight.mode is mode and texts(flight) == [f"Wind above limit: {told}"]


def test_a_drone_that_does_not_warn_of_the_wind_acts_on_it_without_naming_it(hovering, fly_until, texts):
    flight = hovering(wind_limit=6.0, wind_warning=False)
    flight.air.set_wind(0.0, 8.0)
    fly_until(flight, lambda: flight.mode is Mode.RTL, within=30.0)
    assert texts(flight) == ["Failsafe: RTL"]


def test_a_drone_that_cries_of_the_wind_does_so_in_calm_air(hovering, texts):
    flight = hovering(wind_cry_period=4.0)
    flight.advance(flight.now + 9.0)
    assert texts(flight) == ["Wind above limit: 0 m/s"] * 2
    assert flight.mode is Mode.GUIDED and flight.read_health().failsafes == ()


def test_a_gust_is_no_reason_to_return(hovering):
    flight = hovering(wind_limit=6.0)
    flight.air.add_gust(start=flight.now, duration=6.0, north=9.0, east=0.0)
    flight.advance(flight.now + 25.0)
    assert flight.mode is Mode.GUIDED and flight.read_health().failsafes == ()


def test_a_crash_is_remembered_until_it_arms_again(hovering, fly_until):
    flight = hovering(height=40.0)
    flight.advance(40.0)
    flight._p[own.RATE_P] *= -1.0
    fly_until(flight, lambda: not flight.armed, within=10.0)
    assert flight.read_health().failsafes == ("crash",)
