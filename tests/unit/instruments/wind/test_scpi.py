from functools import partial

import pytest

from harness.errors import RigError
from harness.instruments import dialogue
from harness.instruments.twins import answerers
from harness.instruments.twins.answerers import LineAnswerer, plain
from harness.instruments.wind.scpi import ScpiSource, ScpiWind


@pytest.fixture
def source(real, hall, monkeypatch):
    monkeypatch.setattr(dialogue, "ANSWER_WITHIN", 0.3)
    made = []

    def make(fault="", **settings):
        answer = answerers.wind_scpi(hall, fault)
        port = hall.tcp(partial(LineAnswerer, answer=answer, shape=plain)).partition(":")[2]
        made.append(ScpiSource(real(resource=f"TCPIP::127.0.0.1::{port}::SOCKET", **settings)))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_it_blows_as_ordered(source, hall):
    device = source(direction_command="SOUR:DIR {bearing:.1f}")
    assert device.identify() == "Dronecert,Twin fan wall,TWIN0002,1.0"
    device.order(12.345, 90.0)
    assert hall.wind == (12.35, 90.0)


@pytest.mark.parametrize(
    ("settings", "speed", "problem"),
    [
        (
            {"speed_command": "WIND {speed:.1f}"},
            5.0,
            "reports '-113,\"Undefined header\"' to 5.00 m/s: correct its",
        ),
        ({}, 500.0, '-222,"Data out of range"'),
    ],
)
def test_an_error_of_its_own_is_told(source, settings, speed, problem):
    with pytest.raises(RigError, match=problem):
        source(**settings).order(speed, 0.0)


@pytest.mark.parametrize(("fault", "problem"), [("silent", "does not answer"), ("garbling", "reports")])
def test_a_silent_or_garbling_one_is_told(source, fault, problem):
    with pytest.raises(RigError, match=problem):
        source(fault).order(5.0, 0.0)


def test_the_wind_needs_an_anemometer(real, hall):
    port = hall.tcp(partial(LineAnswerer, answer=answerers.wind_scpi(hall, ""), shape=plain)).partition(":")[2]
    with pytest.raises(RigError, match=r"add \[roles\.anemometer\]"):
        ScpiWind(real(resource=f"TCPIP::127.0.0.1::{port}::SOCKET"))
