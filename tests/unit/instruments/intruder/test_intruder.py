"""The campaign of forged orders against the real embedded drone, sound and with each defect."""

import math

import pytest

from harness.errors import RigError
from harness.instruments.intruder.intruder import SecondRadio
from harness.instruments.intruder.matrix import Standing
from harness.instruments.vehicle.mavlink import MavlinkVehicle, UsbObserver
from harness.link.taping import Direction, Piece


def attacked(scene, fault=""):
    observer = UsbObserver(scene.context())
    intruder = SecondRadio(scene.context(fault))
    scene.world.power_on()
    MavlinkVehicle(scene.context()).linger(8.0)
    try:
        return intruder.forge(observer.read_state, repetitions=1)
    finally:
        scene.world.power_off()


def caught(matrix):
    return {item.kind for item in matrix.attempts if item.accepted and item.standing is not Standing.APART}


def test_a_sound_drone_refuses_all_and_obeys_every_twin(scene):
    matrix = attacked(scene)
    assert (matrix.accepted.events, matrix.accepted_in_window.events, matrix.changed.events) == (0, 0, 0)
    assert matrix.accepted.trials == 2 * 3 * 7 + 2 * 3 * 2 + 4 and matrix.accepted_in_window.trials == 12
    assert matrix.twins.events == 0 and matrix.twins.trials > 40
    assert {name for name, ok in scene.log.controls if ok} == {"replay.age", "intruder.seen", "twin.obeys"}
    assert all(ok for _, ok in scene.log.controls)
    ((_, media_type, kind, data),) = scene.log.exhibits
    assert (media_type, kind) == ("text/csv", "document") and b"wrong key" in data
    # the protocol admits a late stream, a trusted port takes everything: both are told
    assert {note.rpartition(": ")[2] for note in scene.log.notes} == {"3 of 3 accepted"}
    assert any("trusted port" in note for note in scene.log.notes)


@pytest.mark.parametrize(
    ("defect", "kinds"),
    [
        ("accepts-mavlink1", {"MAVLink 1"}),
        ("open-key-setup", {"key of a stranger, unsigned", "key of a stranger, signed with it"}),
    ],
)
def test_a_defect_is_caught_by_its_kind_and_no_other(damaged, defect, kinds):
    assert caught(attacked(damaged(defect))) == kinds


def test_who_looks_at_no_time_obeys_replays_and_old_frames(damaged):
    assert caught(attacked(damaged("accepts-replay"))) >= {"replayed at once", "2 min old, known stream"}


def test_who_lets_a_stream_begin_at_any_time_obeys_replays_after_a_reboot(damaged):
    matrix = attacked(damaged("accepts-old"))
    assert "2 min old, new stream" in caught(matrix) and "replayed at once" not in caught(matrix)
    assert matrix.accepted_in_window.events > 0


@pytest.mark.parametrize(("fault", "control"), [("silent", "intruder.seen"), ("keyless", "twin.obeys")])
def test_a_lying_radio_is_found_out(scene, fault, control):
    with pytest.raises(RigError, match=rf"control {control} failed"):
        attacked(scene, fault)
    assert (control, False) in scene.log.controls


def test_a_target_without_a_radio_needs_another_make(scene):
    with pytest.raises(RigError, match="offers no radio link"):
        SecondRadio(scene.context(sockets={"radio": None}))


@pytest.mark.parametrize(
    ("ages", "lower", "upper", "ok"),
    [([1.0, 59.0], 0.0, 60.0, True), ([1.0, 61.0], 0.0, 60.0, False), ([59.0, 70.0], 60.0, math.inf, False)],
)
def test_replays_of_another_age_than_the_kind_says_are_no_result(scene, ages, lower, upper, ok):
    intruder = SecondRadio(scene.context())
    if ok:
        intruder._check_ages(ages, lower, upper)
    else:
        with pytest.raises(RigError, match=r"replay\.age failed: replayed orders were"):
            intruder._check_ages(ages, lower, upper)
    assert scene.log.controls == [("replay.age", ok)]


@pytest.mark.parametrize("way", list(Direction))
def test_a_capture_of_one_direction_is_not_complete(scene, way):
    intruder = SecondRadio(scene.context())
    intruder._air.pieces.append(Piece(time=1.0, direction=way, data=b"payload"))
    with pytest.raises(RigError, match=r"capture\.complete failed: captured: .* 0 datagrams"):
        intruder._show_capture(0)
    other = next(each for each in Direction if each is not way)
    intruder._air.pieces.append(Piece(time=1.0, direction=other, data=b"payload"))
    intruder._show_capture(0)
    intruder._air.full_at = 3.0
    with pytest.raises(RigError, match=r"capture\.complete failed"):
        intruder._show_capture(0)
