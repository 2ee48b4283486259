"""Positions: signs, speed and print."""

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.vehicle.codec import Incoming
from harness.vehicle.motion import Position
from harness.vehicle.receiver import Sample


def test_down_is_negative_up():
    ned = mavlink.MAVLink_local_position_ned_message(0, 1.0, 2.0, -3.0, 2.0, 3.0, -6.0)
    sender = mavlink.MAVLink(None, 1, 1)
    position = Position.from_sample(Sample(time=4.0, incoming=Incoming(ned.pack(sender), sender)))
    assert (position.time, position.up, position.v_up, position.speed) == (4.0, 3.0, 6.0, 7.0)
    assert position.distance_to(1, 2, 0) == 3.0
    assert str(position) == "1.00 m north, 2.00 m east, 3.00 m up at 7.00 m/s"
