import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.instruments.intruder.line import Line
from harness.link.impair import Blackout
from harness.link.virtual import VirtualCable
from harness.vehicle.forging import arm, pack

FRAME = pack(arm((1, 1), on=True), None)
ACK = pack(mavlink.MAVLink_command_ack_message(400, 0), None, system=1)


@pytest.fixture
def cable(scene):
    return VirtualCable(scene.world, scene.world.schedule)


@pytest.mark.parametrize("silent", [False, True])
def test_what_is_sent_is_seen_on_the_far_side_unless_it_is_silent(scene, cable, silent):
    line = Line("x", cable, scene.world, silent=silent)
    line.send(FRAME)
    line.send(FRAME)
    assert line.sent.total() == 2
    assert line.arrived.total() == (0 if silent else 2)


def test_what_was_swallowed_on_the_way_did_not_arrive(scene, cable):
    blackout = Blackout()
    blackout.cut()
    cable.up.append(blackout)
    line = Line("x", cable, scene.world)
    line.send(FRAME)
    assert (line.sent.total(), line.arrived.total()) == (1, 0)


def test_answers_are_heard_however_they_are_chopped_and_other_messages_left_aside(scene, cable):
    line = Line("x", cable, scene.world)
    cable.air.send(FRAME + ACK[:5])
    cable.air.send(ACK[5:])
    assert [answer.get_type() for answer in line.answers] == ["COMMAND_ACK"]
    line.forget()
    assert line.answers == []
