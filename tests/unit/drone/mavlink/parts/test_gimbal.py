"""Gimbal device and manager: what they tell, who may steer, and what they refuse."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.mavlink.parts.gimbal import GimbalDevice, GimbalManager
from harness.drone.mavlink.parts.mount import Mount
from harness.drone.payload.gimbal import Aim, Gimbal, GimbalConfig
from harness.drone.payload.rotation import from_quaternion, to_quaternion

NAN, INF = math.nan, math.inf
PITCH_YAW, CONFIGURE, MOUNT, ROI, ROI_NONE, ROI_OLD = 1000, 1001, 205, 195, 197, 201
OK, DENIED = mavlink.MAV_RESULT_ACCEPTED, mavlink.MAV_RESULT_DENIED
HEADING = 0.5


class Rig:
    def __init__(self, helpers):
        self.post, self.order, self.from_station = helpers.FakePost(), helpers.order, helpers.from_station
        self.mount = Mount(Gimbal(GimbalConfig(), lambda: (0.1, 0.05, HEADING)), lambda: (0.0, 0.0, 50.0))
        self.device, self.manager = GimbalDevice(self.mount), GimbalManager(self.mount, helpers.HOME)
        for part in (self.device, self.manager):
            part.start(self.post)

    def do(self, number, *values, sender=(255, 190), **fields):
        return self.manager.actions[number](self.order(number, *values, sender=sender, **fields)).result

    def hear(self, message, **sender):
        self.manager.handlers[message.get_type()](None, self.from_station(message, **sender))

    @property
    def aim(self):
        return self.mount.gimbal.aim


@pytest.fixture
def rig(helpers):
    return Rig(helpers)


def test_all_that_is_told_can_be_packed(rig):
    for part in (rig.device, rig.manager):
        for name, make in part.reports.items():
            message = make()
            assert message.get_type() == name
            message.pack(mavlink.MAVLink(None, 1, part.component))
        assert set(part.rates) <= set(part.reports)
    beat = rig.device.reports["HEARTBEAT"]()
    assert (rig.device.component, beat.type, beat.autopilot) == (154, mavlink.MAV_TYPE_GIMBAL, 8)


def test_angles_in_degrees_are_held(rig):
    assert rig.do(PITCH_YAW, -30, 20, NAN, NAN) == OK
    rig.post.run(3.0)
    status = rig.device.reports["GIMBAL_DEVICE_ATTITUDE_STATUS"]()
    assert from_quaternion(*status.q) == pytest.approx((0.0, math.radians(-30), math.radians(20)), abs=1e-4)
    assert status.delta_yaw == HEADING
    assert status.flags & mavlink.GIMBAL_DEVICE_FLAGS_YAW_IN_VEHICLE_FRAME
    assert rig.mount.gimbal.read_pointing()[2] == pytest.approx(HEADING + math.radians(20), abs=1e-4)


@pytest.mark.parametrize("flags", [16, 64, 80])
def test_yaw_against_north(rig, flags):
    assert rig.do(PITCH_YAW, 0, 90, NAN, NAN, flags) == OK
    rig.post.run(3.0)
    status = rig.device.reports["GIMBAL_DEVICE_ATTITUDE_STATUS"]()
    assert from_quaternion(*status.q)[2] == pytest.approx(math.pi / 2, abs=1e-4)
    assert status.flags & mavlink.GIMBAL_DEVICE_FLAGS_YAW_LOCK
    assert not status.flags & mavlink.GIMBAL_DEVICE_FLAGS_YAW_IN_VEHICLE_FRAME


def test_rates_and_neutral(rig):
    rig.do(PITCH_YAW, NAN, NAN, -10, 5)
    rig.post.run(2.0)
    assert (rig.aim.pitch, rig.aim.yaw) == pytest.approx((math.radians(-20), math.radians(10)))
    assert rig.do(PITCH_YAW, NAN, NAN, NAN, NAN, 2) == OK and rig.aim == Aim()


def test_an_angle_left_open_stays(rig):
    rig.do(PITCH_YAW, -30, 20, NAN, NAN)
    rig.do(PITCH_YAW, NAN, 10, NAN, NAN)
    assert rig.aim == Aim(pitch=math.radians(-30), yaw=math.radians(10))


@pytest.mark.parametrize(
    "values",
    [(INF, 0, 0, 0), (0, -INF, 0, 0), (0, 0, INF, 0), (0, 0, 0, 0, NAN), (0, 0, 0, 0, -1), (0, 0, 0, 0, 0, 0, 99)],
)
def test_impossible_orders_change_nothing(rig, values):
    assert rig.do(PITCH_YAW, *values) == DENIED and rig.aim == Aim()


def test_the_messages_steer_in_radians(rig):
    rig.hear(mavlink.MAVLink_gimbal_manager_set_pitchyaw_message(1, 1, 0, 154, -0.5, 0.3, NAN, NAN))
    assert rig.aim == Aim(pitch=-0.5, yaw=0.3)
    q = [2 * part for part in to_quaternion(0.4, -0.2, 0.1)]
    rig.hear(mavlink.MAVLink_gimbal_manager_set_attitude_message(1, 1, 16, 0, q, NAN, NAN, NAN))
    assert rig.aim == Aim(pitch=pytest.approx(-0.2), yaw=pytest.approx(0.1), to_north=True)
    rig.hear(mavlink.MAVLink_gimbal_manager_set_attitude_message(1, 1, 16, 0, [NAN] * 4, 0.0, 0.1, 0.0))
    rig.post.run(1.0)
    assert rig.aim.pitch == pytest.approx(-0.1)
    rig.hear(mavlink.MAVLink_gimbal_manager_set_pitchyaw_message(1, 1, 0, 33, 0.2, 0.2, NAN, NAN))
    rig.hear(mavlink.MAVLink_gimbal_manager_set_pitchyaw_message(1, 1, 0, 0, INF, 0.2, NAN, NAN))
    assert rig.aim.pitch == pytest.approx(-0.1)


def test_who_has_control_shuts_others_out(rig):
    assert rig.do(CONFIGURE, -2, -2, 9, 1, sender=(255, 190)) == OK
    status = rig.manager.reports["GIMBAL_MANAGER_STATUS"]()
    assert (status.primary_control_sysid, status.primary_control_compid) == (255, 190)
    assert (status.secondary_control_sysid, status.secondary_control_compid) == (9, 1)
    assert [message.get_type() for message in rig.post.take()] == ["GIMBAL_MANAGER_STATUS"]
    for number, values in [(PITCH_YAW, (10, 0)), (MOUNT, (10, 0, 0, 0, 0, 0, 2)), (ROI, (0, 0, 0, 0, 35, 139, 1))]:
        assert rig.do(number, *values, sender=(7, 190)) == DENIED
    assert rig.do(ROI_NONE, sender=(7, 190)) == DENIED
    rig.hear(mavlink.MAVLink_gimbal_manager_set_pitchyaw_message(1, 1, 0, 0, 0.2, 0.2, NAN, NAN), system=7)
    assert rig.aim == Aim()
    assert rig.do(PITCH_YAW, 10, 0, NAN, NAN, sender=(9, 1)) == OK
    assert rig.do(CONFIGURE, -3, 0, -1, 0, sender=(7, 190)) == OK
    assert rig.do(PITCH_YAW, 10, 0, NAN, NAN, sender=(7, 190)) == DENIED
    assert rig.do(CONFIGURE, -3, 0, -1, 0, sender=(255, 190)) == OK
    assert rig.do(PITCH_YAW, 10, 0, NAN, NAN, sender=(7, 190)) == OK


@pytest.mark.parametrize("values", [(NAN, 1), (256, 1), (1, -1), (1.5, 1), (-1, 0, INF, 0), (-1, 0, -1, 0, 0, 0, 5)])
def test_control_goes_to_somebody_that_exists(rig, values):
    assert rig.do(CONFIGURE, *values) == DENIED


def test_the_mount_command_of_old(rig):
    assert rig.do(MOUNT, -45, 0, 30, 0, 0, 0, 2) == OK
    assert rig.aim == Aim(pitch=math.radians(-45), yaw=math.radians(30))
    assert rig.do(MOUNT, 0, 0, 0, 0, 0, 0, 1) == OK and rig.aim == Aim()
    assert rig.do(MOUNT, 0, 0, 0, 0, 0, 0, 6) == OK and rig.aim.pitch == pytest.approx(math.radians(-90))
    for mode in (3, 4, 77, NAN):
        assert rig.do(MOUNT, 0, 0, 0, 0, 0, 0, mode) == DENIED
    assert rig.do(MOUNT, INF, 0, 0, 0, 0, 0, 2) == DENIED


def test_a_region_of_interest(rig):
    down = math.degrees(math.atan2(-50, 100.187))
    assert rig.do(ROI, 0, 0, 0, 0, 35.0009, 139.0, 0.0) == OK
    assert math.degrees(rig.aim.pitch) == pytest.approx(down, abs=0.1)
    assert rig.do(ROI_NONE) == OK and rig.aim == Aim()
    assert rig.do(ROI, 0, 0, 0, 0, 350_009_000, 1_390_000_000, 40.0, scaled=True, frame=5) == OK
    assert math.degrees(rig.aim.pitch) == pytest.approx(down, abs=0.1)
    assert rig.do(ROI_OLD, 0) == OK and rig.aim == Aim()
    assert rig.do(ROI_OLD, 3, 0, 0, 0, 35.0009, 139.0, 0.0) == OK and rig.aim.to_north
    assert rig.do(ROI_OLD, 1) == DENIED


@pytest.mark.parametrize("place", [(91, 0, 0), (0, 181, 0), (NAN, 0, 0), (0, NAN, 0), (35, 139, INF), (35, 139, NAN)])
def test_a_place_that_is_none(rig, place):
    assert rig.do(ROI, 0, 0, 0, 0, *place) == DENIED


def test_nothing_is_left_on_the_schedule(rig):
    assert rig.post.waiting
    rig.device.stop()
    rig.manager.stop()
    assert not rig.post.waiting


REAL = st.floats(width=32) | st.sampled_from([0.0, 1.0, 2.0, 3.0, -1.0, -2.0, NAN, INF, 154.0])


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([PITCH_YAW, CONFIGURE, MOUNT, ROI, ROI_NONE, ROI_OLD]),
            st.lists(REAL, min_size=7, max_size=7),
            st.integers(1, 2),
        ),
        max_size=12,
    )
)
def test_no_order_raises_and_the_camera_looks_somewhere(helpers, orders):
    rig = Rig(helpers)
    for number, values, system in orders:
        rig.do(number, *values, sender=(system, 190))
        rig.post.run(0.1)
    assert all(math.isfinite(angle) for angle in rig.mount.gimbal.read_pointing())
    for part in (rig.device, rig.manager):
        for make in part.reports.values():
            make().pack(mavlink.MAVLink(None, 1, 1))
