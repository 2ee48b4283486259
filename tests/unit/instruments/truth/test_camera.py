import math
from types import SimpleNamespace

import pytest

from harness.errors import RigError, VehicleError
from harness.instruments.truth.camera import NoCamera, PlantCamera


def camera(scene, pitch=0.0, yaw=0.0, heading=0.0):
    truth = SimpleNamespace(motion=SimpleNamespace(yaw=math.radians(heading)))
    point = (0.3, math.radians(pitch), math.radians(yaw))
    return PlantCamera(scene.context(sockets={"pointing": lambda: point, "truth": lambda: truth}))


@pytest.mark.parametrize(
    ("aim", "off"),
    [({}, 0.0), ({"pitch": 3.0}, 3.0), ({"yaw": 4.0}, 4.0), ({"yaw": 179.0, "heading": -179.0}, 2.0)],
)
def test_the_error_is_the_angle_to_straight_ahead(scene, aim, off):
    with camera(scene, **aim).watching():
        scene.run(1.0)
    assert f"R95 {off:.2f} deg, greatest {off:.2f} deg" in scene.log.notes[0]
    assert "no requirement has a limit" in scene.log.notes[0]
    (chart,) = scene.log.charts
    assert [len(times) for _, times, _ in chart.lines] == [21, 21]


def test_it_is_charted_also_where_the_body_fails(scene):
    with pytest.raises(VehicleError), camera(scene).watching():
        scene.run(1.0)
        raise VehicleError("it crashed")
    assert len(scene.log.charts) == 1


def test_a_rig_without_one_says_so(scene):
    with NoCamera(scene.log).watching():
        scene.run(1.0)
    assert scene.log.notes == ["no camera role on this rig: its pointing in the wind was not followed"]
    assert scene.log.charts == []


def test_a_target_without_pointing_needs_another_make(scene):
    with pytest.raises(RigError, match="offers no camera pointing"):
        PlantCamera(scene.context(sockets={"pointing": None}))


def test_the_real_gimbal_holds_the_horizon(scene):
    scene.world.power_on()
    with PlantCamera(scene.context()).watching():
        scene.run(2.0)
    _, times, height = scene.log.charts[0].lines[0]
    assert len(times) > 30 and max(map(abs, height)) < 1.0
