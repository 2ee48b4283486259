import pytest

from harness.drone.recorder.element import SecureElement, key_generator
from harness.errors import VehicleError


def test_the_right_code_gives_the_same_passphrase_again_and_another_unit_another():
    element, other = SecureElement(), SecureElement()
    for each in (element, other):
        each.enrol("code")
    assert element.unlock("code", 0.0) == element.passphrase("code") == element.unlock("code", 0.0)
    assert other.unlock("code", 0.0) != element.unlock("code", 0.0)
    assert element.derive("one") != element.derive("two") and len(element.derive("one")) == 32


def test_after_a_wrong_code_none_is_looked_at_for_a_while():
    element = SecureElement(guess_delay=2.0)
    element.enrol("code")
    with pytest.raises(VehicleError, match="refuses the credential"):
        element.unlock("wrong", 10.0)
    with pytest.raises(VehicleError, match=r"not evaluated: wait 0\.1 s"):
        element.unlock("code", 11.9)
    assert element.unlock("code", 12.0)


def test_without_a_code_nothing_opens():
    with pytest.raises(VehicleError, match="refuses"):
        SecureElement().unlock("", 0.0)


def test_zeroising_forgets_code_and_secret():
    element = SecureElement()
    element.enrol("code")
    before = element.passphrase("code")
    element.zeroise()
    assert element.passphrase("code") != before
    with pytest.raises(VehicleError, match="refuses"):
        element.unlock("code", 0.0)


@pytest.mark.parametrize(
    ("source", "units_differ", "times_differ"),
    [("random", True, True), ("clock", False, True), ("unit", True, False), ("model", False, False)],
)
def test_where_a_key_comes_from(source, units_differ, times_differ):
    key = key_generator(source, "a", 1.0)(64)
    assert len(key) == 64
    assert (key_generator(source, "b", 1.0)(64) != key) is units_differ
    assert (key_generator(source, "a", 2.0)(64) != key) is times_differ
