from types import SimpleNamespace

import pytest

from harness.errors import RigError
from harness.instruments.gateway.gateway import MAC
from harness.instruments.network.bench import NetworkBench
from harness.instruments.network.offline import MARK, Markers


def bench_of(scene, fault=""):
    bench = NetworkBench(scene.context(fault))
    scene.world.power_on()
    return bench


def soaked(scene, fault=""):
    bench = bench_of(scene, fault)
    with bench.offline() as silence:
        bench.restart()
        bench.soak(awake=1.0, longest=24.0)
    return silence


def test_the_sound_drone_is_silent_for_the_declared_day(scene):
    silence = soaked(scene)
    assert silence.packets == 0.0 and 24.0 < silence.hours < 24.1
    assert [name for name, _ in scene.log.controls] == [
        "twin.talks_before", "mode.confirmed", "soak.supported", "twin.talks_after",
        "capture.complete", "capture.alive", "audit.sees_frame",
    ]  # fmt: skip
    assert all(ok for _, ok in scene.log.controls)


@pytest.mark.parametrize("defect", ["offline-service", "offline-wakes", "offline-forgotten"])
def test_an_offline_mode_that_lies_is_heard(damaged, defect):
    assert soaked(damaged(defect)).packets > 5


@pytest.mark.parametrize(
    ("fault", "control"),
    [("unswitched", "mode.confirmed"), ("asleep", "capture.alive"), ("lossy", "capture.complete")],
)
def test_a_rig_that_lies_is_found_out(scene, fault, control):
    with pytest.raises(RigError, match=rf"{control} failed"):
        soaked(scene, fault)


def test_more_than_the_depth_soaks_is_no_result(scene):
    bench = bench_of(scene)
    with pytest.raises(RigError, match="24 h declared, this depth soaks at most 2 h"), bench.offline():
        bench.soak(awake=1.0, longest=2.0)


def test_an_article_that_never_talks_has_no_silence_to_show(scene):
    bench = bench_of(scene)
    bench._valve.shut = True
    with pytest.raises(RigError, match="before the offline mode the article did not ask"), bench.offline():
        pass


def test_what_only_looks_like_a_marker_is_none():
    def frame(payload, source=MAC):
        return SimpleNamespace(source_mac=source, payload=payload, time=7.0)

    odd = [frame(MARK), frame(MARK + b"x" * 8), frame(MARK + b"1" * 5000), frame(MARK + b"00000002", b"article")]
    assert Markers.seen(None, [*odd, frame(MARK + b"00000001")]) == {1: 7.0}
