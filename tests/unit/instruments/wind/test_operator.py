from dataclasses import replace

import pytest

from harness.errors import RigError
from harness.instruments.wind import operator
from harness.instruments.wind.anemometer_nmea import WindReading
from harness.instruments.wind.operator import OperatorSource, OperatorWind


class Anemometer:
    uncertainty, ranges = 0.1, ()

    def __init__(self):
        self.speed = 0.0

    def read(self):
        return WindReading(time=0.0, speed=self.speed, bearing=0.0)


@pytest.fixture
def source(real, tmp_path, monkeypatch):
    monkeypatch.setattr(operator, "STEADY", 0.1)
    (tmp_path / "answers.toml").write_text('[answers]\n"wind.set" = "done"\n"wind.calm" = ""\n')
    meter = Anemometer()

    def make(**settings):
        context = real(devices={"anemometer": meter}, answers="answers.toml", operator="CI", **settings)
        return OperatorSource(replace(context, bench=tmp_path)), meter

    return make


def test_a_wind_is_asked_for_once_and_proven(source, real):
    device, meter = source()
    meter.speed = 8.1
    device.order(8.0, 90.0)
    device.order(8.0, 90.0)
    meter.speed = 0.0
    device.order(0.0, 0.0)
    asked = [note.partition(": ")[2] for note in real.log.notes]
    assert asked == ["set the wind to 8.0 m/s from 90 deg -> done", "stop the wind -> done"]


def test_a_wind_that_does_not_come_is_told(source):
    device, meter = source(within=0.3)
    meter.speed = 6.0
    with pytest.raises(RigError, match=r"wanted 8.0 m/s within 0.4 m/s for 0.1 s, got 6.0 m/s"):
        device.order(8.0, 90.0)


def test_it_is_raised_in_one_step(real):
    wind = OperatorWind(real(devices={"anemometer": Anemometer()}))
    orders = []
    wind._source.order = lambda speed, bearing: orders.append(speed)
    wind._air._order = wind._source.order
    wind._ramp(8.0)
    assert orders == [8.0]
