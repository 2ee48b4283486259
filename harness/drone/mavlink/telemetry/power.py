"""Battery and propulsion."""

import math

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.mavlink.inbound import Message
from harness.drone.mavlink.telemetry.topic import INT16, INT32, UINT16, UNKNOWN_I16, UNKNOWN_U16, Aircraft, Topic, held

_RPM = 60 / (2 * math.pi)


class PowerTopic(Topic):
    """BATTERY_STATUS, SERVO_OUTPUT_RAW, ESC_TELEMETRY_1_TO_4."""

    def __init__(self, aircraft: Aircraft) -> None:
        super().__init__(aircraft)
        self._told = 0
        self.reports = {
            "BATTERY_STATUS": self._battery_status,
            "SERVO_OUTPUT_RAW": self._servo_output_raw,
            "ESC_TELEMETRY_1_TO_4": self._esc_telemetry,
        }

    def _battery_status(self) -> Message:
        battery = self._flight.read_battery()
        return mavlink.MAVLink_battery_status_message(
            id=0,
            battery_function=mavlink.MAV_BATTERY_FUNCTION_ALL,
            type=mavlink.MAV_BATTERY_TYPE_LIPO,
            temperature=UNKNOWN_I16,
            voltages=[held(battery.voltage * 1e3, UINT16)] + [UNKNOWN_U16] * 9,
            current_battery=held(battery.current * 1e2, INT16),
            current_consumed=-1,
            energy_consumed=held(battery.used_wh * 36, INT32),  # hundreds of joules
            battery_remaining=held(battery.remaining * 100, (0, 100)),
        )

    def _servo_output_raw(self) -> Message:
        pulses = [held(1000 + 1000 * output, (0, 2000)) for output in self._flight.read_truth().motors[:8]]
        return mavlink.MAVLink_servo_output_raw_message(
            self._microseconds() % 2**32, 0, *pulses, *[0] * (8 - len(pulses))
        )

    def _esc_telemetry(self) -> Message:
        """Temperature and total charge stay zero: nothing measures them, and the message knows no "unknown"."""
        health, voltage = self._flight.read_health(), self._flight.read_battery().voltage
        self._told = (self._told + 1) % 2**16
        motors = len(health.motors[:4])
        return mavlink.MAVLink_esc_telemetry_1_to_4_message(
            temperature=[0] * 4,
            voltage=_four([held(voltage * 1e2, UINT16)] * motors),
            current=_four([held(current * 1e2, UINT16) for current in health.motor_currents]),
            totalcurrent=[0] * 4,
            rpm=_four([held(abs(speed) * _RPM, UINT16) for speed in health.motors]),
            count=_four([self._told] * motors),
        )


def _four(values: list[int]) -> list[int]:
    return (values + [0] * 4)[:4]
