"""Battery and motors."""

import math
from dataclasses import replace

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.mavlink.telemetry.power import PowerTopic


@pytest.fixture
def power(aircraft, panel):
    return panel(PowerTopic(aircraft), aircraft.clock)


def test_battery(power):
    battery = power.message("BATTERY_STATUS")
    assert (battery.voltages[0], battery.energy_consumed, battery.battery_remaining) == (16_200, 108, 97)
    assert (battery.voltages[1], battery.temperature, battery.current_consumed) == (65_535, 32_767, -1)


def test_outputs(power):
    servo = power.message("SERVO_OUTPUT_RAW")
    assert [servo.servo1_raw, servo.servo4_raw, servo.servo5_raw] == [1500, 1500, 0]


def test_every_motor_has_speed_current_and_voltage(power, aircraft):
    health = aircraft.flight.health
    aircraft.flight.health = replace(health, motors=(100 * math.pi, 200, 300, 400), motor_currents=(1.5, 2, 3, 4))
    first, second = power.message("ESC_TELEMETRY_1_TO_4"), power.message("ESC_TELEMETRY_1_TO_4")
    assert (first.rpm[0], first.current, first.voltage) == (3000, [150, 200, 300, 400], [1620] * 4)
    assert [b - a for a, b in zip(first.count, second.count, strict=True)] == [1] * 4


@pytest.mark.parametrize("motors", [(), (1.0,), (math.nan,) * 4, (1e9,) * 6])
def test_any_number_of_motors_is_packed(power, aircraft, motors):
    aircraft.flight.health = replace(aircraft.flight.health, motors=motors, motor_currents=motors)
    power.message("ESC_TELEMETRY_1_TO_4").pack(mavlink.MAVLink(None, 1, 1))
