"""The parts of the drone's MAVLink side: micro-services of the autopilot, and the components beside it.

Each is a ``Part`` (``harness/drone/mavlink/part.py``) that the service hosts, and knows no other part and no port.
Must not import the service, nor anything that ``harness.drone.mavlink`` must not import.
"""
