"""The camera: photos that are really taken, and an honest no."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.mavlink.parts.camera import REMEMBERED, Camera, CameraSite
from harness.errors import VehicleError

START, STOP, MODE, AGAIN = 2000, 2001, 530, 2002
OK, DENIED, FAILED, LATER = 0, mavlink.MAV_RESULT_DENIED, mavlink.MAV_RESULT_FAILED, 1
NAN, INF = math.nan, math.inf


class Rig:
    """A camera with a card for `room` photos."""

    def __init__(self, helpers, room=1000):
        self.post, self.order, self.room, self.photos = helpers.FakePost(), helpers.order, room, 0
        self.camera = Camera(
            CameraSite(
                take_photo=self.take,
                read_card=lambda: (24 << 20, (self.room - self.photos) << 17),
                read_place=lambda: (35.0, 139.0, 60.0, 20.0),
                read_pointing=lambda: (0.0, -0.5, 1.0),
                epoch=1.7e9,
            )
        )
        self.camera.start(self.post)

    def take(self):
        if self.photos >= self.room:
            raise VehicleError("the card is full")
        self.photos += 1
        return f"IMG_{self.photos:04d}.JPG"

    def do(self, number, *values):
        return self.camera.actions[number](self.order(number, *values))

    def results(self):
        return [message.capture_result for message in self.post.take()]


@pytest.fixture
def rig(helpers):
    return Rig(helpers)


def test_all_that_is_told_can_be_packed(rig):
    for name, make in rig.camera.reports.items():
        message = make()
        assert message.get_type() == name
        message.pack(mavlink.MAVLink(None, 1, 100))
    beat = rig.camera.reports["HEARTBEAT"]()
    assert (rig.camera.component, beat.type, beat.autopilot) == (100, mavlink.MAV_TYPE_CAMERA, 8)
    assert rig.camera.reports["CAMERA_INFORMATION"]().flags == mavlink.CAMERA_CAP_FLAGS_CAPTURE_IMAGE


def test_one_photo(rig):
    rig.post.run(12.5)
    assert rig.do(START, 0, 0, 1, 7).result == OK
    (captured,) = rig.post.take()
    assert (captured.capture_result, captured.image_index, captured.file_url) == (1, 0, "mftp:///photos/IMG_0001.JPG")
    assert (captured.lat, captured.lon, captured.alt, captured.relative_alt) == (350000000, 1390000000, 60000, 20000)
    assert (captured.time_boot_ms, captured.time_utc) == (12_500, 1_700_000_012_500_000)
    status = rig.camera.reports["CAMERA_CAPTURE_STATUS"]()
    assert (status.image_count, status.image_status) == (1, 0)


def test_the_same_order_again_takes_no_second_photo(rig):
    assert rig.do(START, 0, 0, 1, 7).result == rig.do(START, 0, 0, 1, 7).result == OK and rig.photos == 1
    rig.do(START, 0, 0, 1, 8)
    assert rig.photos == 2
    for number in (0, NAN):
        rig.do(START, 0, 0, 1, number)
        rig.do(START, 0, 0, 1, number)
    assert rig.photos == 6


def test_several_photos_in_a_row(rig):
    assert rig.do(START, 0, 2.0, 3).result == OK
    rig.post.run(1.0)
    status = rig.camera.reports["CAMERA_CAPTURE_STATUS"]()
    assert (rig.photos, status.image_status, status.image_interval) == (1, 2, 2.0)
    assert rig.do(START, 0, 2.0, 3).result == LATER
    rig.post.run(20.0)
    assert rig.photos == 3 and rig.results() == [1, 1, 1] and not rig.post.waiting
    assert rig.camera.reports["CAMERA_CAPTURE_STATUS"]().image_status == 0


def test_photos_until_stopped(rig):
    rig.do(START, 0, 1.0, 0)
    rig.post.run(9.5)
    assert rig.do(STOP).result == OK and rig.photos == 10
    rig.post.run(5.0)
    assert rig.photos == 10 and rig.do(STOP).result == OK


def test_a_full_card_is_a_failure_and_ends_a_row(helpers):
    rig = Rig(helpers, room=2)
    rig.do(START, 0, 1.0, 0)
    rig.post.run(10.0)
    assert rig.results() == [1, 1, 0] and not rig.post.waiting
    outcome = rig.do(START, 0, 0, 1)
    assert (outcome.result, outcome.reason) == (FAILED, "the card is full")
    assert rig.results() == [0]
    assert rig.camera.reports["CAMERA_CAPTURE_STATUS"]().image_count == 2
    assert rig.camera.reports["STORAGE_INFORMATION"]().available_capacity == 0.0


@pytest.mark.parametrize(
    "values", [(0, 1.0, NAN), (0, 1.0, -1), (0, 1.0, 2.5), (0, 1.0, INF), (0, 0.1, 2), (0, NAN, 2), (0, INF, 0)]
)
def test_impossible_orders(rig, values):
    assert rig.do(START, *values).result == DENIED and rig.photos == 0 and not rig.post.waiting


def test_it_has_one_mode(rig):
    assert [rig.do(MODE, 0, mode).result for mode in (0, 1, 2, NAN)] == [OK, DENIED, DENIED, DENIED]
    assert not [number for number in rig.camera.actions if 2500 <= number < 2600]


def test_a_photo_can_be_asked_for_again_but_not_for_ever(rig):
    for _ in range(REMEMBERED + 1):
        rig.camera.capture()
    assert rig.do(AGAIN, REMEMBERED).messages[0].file_url.endswith(f"{REMEMBERED + 1:04d}.JPG")
    for number in (0, REMEMBERED + 1, NAN):
        assert rig.do(AGAIN, number).result == DENIED


def test_power_off_ends_a_row(rig):
    rig.do(START, 0, 1.0, 0)
    rig.camera.stop()
    assert not rig.post.waiting


REAL = st.floats(width=32) | st.sampled_from([0.0, 1.0, 2.0, NAN, INF])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([START, STOP, MODE, AGAIN]), st.lists(REAL, min_size=7, max_size=7))))
def test_no_order_raises_and_it_can_always_be_stopped(helpers, orders):
    rig = Rig(helpers, room=5)
    for number, values in orders:
        rig.do(number, *values)
        rig.post.run(1.0)
    rig.do(STOP)
    assert not rig.post.waiting and rig.photos <= 5
