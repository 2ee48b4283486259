"""A second station against the real embedded drone."""

import pytest

from harness.errors import RigError
from harness.instruments.intruder import SecondRadio
from harness.instruments.mavlink import MavlinkVehicle, UsbObserver
from harness.instruments.usurping import Takeover
from harness.judgement import Count


def usurped(scene, fault=""):
    observer, intruder = UsbObserver(scene.context()), SecondRadio(scene.context(fault))
    scene.world.power_on()
    MavlinkVehicle(scene.context()).linger(8.0)
    try:
        return intruder.usurp(observer.read_state)
    finally:
        scene.world.power_off()


def test_a_sound_drone_obeys_who_is_paired_and_nobody_else(scene):
    takeover = usurped(scene)
    # two links, three orders, two ids, two ways, and one of each station after the handover
    assert takeover.takeovers == Count(events=0, trials=26)
    assert takeover.unattended_pairings == Count(events=0, trials=4)
    assert [who for who, yes in takeover.obeyed.items() if yes] == [
        "first before",
        "second after the handover",
        "first, handed back",
    ]
    assert scene.log.controls == [("intruder.seen", True), ("twin.obeys", True)]


def test_who_obeys_the_unsigned_is_taken_over(damaged):
    takeover = usurped(damaged("accepts-unsigned"))
    assert takeover.takeovers.events > 12


def test_who_pairs_with_anybody_is_found_out(damaged):
    takeover = usurped(damaged("open-key-setup"))
    assert (takeover.takeovers.events, takeover.unattended_pairings.events > 0) == (0, True)


@pytest.mark.parametrize("fault", ["silent", "keyless"])
def test_a_lying_radio_is_found_out(scene, fault):
    with pytest.raises(RigError, match=r"control (intruder\.seen|twin\.obeys) failed"):
        usurped(scene, fault)


def test_a_station_that_is_still_obeyed_after_its_dismissal_counts():
    obeyed = {"first before": True, "first after the handover": True, "second, handed back": False}
    assert Takeover(orders=[False], pairings=[False], obeyed=obeyed).takeovers == Count(events=1, trials=3)
