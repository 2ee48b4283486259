from functools import partial

import pytest

from harness.errors import RigError
from harness.instruments import dialogue
from harness.instruments.radio.attenuator_rcdat import RcdatAttenuator
from harness.instruments.twins import answerers
from harness.instruments.twins.answerers import HttpAnswerer, LineAnswerer, plain

PATH = {"zero_level": -60.0, "sensitivity": -105.0}


@pytest.fixture
def attenuator(real, hall, monkeypatch):
    monkeypatch.setattr(dialogue, "ANSWER_WITHIN", 0.3)

    def make(over="http", fault="", **settings):
        answer = answerers.attenuator(hall, fault)
        shape = {
            "http": partial(HttpAnswerer, answer=answer),
            "telnet": partial(LineAnswerer, answer=answer, shape=plain),
        }
        return RcdatAttenuator(real(address=hall.tcp(shape[over]), over=over, **PATH, **settings))

    return make


@pytest.mark.parametrize("over", ["http", "telnet"])
def test_it_holds_a_level_and_lets_go(attenuator, hall, real, over):
    device = attenuator(over)
    assert device.identify() == "MN=RCDAT-6000-90, SN=11709150001, FIRMWARE=B3"
    with device.holding(above_loss=1.0):
        assert hall.attenuation == 44.0
    assert hall.attenuation == 0.0
    assert real.log.controls == [("level.realised", True)]
    device.close()


def test_a_stuck_one_is_invalid(attenuator, real):
    device = attenuator(fault="stuck")
    with (
        pytest.raises(RigError, match=r"level\.realised failed: -60 dBm, wanted"),
        device.holding(above_loss=1.0),
    ):
        pass
    assert real.log.controls == [("level.realised", False)]


def test_an_order_beyond_its_range_is_refused(attenuator):
    with pytest.raises(RigError, match=r"-204 dBm is not in reach of the attenuator \(-150 to -60 dBm\)"):
        attenuator().holding(above_loss=-99.0).__enter__()
    with pytest.raises(RigError, match=r"answers '2' to 95.00 dB: correct its range"):
        attenuator(greatest=200.0).holding(above_loss=-50.0).__enter__()


@pytest.mark.parametrize("over", ["http", "telnet"])
@pytest.mark.parametrize(("fault", "problem"), [("silent", "is it"), ("garbling", "correct its range")])
def test_a_dead_or_garbling_one_is_told_at_once(attenuator, over, fault, problem):
    with pytest.raises(RigError, match=problem):
        attenuator(over, fault)


MEASURED = {"fixed_loss": 68.2, "fixed_loss_uncertainty": 0.2, "antenna_gain": -2.0, "antenna_gain_uncertainty": 0.5}


def test_cables_pads_and_antennas_are_what_the_rig_file_states(attenuator):
    path = attenuator(**MEASURED).path_losses()
    assert (path.fixed, path.fixed_u, path.gain, path.gain_u, path.unknown) == (68.2, 0.2, -2.0, 0.5, "")


def test_without_them_nothing_follows_for_a_range(attenuator):
    path = attenuator(fixed_loss=68.2).path_losses()
    assert path.unknown.startswith("[roles.attenuator.settings] lacks fixed_loss_uncertainty, antenna_gain,")


def test_it_is_turned_in_decibels(attenuator, hall):
    device = attenuator(greatest=60.0)
    device.turn(12.25)
    assert (hall.attenuation, device.read_attenuation(), device.greatest) == (12.25, 12.25, 60.0)
