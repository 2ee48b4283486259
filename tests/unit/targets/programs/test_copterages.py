import pytest

from harness.errors import UsageError, VehicleError
from harness.targets.programs.copterages import assert_connectable, assert_same, read_release, tell_lacks, tell_windless


@pytest.mark.parametrize(
    ("numbers", "lacks"),
    [
        ((3, 3, 0), ["ignores wind", "no signing", "no --serialN", "SIM_WIND_TC"]),
        ((3, 3, 99), ["ignores wind", "no signing", "no --serialN", "SIM_WIND_TC"]),
        ((3, 4, 0), ["no --serialN", "SIM_WIND_TC"]),
        ((4, 0, 4), ["no --serialN", "SIM_WIND_TC"]),
        ((4, 1, 0), ["SIM_WIND_TC"]),
        ((4, 5, 7), ["SIM_WIND_TC"]),
        ((4, 6, 0), []),
        ((4, 7, 0), []),
    ],
)
def test_a_version_lacks_what_came_after_it(numbers, lacks):
    told = tell_lacks(numbers)
    assert len(told) == len(lacks)
    assert all(lack in text and "(from " in text for lack, text in zip(lacks, told, strict=True))


def test_wind_that_is_taken_and_ignored_is_told_with_the_version():
    assert tell_windless((3, 3, 0)) == (
        "ArduCopter 3.3.0: its multicopter model ignores wind, though it takes SIM_WIND_SPD and tells it back"
    )
    assert tell_windless((3, 4, 0)) == tell_windless((4, 7, 0)) == ""


def test_a_release_is_its_numbers():
    assert (read_release("copter-3.3"), read_release("copter-4.6.12")) == ((3, 3), (4, 6, 12))


@pytest.mark.parametrize("release", ["copter-3.3", "copter-4.0.4"])
def test_a_release_whose_ports_cannot_be_connected_is_refused(release):
    with pytest.raises(
        UsageError, match=rf"{release} is too old.* no --serialN.*pin copter-4\.6\.0 or later"
    ) as caught:
        assert_connectable(release)
    assert "\n" not in str(caught.value)
    assert ("ignores wind" in str(caught.value)) == (release == "copter-3.3")


@pytest.mark.parametrize("release", ["copter-4.1.0", "copter-4.6.0"])
def test_a_release_that_can_be_connected_is_not(release):
    assert_connectable(release)


def test_a_program_of_another_release_names_both():
    assert_same("copter-4.6.1", (4, 6, 1))
    assert_same("copter-4.6", (4, 6, 1))
    with pytest.raises(VehicleError, match=r"the release is copter-4\.6\.1 and the program says that it is 4\.7\.0"):
        assert_same("copter-4.6.1", (4, 7, 0))
