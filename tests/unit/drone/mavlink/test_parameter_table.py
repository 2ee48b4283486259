"""The table: every parameter stands for a setting that there is, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.drone.flight.config import FlightConfig, change
from harness.drone.mavlink.config import MavlinkConfig
from harness.drone.mavlink.parameter_table import INT8, INT32, REAL32, make_parameters, start_value


@pytest.fixture
def config():
    return MavlinkConfig()


@pytest.fixture
def table(config):
    return make_parameters(config)


def test_every_start_value_is_admitted_and_fits_its_name(table, config):
    assert len(table) > 25
    for name, parameter in table.items():
        value = start_value(parameter, config)
        assert parameter.fixed is not None or parameter.refusal(value) == "", name
        assert len(name) <= 16
        assert parameter.kind == REAL32 or value == int(value), name


def test_settings_come_back(table, config):
    for parameter in table.values():
        if parameter.setting:
            setting = getattr(config.flight, parameter.setting)
            value = parameter.from_setting(setting)
            back = parameter.to_setting(value)
            assert back == (pytest.approx(setting, rel=1e-3) if type(setting) is float else setting), parameter.name


def test_a_setting_that_no_choice_says_is_told_as_the_first(table):
    assert table["FS_GCS_ENABLE"].from_setting("strange") == 0.0


def test_the_charge_of_the_pack_follows_its_energy():
    small = make_parameters(MavlinkConfig(flight=FlightConfig(battery_wh=114.0)))
    assert small["BATT_CAPACITY"].fixed == 5000
    assert small["BATT_LOW_MAH"].to_setting(1250.0) == pytest.approx(0.25)
    assert small["BATT_CAPACITY"].kind == INT32 and small["FENCE_ENABLE"].kind == INT8


@given(st.sampled_from(sorted(make_parameters(MavlinkConfig()))), st.floats())
def test_whatever_is_admitted_the_flight_takes(name, value):
    parameter = make_parameters(MavlinkConfig())[name]
    if parameter.setting and not parameter.refusal(value):
        change(FlightConfig(), {parameter.setting: parameter.to_setting(value)})


@pytest.mark.parametrize("name", sorted(make_parameters(MavlinkConfig())))
def test_the_ends_of_every_range_are_taken_by_the_flight(name):
    parameter = make_parameters(MavlinkConfig())[name]
    for value in parameter.choices or (parameter.low, parameter.high):
        if parameter.setting:
            assert parameter.refusal(value) == ""
            change(FlightConfig(), {parameter.setting: parameter.to_setting(value)})
