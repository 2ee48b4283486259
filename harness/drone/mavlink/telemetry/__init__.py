"""The drone's state as MAVLink messages, one module a topic. Changes nothing of the flight.

A message, or a field that has a value for "unknown", is left out or unknown where the flight has no source for it:
RAW_IMU, SCALED_PRESSURE, VIBRATION, POWER_STATUS and MEMINFO would be invented.
"""
