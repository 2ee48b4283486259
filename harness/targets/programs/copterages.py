"""What old releases of ArduCopter lack of what the suites need, by their version.

From ArduPilot's own history: MAVLink 2 with signing was proposed on 5 April 2016 (pull request 3859), and wind reached
the multicopter model on 20 April 2016 (commit 57aef8e1e), both before 3.4.0-rc1 of 28 May 2016; the tags of 3.3 have
neither, though they take ``SIM_WIND_SPD`` and tell it back. ``--serialN`` came in April 2021 (pull request 17270) after
4.1.0-beta1. ``SIM_WIND_TC`` came in May 2024 (pull request 27083) and is first released with 4.6.
"""

from collections.abc import Sequence
from typing import NamedTuple

from harness.errors import UsageError, VehicleError

OPTION = "--serial5"
_PORTS, _MODERN = (4, 1), (4, 6)


class _Lack(NamedTuple):
    """Something that releases before `since` lack."""

    since: tuple[int, int]
    what: str


_WIND = _Lack((3, 4), "its multicopter model ignores wind, though it takes SIM_WIND_SPD and tells it back")
_LACKS = (
    _WIND,
    _Lack((3, 4), "it has no MAVLink 2 and no signing"),
    _Lack(_PORTS, "it has no --serialN, with which its ports are connected here"),
    _Lack(_MODERN, "in its own physics its wind and satellites are not set with SIM_WIND_TC and SIM_GPS1_ENABLE"),
)


def tell_lacks(numbers: Sequence[int]) -> list[str]:
    """What a version lacks and which release has it first, one text each; empty for none."""
    return [f"{lack.what} (from {_write(lack.since)})" for lack in _LACKS if tuple(numbers) < lack.since]


def tell_windless(numbers: Sequence[int]) -> str:
    """Why the wind of a version is not to be believed in its own physics; empty where it is."""
    return f"ArduCopter {_write(numbers)}: {_WIND.what}" if tuple(numbers) < _WIND.since else ""


def read_release(name: str) -> tuple[int, ...]:
    """The numbers in the name of a release, as copter-4.6.0."""
    return tuple(map(int, name.partition("-")[2].split(".")))


def assert_connectable(release: str) -> None:
    """Check that a release has a command line that can be used here.

    Raises:
        UsageError: it is too old.
    """
    numbers = read_release(release)
    if numbers < _PORTS:
        raise UsageError(
            f"{release} is too old to be flown here: {'; '.join(tell_lacks(numbers))}: pin copter-{_write(_MODERN)}.0 "
            "or later as target.settings.release"
        )


def assert_same(release: str, told: Sequence[int]) -> None:
    """Check that a program is of the release that it was taken for.

    Raises:
        VehicleError: it tells another version.
    """
    numbers = read_release(release)
    if numbers != tuple(told)[: len(numbers)]:
        raise VehicleError(
            f"the release is {release} and the program says that it is {_write(told)}: the launcher keeps another "
            "program under that name, remove it there"
        )


def _write(numbers: Sequence[int]) -> str:
    return ".".join(map(str, numbers))
