from functools import partial

import pytest

from harness.errors import RigError
from harness.instruments import dialogue
from harness.instruments.safety.contact import SafetyContact
from harness.instruments.twins import answerers
from harness.instruments.twins.answerers import LineAnswerer, with_prompt
from harness.timing import run_for


@pytest.fixture
def contact(real, hall, monkeypatch):
    monkeypatch.setattr(dialogue, "ANSWER_WITHIN", 0.3)
    made = []

    def make(fault="", answer=None):
        answer = answer or answerers.contacts(fault)
        device = hall.serial(partial(LineAnswerer, answer=answer, shape=with_prompt))
        made.append(SafetyContact(real(device=device, input=0, test_output=1, name="emergency stop")))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_a_live_one_acts_on_its_test_and_comes_back(contact):
    device = contact()
    assert device.identify() == "emergency stop at a Numato module, id TWIN0005, ready"
    device.prove()
    assert device.read() == "ready"


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        ("stuck", "the emergency stop is ready, wanted acted: it is dead: nothing may fly"),
        ("silent", "is it on, and is it plugged in"),
        ("garbling", "is it the right module"),
    ],
)
def test_a_dead_one_is_never_proven(contact, fault, problem):
    with pytest.raises(RigError, match=problem):
        contact(fault).prove()


def test_one_that_has_acted_or_stays_so_is_told(contact):
    with pytest.raises(RigError, match="is acted, wanted ready: release it"):
        contact(answer=lambda question: "0").prove()
    tested = []

    def sticky(question):
        tested.extend([1] if "set" in question else [])
        return "0" if tested else "1"

    with pytest.raises(RigError, match="does not come back after its test"):
        contact(answer=sticky).prove()


def test_using_it_makes_the_case_invalid(contact, real):
    pressed = []
    device = contact(answer=lambda question: "0" if pressed else "1")
    device.watch()
    run_for(real.world, 0.6)
    pressed.append(1)
    with pytest.raises(RigError, match="the emergency stop was used: the case ends here"):
        run_for(real.world, 1.0)
