from dataclasses import replace

import pytest

from harness.errors import RigError
from harness.instruments.context import CalibratedRange
from harness.instruments.twins import talkers
from harness.instruments.twins.talkers import Talker, sentence
from harness.instruments.wind import anemometer_nmea
from harness.instruments.wind.anemometer_nmea import NmeaAnemometer
from harness.timing import run_for


@pytest.fixture
def anemometer(real, hall, monkeypatch):
    monkeypatch.setattr(anemometer_nmea, "FIRST_WITHIN", 0.5)
    made = []

    def make(say=None, fault="", **settings):
        talker = Talker(hall, 0.02, say or (lambda: talkers.mwv(hall)), fault)
        made.append(NmeaAnemometer(real(device=hall.serial(talker.add), **settings)))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_it_reads_speed_and_where_the_wind_comes_from(anemometer, hall, real):
    hall.wind = (12.34, 90.0)
    device = anemometer(mount=10.0)
    assert device.identify() == "MWV of talker WI"
    reading = device.read()
    assert (reading.speed, reading.bearing) == (12.34, 100.0)
    assert real.world.now() - reading.time < 0.5
    assert (device.uncertainty, device.ranges) == (0.0, ())


@pytest.mark.parametrize(("unit", "speed"), [("M", 10.0), ("N", 5.1444), ("K", 2.7778), ("S", 4.4704)])
def test_every_unit_of_the_standard_is_read(anemometer, unit, speed):
    device = anemometer(lambda: sentence(f"WIMWV,000.0,R,10.00,{unit},A"))
    device.identify()
    assert device.read().speed == pytest.approx(speed, abs=1e-3)


@pytest.mark.parametrize(
    ("say", "fault", "problem"),
    [
        (None, "silent", "the anemometer says nothing: is it on, and is it plugged in"),
        (None, "garbling", "no NMEA 0183: check the baud rate of the anemometer"),
        (lambda: sentence("WIMWV,,R,,M,V"), "", "calls its own data not valid"),
        (lambda: sentence("WIMWV,010.0,R,1.0,X,A"), "", "calls its own data not valid"),
        (lambda: sentence("WIMWV,1"), "", "calls its own data not valid"),
        (lambda: sentence("WIMWV,010.0,R,-5.0,M,A"), "", "calls its own data not valid"),
        (lambda: sentence("WIMWV,010.0,R,inf,M,A"), "", "calls its own data not valid"),
        (lambda: sentence("WIMWD,,T,,M,,N,,M"), "", "says nothing"),
    ],
)
def test_a_dead_silent_or_garbling_one_is_told(anemometer, say, fault, problem):
    with pytest.raises(RigError, match=problem):
        anemometer(say, fault).identify()


def test_a_reading_that_is_too_old_is_none(anemometer, real, hall):
    device = anemometer(oldest=0.1)
    device.identify()
    hall.world._ending.set()
    run_for(real.world, 0.3)
    with pytest.raises(RigError, match=r"fell silent at \d+\.\d+ s: look at its cable"):
        device.read()


def test_its_calibration_is_handed_on(real, hall):
    ranges = (CalibratedRange(low=0.0, high=10.0, uncertainty=0.1),)
    device = NmeaAnemometer(replace(real(device=hall.serial(lambda port: None)), uncertainty=0.1, ranges=ranges))
    assert (device.uncertainty, device.ranges) == (0.1, ranges)
    device.close()
