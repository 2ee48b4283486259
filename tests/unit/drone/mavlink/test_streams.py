"""Streams: rates, step, change and stop."""

from collections import Counter

from harness.drone.mavlink.streams import Streams
from harness.timing import run_for


def make(world):
    log = []
    return Streams(world, world.schedule, lambda names: log.append((world.now(), names))), log


def counted(log):
    return Counter(name for _, names in log for name in names)


def test_rates_are_kept_for_long_and_streams_stay_in_step(fakes):
    world = fakes.FakeWorld()
    streams, log = make(world)
    streams.start({"A": 10.0, "B": 1.0, "C": 3.0})
    run_for(world, 1000.0 - 1e-3)
    assert counted(log) == {"A": 10_000, "B": 1000, "C": 3000}
    assert [names for time, names in log if "B" in names] == [["A", "B", "C"]] * 1000
    assert len(log) == 10_000 + 2000


def test_a_stream_is_changed_and_stopped(fakes):
    world = fakes.FakeWorld()
    streams, log = make(world)
    streams.start({"A": 1.0})
    run_for(world, 0.5)
    streams.set_interval("A", 0.25)
    assert streams.interval("A") == 0.25
    run_for(world, 1.0)
    assert [time for time, _ in log] == [0.0, 0.5, 0.75, 1.0, 1.25, 1.5]
    streams.set_interval("A", None)
    assert streams.interval("A") is None
    run_for(world, 5.0)
    assert len(log) == 6


def test_stopped_streams_leave_nothing_on_the_schedule(fakes):
    world = fakes.FakeWorld()
    streams, _ = make(world)
    streams.start({"A": 1.0, "B": 2.0})
    streams.stop()
    assert world.schedule.next_time() == float("inf")


def test_a_stream_added_late_joins_the_others(fakes):
    world = fakes.FakeWorld()
    streams, log = make(world)
    streams.start({"A": 1.0})
    run_for(world, 0.77)
    streams.set_interval("B", 0.5)
    run_for(world, 1.0)
    assert log == [(0.0, ["A"]), (1.0, ["A", "B"]), (1.5, ["B"])]
