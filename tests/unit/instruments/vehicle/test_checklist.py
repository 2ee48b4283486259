from collections import Counter

import pytest

from harness.errors import RigError
from harness.instruments.network.bench import NetworkBench
from harness.instruments.truth.truth import PlantTruth
from harness.instruments.vehicle.checklist import FUNCTIONS, Checked, Plan
from harness.instruments.vehicle.mavlink import MavlinkVehicle, UsbObserver

PLAN = Plan(height=6.0, side=12.0, fence=40.0, speed=5.0)


def fly(scene, *, shut=False):
    """One flight of the checklist; with `shut` under a blocked network from power-on."""
    network = NetworkBench(scene.context())
    network._valve.shut = shut
    observer, truth = UsbObserver(scene.context()), PlantTruth(scene.context())
    scene.world.power_on()
    return MavlinkVehicle(scene.context()).fly_checklist(PLAN, truth, observer)


def test_the_sound_drone_does_everything_with_the_network_blocked(scene):
    checked = fly(scene, shut=True)
    assert checked.problems == {}
    # home from the fence, which nobody ordered
    assert checked.unasked == Counter({"RTL": 1})


def test_a_drone_that_waits_for_its_cloud_loses_every_function(damaged):
    scene = damaged("arms-online-only")
    checked = fly(scene, shut=True)
    assert tuple(checked.problems) == FUNCTIONS
    assert checked.problems["land"] == "not reached, since arm failed"
    assert checked.problems["arm"]


def test_a_tethered_drone_goes_home_by_itself(damaged):
    checked = fly(damaged("cloud-tether"), shut=True)
    assert checked.problems


def test_what_counts_is_the_difference_to_the_twin():
    twin = Checked(problems={}, unasked=Counter({"RTL": 1}))
    blocked = Checked(problems={"land": "no"}, unasked=Counter({"RTL": 3, "LAND": 1}))
    assert (blocked.lost_beside(twin), blocked.actions_beside(twin)) == (1.0, 3.0)
    assert (twin.lost_beside(twin), twin.actions_beside(twin)) == (0.0, 0.0)
    with pytest.raises(RigError, match="does not fly the checklist either: land: no"):
        twin.lost_beside(blocked)
