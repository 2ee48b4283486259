import math

from harness.drone.flight.failsafes import CrashWatch, Lasting, LinkWatch


def test_silence_is_declared_once_and_only_after_a_first_heartbeat():
    watch = LinkWatch(timeout=3.0)
    assert not watch.is_newly_lost(100.0)
    assert not watch.hear(100.0)
    assert not watch.is_newly_lost(103.0)
    assert watch.is_newly_lost(103.02)
    assert not watch.is_newly_lost(110.0)
    assert watch.hear(111.0)
    assert not watch.hear(112.0)
    assert watch.is_newly_lost(115.1)


def test_crash_needs_half_a_second_beyond_the_limit():
    watch = CrashWatch()
    steep = math.radians(80)
    assert not any(watch.is_crashed(steep, 0.02) for _ in range(24))
    assert watch.is_crashed(steep, 0.02)
    assert not any(CrashWatch().is_crashed(math.radians(65), 0.02) for _ in range(100))


def test_a_disturbance_is_forgotten_but_a_tumble_is_not():
    watch = CrashWatch()
    for _ in range(20):
        assert not watch.is_crashed(math.radians(80), 0.02)
    for _ in range(20):
        assert not watch.is_crashed(0.0, 0.02)
    assert watch.over < 1e-9
    assert any(watch.is_crashed(math.radians(180 if n % 10 < 6 else 0), 0.02) for n in range(250))


def test_what_lasts_is_told_once_and_begins_anew_after_a_break():
    lasting = Lasting(needed=0.05)
    assert [lasting.is_newly_so(holds, 0.02) for holds in (1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 1)] == [
        False, False, False, False, False, True, False, False, False, False, True,
    ]  # fmt: skip
