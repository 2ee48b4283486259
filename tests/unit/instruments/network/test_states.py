import pytest

from harness.errors import RigError
from harness.instruments.network.bench import NetworkBench


def bench_of(scene, fault=""):
    bench = NetworkBench(scene.context(fault))
    scene.world.power_on()
    return bench


def test_each_state_is_told_with_its_time(scene):
    bench = bench_of(scene)
    with bench.state("first boot"):
        bench.boot(until=10.0)
    with bench.state("update check"):
        bench.check_for_update(within=5.0)
    assert bench.audit().undeclared_flows == 0
    told = [note for note in scene.log.notes if note.startswith("state")]
    assert [note.rpartition(",")[0] for note in told] == ["state first boot: 10 s", "state update check: 5 s"]
    assert scene.log.controls[0] == ("exercise.update_check", True)


def test_an_update_check_that_nobody_saw_is_no_state(scene):
    bench = bench_of(scene)
    bench._valve.shut = True
    with pytest.raises(RigError, match=r"exercise\.update_check failed: .* got 0 requests"):
        bench.check_for_update(within=5.0)
