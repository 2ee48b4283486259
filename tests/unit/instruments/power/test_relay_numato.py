from functools import partial

import pytest

from harness.errors import RigError
from harness.instruments import dialogue
from harness.instruments.power.relay_numato import NumatoRelay
from harness.instruments.twins import answerers
from harness.instruments.twins.answerers import LineAnswerer, with_prompt


@pytest.fixture
def relay(real, hall, monkeypatch):
    monkeypatch.setattr(dialogue, "ANSWER_WITHIN", 0.3)
    made = []

    def make(fault=""):
        answer = answerers.relay(hall, fault)
        device = hall.serial(partial(LineAnswerer, answer=answer, shape=with_prompt))
        made.append(NumatoRelay(real(device=device)))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_it_switches_and_says_who_it_is(relay, hall, real):
    device = relay()
    assert real.world.supplies == [device]
    assert device.identify() == "Numato relay, version 00000008, id TWIN0001"
    device.switch(True)
    assert hall.powered
    device.switch(False)
    assert not hall.powered


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        ("stuck", "was switched on and reads 'off': replace it"),
        ("silent", "does not answer 'relay on 0' within 0.3 s: is it on, and is it plugged in"),
        ("garbling", "was switched on and reads '.*': replace it"),
    ],
)
def test_a_bad_relay_is_told_with_the_remedy(relay, fault, problem):
    with pytest.raises(RigError, match=problem):
        relay(fault).switch(True)


def test_a_target_that_takes_no_power_from_it_is_told(scene):
    with pytest.raises(RigError, match=r"take \[roles\.relay\] out of the rig file"):
        NumatoRelay(scene.context())
