import pytest

from harness.errors import UsageError
from harness.rig.registry import INSTRUMENTS, TARGETS, find_instrument, find_target, instrument_names, target_kinds


class Fan:
    """A wind source of a laboratory."""


class Bench:
    """A target of a laboratory."""


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_every_make_of_this_project_is_found(name):
    assert find_instrument(*name.split(".")).__name__ == INSTRUMENTS[name].partition(":")[2]


@pytest.mark.parametrize("kind", TARGETS)
def test_every_target_of_this_project_is_found_and_says_its_own_name(kind):
    assert find_target(kind).kind == kind


def test_a_make_from_elsewhere_is_found(elsewhere):
    elsewhere["dronecert.instruments"]["wind.fan"] = Fan
    elsewhere["dronecert.targets"]["bench"] = Bench
    assert find_instrument("wind", "fan") is Fan
    assert find_target("bench") is Bench
    assert instrument_names() == tuple(sorted([*INSTRUMENTS, "wind.fan"]))
    assert target_kinds() == ("ardupilot", "bench", "embedded")


def test_a_make_of_this_project_is_never_replaced(elsewhere):
    elsewhere["dronecert.instruments"]["wind.plant"] = Fan
    assert find_instrument("wind", "plant") is not Fan
    assert instrument_names().count("wind.plant") == 1


@pytest.mark.parametrize(("role", "make"), [("wind", "gale"), ("winds", "plant"), ("", ""), ("wind.plant", "")])
def test_a_make_that_there_is_not_is_refused_with_those_that_there_are(elsewhere, role, make):
    elsewhere["dronecert.instruments"]["wind.fan"] = Fan
    with pytest.raises(UsageError, match=r"there is no instrument '.*'; there are .*wind\.fan, wind\.plant"):
        find_instrument(role, make)


def test_a_target_that_there_is_not_is_refused(elsewhere):
    with pytest.raises(UsageError, match="there is no target 'px5'; there are ardupilot, embedded"):
        find_target("px5")


def test_a_target_is_no_instrument(elsewhere):
    elsewhere["dronecert.targets"]["wind.fan"] = Bench
    with pytest.raises(UsageError, match="there is no instrument"):
        find_instrument("wind", "fan")


def test_a_package_that_cannot_be_loaded_is_named(elsewhere):
    elsewhere["dronecert.instruments"]["wind.fan"] = None
    with pytest.raises(UsageError, match=r"'wind\.fan' is lab_package:absent, which cannot be loaded"):
        find_instrument("wind", "fan")


def test_the_real_entry_points_can_be_asked():
    assert set(target_kinds()) >= set(TARGETS)
