"""Flight of the embedded drone: plant, sensors, estimator, control, modes and failsafes; no MAVLink.

Must not import ``harness.drone.mavlink`` or any other part of the drone.
"""
