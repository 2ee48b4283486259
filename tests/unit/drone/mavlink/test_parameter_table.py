"""The table: every parameter stands for a setting that there is, and back."""

from dataclasses import make_dataclass

import pytest

from harness.drone.mavlink.config import MavlinkConfig
from harness.drone.mavlink.parameter_table import INT8, INT32, REAL32, make_parameters, start_value


@pytest.fixture
def config(fakes):
    return MavlinkConfig(flight=fakes.FakeConfig())


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


def test_only_settings_of_the_flight_are_offered(table):
    small = make_parameters(MavlinkConfig(flight=make_dataclass("Small", [("battery_wh", float, 114.0)])()))
    assert "RTL_ALT" in table and "RTL_ALT" not in small and "BATT_CAPACITY" in small
    assert small["BATT_CAPACITY"].fixed == 5000
    assert table["BATT_CAPACITY"].kind == INT32 and table["FENCE_ENABLE"].kind == INT8
