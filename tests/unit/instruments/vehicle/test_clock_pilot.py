"""The article's clock: compared on the real drone, then on the same drone with a clock of its own."""

import pytest

from harness.errors import RigError
from harness.instruments.link.latency import LEAST
from harness.instruments.vehicle.mavlink import MavlinkVehicle
from harness.vehicle.codec import Codec, Identity

OWN_EPOCH = 1_000_000.0


class Restamped:
    """What comes from the article, with another time in every SYSTEM_TIME; `boot` maps its time since boot, s."""

    def __init__(self, scene, boot):
        self._boot = boot
        key = scene.world.sockets.radio_key
        epoch = Identity().epoch
        self._reads = Codec(Identity(key=key, epoch=epoch), scene.world)
        self._writes = Codec(Identity(system=1, component=1, key=key, link=7, epoch=epoch), scene.world)

    def __call__(self, data, forward):
        kept = b""
        for incoming in self._reads.decode(data):
            message = incoming.message
            if incoming.kind == "SYSTEM_TIME":
                message.time_boot_ms = int(1000 * self._boot(message.time_boot_ms / 1000.0))
                message.time_unix_usec = int(1e6 * (OWN_EPOCH + message.time_boot_ms / 1000.0))
            kept += self._writes.encode(message)
        if kept:
            forward(kept)


@pytest.fixture
def restamped(scene):
    """The vehicle role on an article that stamps by a clock of its own."""

    def make(boot, **sockets):
        scene.world.power_on()
        scene.world.sockets.radio.down.append(Restamped(scene, boot))
        return MavlinkVehicle(scene.context(sockets={"one_clock": False, **sockets}))

    return make


def test_the_drone_of_this_rig_runs_on_the_test_clock(scene):
    scene.world.power_on()
    vehicle = MavlinkVehicle(scene.context())
    clocks = vehicle.compare_clocks()
    assert clocks.offset is None
    taken = vehicle.time_commands(20, clocks)
    assert vehicle.assert_clock_kept(taken, clocks) is taken
    assert scene.log.controls == [("clock.agrees", True), ("clock.agrees", True)]


def test_one_that_does_not_is_found_out(restamped, scene):
    vehicle = restamped(lambda boot: boot, one_clock=True)
    with pytest.raises(RigError, match=r"clock\.agrees failed: the article's Unix clock is"):
        vehicle.compare_clocks()


def test_the_ways_are_told_by_a_clock_of_its_own(restamped, scene):
    vehicle = restamped(lambda boot: boot + 1234.5678)
    clocks = vehicle.compare_clocks()
    # half of the round trip, and the millisecond that is counted
    assert clocks.offset.half == pytest.approx(0.0052, abs=0.0005)
    taken = vehicle.assert_clock_kept(vehicle.time_commands(LEAST, clocks), clocks)
    for name in ("command", "telemetry"):
        figure = taken.p99(name)
        # the cable's own 5 ms
        assert abs(figure.value - 5.0) <= figure.U
        assert 5.0 < figure.U < 8.0
    assert "less its offset from the test clock of" in scene.log.notes[-1]
    assert [ok for _, ok in scene.log.controls] == [True, True]


def test_a_small_drift_is_in_the_uncertainty(restamped):
    vehicle = restamped(lambda boot: boot * 1.0002)
    clocks = vehicle.compare_clocks()
    taken = vehicle.time_commands(LEAST, clocks)
    assert vehicle.assert_clock_kept(taken, clocks).clock > taken.clock + 0.0005


def test_a_clock_that_drifts_ends_it(restamped, scene):
    vehicle = restamped(lambda boot: boot * 1.002)
    clocks = vehicle.compare_clocks()
    taken = vehicle.time_commands(5, clocks)
    scene.run(10.0)
    with pytest.raises(RigError, match=r"clock\.kept failed: .* 20\.0 ms allowed"):
        vehicle.assert_clock_kept(taken, clocks)


@pytest.mark.parametrize("made_up", [lambda boot: boot * 1.05, lambda boot: boot + 0.03 * (int(boot * 10) % 2)])
def test_stamps_that_no_offset_explains_end_it(restamped, made_up):
    with pytest.raises(RigError, match=r"clock\.known failed: .* no one offset explains all exchanges"):
        restamped(made_up).compare_clocks()


def test_a_clock_that_jumps_after_the_comparison_is_found_out(restamped, scene):
    changes_at = []
    vehicle = restamped(lambda boot: boot - (0.05 if changes_at else 0.0))
    clocks = vehicle.compare_clocks()
    changes_at.append(True)
    with pytest.raises(RigError, match=r"clock\.agrees failed: a message came .* before it was sent"):
        vehicle.time_commands(5, clocks)


def test_an_article_without_answers_has_no_known_clock(restamped, scene):
    vehicle = restamped(lambda boot: boot)
    vehicle.make_ready()
    scene.world.sockets.radio.down.append(lambda data, forward: None)
    with pytest.raises(RigError, match=r"clock\.known failed"):
        vehicle.compare_clocks()


def test_a_link_too_slow_to_compare_clocks_on_judges_nothing(restamped):
    with pytest.raises(RigError, match=r"clock\.known failed: .* 20\.0 ms allowed"):
        restamped(lambda boot: boot, clock_lag=0.04).compare_clocks()
