"""The second witness: silent, independent, and honest about its own silence."""

import pytest

from harness.drone.flight.state import Mode
from harness.errors import RigError, VehicleTimeout
from harness.link.impair import Blackout
from harness.timing import run_for


@pytest.fixture
def observer(bench):
    observer = bench.observer()
    observer.wait_alive()
    return observer


def test_it_sends_nothing_and_counts_as_no_ground_station(bench, observer):
    sent = []
    bench.trusted.up.append(lambda data, forward: sent.append(data))
    run_for(bench.world, 20)
    assert sent == [] and bench.flight.heard == []
    assert bench.trusted_channel.received == 0


def test_it_keeps_the_history_of_modes_and_arming(bench, observer):
    vehicle = bench.ready()
    with vehicle.hovering(at=5):
        pass
    assert [change.mode for change in observer.mode_changes] == ["STABILIZE", "GUIDED", "LAND"]
    assert [change.armed for change in observer.armed_changes] == [False, True, False]
    assert observer.read_mode() == "LAND" and not observer.read_armed()
    times = [change.time for change in observer.mode_changes]
    assert times == sorted(times)


def test_a_cut_of_the_radio_leaves_it_hearing(bench, observer):
    vehicle = bench.ready()
    vehicle.set_mode("GUIDED")
    vehicle.arm()
    vehicle.takeoff(10)
    for stages in (bench.radio.up, bench.radio.down):
        cut = Blackout()
        stages.append(cut)
        cut.cut()
    seen = observer.wait_mode("RTL", within=10)
    last = bench.flight.heard[-1]
    assert 3.0 <= seen - last <= 3.0 + 0.1 + 0.02 + 0.005 + 1e-6
    assert observer.read_position().up > 0


def test_a_mode_that_does_not_come_is_the_vehicles_fault(bench, observer):
    with pytest.raises(VehicleTimeout, match="by the observer: wanted RTL, got STABILIZE"):
        observer.wait_mode("RTL", within=5)


def test_its_own_silence_is_the_rigs_fault(bench, observer):
    cut = Blackout()
    bench.trusted.down.append(cut)
    cut.cut()
    run_for(bench.world, 2.5)
    observer.assert_alive()
    run_for(bench.world, 1.0)
    for ask in (observer.assert_alive, observer.read_mode, observer.read_armed, observer.read_position):
        with pytest.raises(RigError, match=r"has heard nothing for 3.5"):
            ask()
    bench.flight.mode = Mode.RTL
    with pytest.raises(RigError, match="has heard nothing"):
        observer.wait_mode("RTL", within=5)


def test_an_observer_that_never_heard_anything(bench):
    bench.service.stop()
    observer = bench.observer()
    assert observer.last_heard is None
    with pytest.raises(RigError, match="first heartbeat"):
        observer.wait_alive(within=2)
    with pytest.raises(RigError, match=r"has heard nothing for 2.00 s"):
        observer.assert_alive()


def test_last_heard_follows_the_clock(bench, observer):
    run_for(bench.world, 10)
    assert bench.world.now() - observer.last_heard < 0.2
