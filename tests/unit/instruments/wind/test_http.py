from functools import partial

import pytest

from harness.errors import RigError
from harness.instruments import dialogue
from harness.instruments.twins import answerers
from harness.instruments.twins.answerers import HttpAnswerer
from harness.instruments.wind.http import HttpSource, HttpWind


@pytest.fixture
def source(real, hall, monkeypatch):
    monkeypatch.setattr(dialogue, "ANSWER_WITHIN", 0.3)

    def make(fault="", **settings):
        address = hall.tcp(partial(HttpAnswerer, answer=answerers.wind_http(hall, fault)))
        return HttpSource(real(address=address, **settings))

    return make


def test_it_blows_as_ordered(source, hall):
    device = source(answer="OK", identify_path="about")
    assert device.identify() == "Twin fan wall TWIN0003"
    device.order(7.5, 45.0)
    assert hall.wind == (7.5, 45.0)
    device.close()


def test_without_an_identifying_path_it_is_its_address(source):
    assert source().identify().startswith("http://127.0.0.1:")


@pytest.mark.parametrize(
    ("fault", "settings", "problem"),
    [
        ("silent", {}, "status 404: is it the right instrument"),
        ("garbling", {"answer": "OK"}, "'OK' is wanted"),
        ("", {"path": "gale?speed={speed}"}, "status 404"),
    ],
)
def test_a_bad_one_is_told(source, fault, settings, problem):
    with pytest.raises(RigError, match=problem):
        source(fault, **settings).order(5.0, 0.0)


def test_the_wind_needs_an_anemometer(real):
    with pytest.raises(RigError, match=r"add \[roles\.anemometer\]"):
        HttpWind(real(address="127.0.0.1:1"))
