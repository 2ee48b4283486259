from functools import partial

import pytest

from harness.errors import RigError
from harness.instruments import dialogue
from harness.instruments.radio.attenuator_serial import SerialAttenuator
from harness.instruments.twins.answerers import LineAnswerer

SETTINGS = {"zero_level": -60.0, "sensitivity": -105.0, "set_command": "ATT {attenuation:.2f}", "read_command": "ATT?"}


@pytest.fixture
def attenuator(real, hall, monkeypatch):
    monkeypatch.setattr(dialogue, "ANSWER_WITHIN", 0.3)
    made = []

    def make(taken="1"):
        def answer(question):
            word, _, value = question.partition(" ")
            if word == "ATT":
                hall.attenuate(float(value))
                return taken
            return {"ATT?": f"{hall.attenuation:.2f}", "*IDN?": "Example,Attenuator,9"}[question]

        shape = lambda question, said: f"{said}\n".encode()  # noqa: E731
        device = hall.serial(partial(LineAnswerer, answer=answer, shape=shape))
        made.append(SerialAttenuator(real(device=device, **SETTINGS)))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_it_obeys_the_commands_of_the_rig_file(attenuator, hall):
    device = attenuator()
    assert device.identify() == "Example,Attenuator,9"
    with device.holding(above_loss=5.0):
        assert hall.attenuation == 40.0
    assert hall.attenuation == 0.0


def test_an_order_that_is_not_taken_is_told(attenuator):
    with pytest.raises(RigError, match=r"answers 'ERR' to 0.00 dB, '1' is wanted"):
        attenuator(taken="ERR")
