"""Parameters: ranges, effects, and what a reboot keeps."""

import math

import pytest

from harness.drone.flight.config import FlightConfig
from harness.drone.mavlink.config import MavlinkConfig, Memory
from harness.drone.mavlink.parameters import PARAMETERS, ParameterStore


@pytest.fixture
def flight(fakes):
    return fakes.FakeFlight()


def test_what_nobody_set_is_the_configuration(flight):
    config = MavlinkConfig(flight=FlightConfig(link_loss_action="land", link_loss_timeout=7.0), system_id=9)
    store = ParameterStore(config, Memory(), flight)
    values = {name: store.read(name) for name in PARAMETERS}
    assert values == {
        "FS_GCS_ENABLE": 5, "FS_GCS_TIMEOUT": 7, "MAV_GCS_SYSID": 255, "SYSID_THISMAV": 9, "WPNAV_SPEED": 500,
    }  # fmt: skip


def test_setting_acts_at_once_and_survives_a_reboot(flight, fakes):
    memory = Memory()
    store = ParameterStore(MavlinkConfig(), memory, flight)
    assert store.set("FS_GCS_ENABLE", 5.0) == store.set("FS_GCS_TIMEOUT", 8.0) == ""
    assert (flight.config.link_loss_action, flight.config.link_loss_timeout) == ("land", 8.0)
    rebooted = fakes.FakeFlight()
    assert ParameterStore(MavlinkConfig(), memory, rebooted).read("FS_GCS_TIMEOUT") == 8.0
    assert (rebooted.config.link_loss_action, rebooted.config.link_loss_timeout) == ("land", 8.0)


def test_speed_is_in_centimetres_per_second(flight):
    speeds = []
    flight.set_speed = speeds.append
    ParameterStore(MavlinkConfig(), Memory(), flight).set("WPNAV_SPEED", 750.0)
    assert speeds == [7.5]


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("FS_GCS_TIMEOUT", 1.0, "outside 2 to 120"),
        ("FS_GCS_TIMEOUT", math.nan, "outside"),
        ("FS_GCS_TIMEOUT", math.inf, "outside"),
        ("FS_GCS_ENABLE", 2.0, "not one of 0, 1, 5"),
        ("MAV_GCS_SYSID", 1.5, "not a whole number"),
        ("NO_SUCH", 1.0, "unknown"),
    ],
)
def test_a_bad_value_changes_nothing(flight, name, value, reason):
    memory = Memory()
    store = ParameterStore(MavlinkConfig(), memory, flight)
    assert reason in store.set(name, value)
    assert memory.parameters == {}


def test_messages_number_every_parameter(flight):
    messages = list(ParameterStore(MavlinkConfig(), Memory(), flight).messages())
    assert [message.param_index for message in messages] == list(range(len(PARAMETERS)))
    assert {message.param_count for message in messages} == {len(PARAMETERS)}


def test_asking_by_index_and_name(flight):
    store = ParameterStore(MavlinkConfig(), Memory(), flight)
    assert store.wanted("", 0) == next(iter(PARAMETERS))
    assert store.wanted("SYSID_THISMAV", -1) == "SYSID_THISMAV"
    assert store.wanted("", 999) is store.wanted("NO_SUCH", -1) is None
