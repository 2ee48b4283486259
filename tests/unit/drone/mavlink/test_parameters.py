"""Parameters: ranges, effects, types, and what a reboot keeps."""

import math

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.flight.config import FlightConfig
from harness.drone.mavlink.config import MavlinkConfig, Memory
from harness.drone.mavlink.parameters import ParameterStore

OK, UNKNOWN, OUT_OF_RANGE, READ_ONLY = 0, 1, 2, 5


@pytest.fixture
def flight(fakes):
    return fakes.FakeFlight()


@pytest.fixture
def memory():
    return Memory()


@pytest.fixture
def config():
    return MavlinkConfig(flight=FlightConfig(link_loss_action="land", link_loss_timeout=7.0), system_id=9)


@pytest.fixture
def store(config, memory, flight):
    return ParameterStore(config, memory, flight)


def test_what_nobody_set_is_the_configuration(store):
    expected = {
        "FS_GCS_ENABLE": 5, "FS_GCS_TIMEOUT": 7, "MAV_GCS_SYSID": 255, "SYSID_THISMAV": 9, "WPNAV_SPEED": 500,
        "RTL_ALT": 1500, "FENCE_ENABLE": 0, "FENCE_TYPE": 7, "FENCE_ALT_MAX": 100, "LAND_SPEED": 50,
        "ANGLE_MAX": 4498, "ARMING_CHECK": 1, "FRAME_CLASS": 1,
    }  # fmt: skip
    assert {name: store.read(name) for name in expected} == expected


def test_setting_acts_at_once_and_survives_a_reboot(store, config, memory, flight, fakes):
    assert store.set("FS_GCS_ENABLE", 1.0) == store.set("FS_GCS_TIMEOUT", 8.0) == (OK, "")
    assert (flight.config.link_loss_action, flight.config.link_loss_timeout) == ("rtl", 8.0)
    rebooted = fakes.FakeFlight()
    assert ParameterStore(config, memory, rebooted).read("FS_GCS_TIMEOUT") == 8.0
    assert rebooted.configured == [{"link_loss_action": "rtl", "link_loss_timeout": 8.0}]


@pytest.mark.parametrize(
    ("name", "value", "setting"),
    [
        ("WPNAV_SPEED", 750.0, {"cruise_speed": 7.5}),
        ("RTL_ALT", 2500.0, {"return_height": 25.0}),
        ("ANGLE_MAX", 3000.0, {"tilt_limit": math.radians(30)}),
        ("FENCE_ENABLE", 1.0, {"fence": True}),
        ("FENCE_ACTION", 4.0, {"fence_action": "brake"}),
        ("BATT_LOW_MAH", 5702 / 4, {"battery_low": 0.25}),
        ("FENCE_TYPE", 6.0, {"fence_height": 0.0, "fence_radius": 300.0}),
        ("FENCE_ALT_MAX", 60.0, {"fence_height": 60.0}),
        ("MAV_GCS_SYSID", 7.0, None),
    ],
)
def test_a_parameter_becomes_the_setting_of_its_meaning(store, flight, name, value, setting):
    assert store.set(name, value) == (OK, "")
    (told,) = flight.configured or [None]
    assert told == (setting if setting is None else pytest.approx(setting))


def test_a_limit_of_the_fence_that_does_not_count_is_kept_for_later(store, flight):
    store.set("FENCE_TYPE", 4.0)
    store.set("FENCE_ALT_MAX", 60.0)
    assert (flight.config.fence_height, flight.config.fence_radius) == (0.0, 0.0)
    store.set("FENCE_TYPE", 7.0)
    assert (flight.config.fence_height, flight.config.fence_radius) == (60.0, 300.0)


@pytest.mark.parametrize(
    ("name", "value", "code", "reason"),
    [
        ("FS_GCS_TIMEOUT", 1.0, OUT_OF_RANGE, "outside 2 to 120"),
        ("FS_GCS_TIMEOUT", math.nan, OUT_OF_RANGE, "outside"),
        ("FS_GCS_TIMEOUT", math.inf, OUT_OF_RANGE, "outside"),
        ("FS_GCS_ENABLE", 2.0, OUT_OF_RANGE, "not one of 0, 1, 5"),
        ("FS_GCS_ENABLE", math.nan, OUT_OF_RANGE, "not one of"),
        ("MAV_GCS_SYSID", 1.5, OUT_OF_RANGE, "not a whole number"),
        ("FRAME_CLASS", 2.0, READ_ONLY, "read-only"),
        ("NO_SUCH", 1.0, UNKNOWN, "unknown"),
    ],
)
def test_a_bad_value_changes_nothing(fakes, name, value, code, reason):
    flight, memory = fakes.FakeFlight(), Memory()
    refusal = ParameterStore(MavlinkConfig(flight=flight.config), memory, flight).set(name, value)
    assert refusal[0] == code and reason in refusal[1]
    assert memory.parameters == {} and flight.configured == []


def test_what_the_flight_refuses_stays_as_it_was(store, memory, flight):
    store.set("RTL_ALT", 2500.0)
    flight.configure_refusal = "no"
    assert store.set("RTL_ALT", 3000.0) == (OUT_OF_RANGE, "parameter RTL_ALT: no")
    assert store.read("RTL_ALT") == 2500.0
    assert store.set("WPNAV_SPEED", 300.0)[1] and store.read("WPNAV_SPEED") == 500.0


def test_messages_number_and_type_every_parameter(store):
    messages = list(store.messages())
    assert [message.param_index for message in messages] == list(range(len(store.names)))
    assert {message.param_count for message in messages} == {len(store.names)}
    kinds = {message.param_id: message.param_type for message in messages}
    assert kinds["FS_GCS_ENABLE"] == mavlink.MAV_PARAM_TYPE_INT8
    assert kinds["RTL_ALT"] == mavlink.MAV_PARAM_TYPE_INT32
    assert kinds["WPNAV_SPEED"] == mavlink.MAV_PARAM_TYPE_REAL32


def test_asking_by_index_and_name(store):
    assert store.wanted("", 0) == store.names[0]
    assert store.wanted("SYSID_THISMAV", -1) == "SYSID_THISMAV"
    assert store.wanted("", 999) is store.wanted("NO_SUCH", -1) is None


def test_the_protocol_tells_errors(usb):
    usb.tell(mavlink.MAVLink_param_request_read_message(1, 1, b"NO_SUCH", -1))
    usb.tell(mavlink.MAVLink_param_request_read_message(1, 1, b"", 999))
    usb.tell(mavlink.MAVLink_param_set_message(1, 1, b"FRAME_CLASS", 2.0, 9))
    usb.tell(mavlink.MAVLink_param_set_message(1, 1, b"RTL_ALT", math.nan, 9))
    errors = [(error.param_id, error.param_index, error.error) for error in usb.of("PARAM_ERROR")]
    assert errors == [("NO_SUCH", -1, UNKNOWN), ("", 999, UNKNOWN), ("FRAME_CLASS", -1, 5), ("RTL_ALT", -1, 2)]
    assert [(value.param_id, value.param_value) for value in usb.of("PARAM_VALUE")] == [
        ("FRAME_CLASS", 1.0),
        ("RTL_ALT", 1500.0),
    ]
