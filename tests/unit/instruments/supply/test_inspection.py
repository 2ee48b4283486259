import pytest

from harness.errors import RigError
from harness.instruments.network.network import GatewayTap
from harness.instruments.supply.inspection import BenchInspection

SOUND = [
    *("can jp.example.dronecert.fc1", "can jp.example.dronecert.gnss1", "mac 02:00:00:00:00:02"),
    *("radio certificate 201-260001", "usb 1209:4642", "usb 1209:4643", "usb 1209:4644"),
]


def read(scene, fault="", **context):
    """What is read of the article, which is powered on a bench with a gateway."""
    inspection = BenchInspection(scene.context(fault, **context))
    GatewayTap(scene.context())
    scene.world.power_on()
    return sorted(map(str, inspection.read_identifiers()))


def test_buses_plates_and_wire_are_read(scene):
    assert read(scene) == SOUND
    assert ("inspection.sees_part", True) in scene.log.controls


@pytest.mark.parametrize(
    ("defect", "gone", "come"),
    [
        (
            "radio-clone",
            ["radio certificate 201-260001", "usb 1209:4643"],
            ["radio certificate 201-250099", "usb 1209:4699"],
        ),
        ("undeclared-radio", [], ["usb 1209:4e52"]),
        ("foreign-network-card", ["mac 02:00:00:00:00:02"], ["mac 00:00:5e:00:53:17"]),
    ],
)
def test_other_parts_tell_themselves(damaged, defect, gone, come):
    assert read(damaged(defect)) == sorted({*SOUND, *come} - {*gone})


@pytest.mark.parametrize("fault", ["cached", "blind"])
def test_a_reader_that_does_not_look_is_found_out(scene, fault):
    with pytest.raises(RigError, match=r"inspection\.sees_part failed: (0|1) of 2"):
        read(scene, fault)
    assert ("inspection.sees_part", False) in scene.log.controls


def test_an_article_that_stays_off_the_wire_has_no_address(scene):
    inspection = BenchInspection(scene.context())
    scene.world.power_on()
    assert [item.kind for item in inspection.read_identifiers() if item.kind == "mac"] == []
    assert "the wire was listened to since power-on, to 60 s" in scene.log.notes


def test_a_target_that_cannot_be_opened_needs_another_make(scene):
    with pytest.raises(RigError, match="offers no way to its buses and plates"):
        read(scene, sockets={"identifiers": None})
