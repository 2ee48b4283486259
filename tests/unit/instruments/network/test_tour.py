import pytest

from harness.errors import RigError
from harness.instruments.network.bench import NetworkBench


def bench_of(scene, fault=""):
    bench = NetworkBench(scene.context(fault))
    scene.world.power_on()
    return bench


PARIS = {"name": "Paris", "latitude": 48.8566, "longitude": 2.3522}


class Satellites:
    """Another place, from the sky of the scene; none where it is stuck."""

    def __init__(self, scene, stuck=False):
        self.sky, self.stuck = scene.world.sockets.sky, stuck

    def place_at(self, *, latitude, longitude):
        if not self.stuck:
            self.sky.set_place(latitude, longitude)


def toured(scene, fault="", stuck=False, boots=3):
    tour = bench_of(scene, fault).touring(idle=40.0)
    tour.later(30.0)
    tour.visit(Satellites(scene, stuck), PARIS)
    tour.reboot(times=boots)
    return tour.new_endpoints()


def test_the_sound_drone_has_no_new_endpoint(scene):
    assert toured(scene) == 0.0
    assert all(ok for _, ok in scene.log.controls)
    assert any("up to 5;" in note and "at most 0.451 a boot" in note for note in scene.log.notes)


@pytest.mark.parametrize(("defect", "where"), [("day-30-beacon", "30 days later"), ("fence-uploader", "at Paris")])
def test_a_habit_is_found_where_it_shows(damaged, defect, where):
    scene = damaged(defect)
    assert toured(scene) > 0
    assert any(note.startswith(f"new endpoint {where}") for note in scene.log.notes)


def test_a_beacon_is_found_at_its_boot_and_not_before(damaged):
    assert toured(damaged("fiftieth-boot-beacon"), boots=46) == 0.0
    assert toured(damaged("fiftieth-boot-beacon"), boots=47) == 1.0


@pytest.mark.parametrize(
    ("fault", "stuck", "control"),
    [("clock-stuck", False, "clock.seen"), ("lazy", False, "clock.seen"), ("", True, "place.seen")],
)
def test_a_rig_that_lies_is_found_out(scene, fault, stuck, control):
    with pytest.raises(RigError, match=rf"{control} failed"):
        toured(scene, fault, stuck)


def test_boots_that_were_not_made_are_missed(scene):
    tour = bench_of(scene, "lazy").touring(idle=40.0)
    with pytest.raises(RigError, match=r"boots\.seen failed: 3 boots, 0 first reports"):
        tour.reboot(times=3)
