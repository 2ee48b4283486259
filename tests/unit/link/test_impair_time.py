"""When pieces arrive: conservation, order where it is promised, causality, and the laws of the delays."""

import math
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from harness.errors import RigError
from harness.link.impair_time import Bandwidth, Cap, Duplication, Jitter, Reordering, Spread

SIGMAS = 5.0
GAPS = st.lists(st.floats(0, 0.5), min_size=1, max_size=40)


def pass_through(world, stage, gaps, size=2):
    """Send numbered pieces with `gaps` between them; (number, sent, came) of each arrival in its order."""
    sent, came = {}, []
    for number, gap in enumerate(gaps):
        world.run(gap)
        sent[number] = world.now()
        piece = number.to_bytes(2, "big").ljust(size, b".")
        stage(piece, lambda data: came.append((int.from_bytes(data[:2], "big"), world.now())))
    world.run(1000.0)
    return [(number, sent[number], time) for number, time in came]


@pytest.fixture(scope="module")
def make(fakes):
    """Makes a stage in a fresh world: (world, stage)."""

    def stage(kind, *values, seed="s"):
        world = fakes.FakeWorld()
        return world, kind(world, world.schedule, *values, Random(seed))

    return stage


@settings(max_examples=40, deadline=None)
@given(gaps=GAPS, mean=st.floats(0, 2), part=st.floats(0, 1), seed=st.integers())
def test_jitter_keeps_all_and_their_order_and_is_never_early(make, gaps, mean, part, seed):
    spread = Spread(mean=mean, half=mean * part)
    world, stage = make(Jitter, spread, seed=seed)
    passed = pass_through(world, stage, gaps)
    assert [number for number, _, _ in passed] == list(range(len(gaps)))
    assert all(came - sent >= spread.mean - spread.half - 1e-9 for _, sent, came in passed)


def test_jitter_is_evenly_spread(make):
    world, stage = make(Jitter, Spread(mean=0.2, half=0.1))
    waits = sorted(came - sent for _, sent, came in pass_through(world, stage, [0.5] * 5000))
    # Kolmogorov-Smirnov: 1.95 / sqrt(n) is left once in a thousand
    greatest = max(abs((rank + 0.5) / 5000 - (wait - 0.1) / 0.2) for rank, wait in enumerate(waits))
    assert greatest < 1.95 / math.sqrt(5000)
    assert abs(sum(waits) / 5000 - 0.2) < SIGMAS * 0.1 / math.sqrt(3 * 5000)


@settings(max_examples=40, deadline=None)
@given(gaps=GAPS, share=st.floats(0, 1), hold=st.floats(0, 2), seed=st.integers())
@example(gaps=[0.0, 0.0], share=0.5, hold=0.0, seed=1)
@example(gaps=[0.5, 0.0], share=0.5, hold=1e-112, seed=1)
def test_reordering_loses_none_and_holds_exactly_so_long(make, gaps, share, hold, seed):
    world, stage = make(Reordering, (share, hold), seed=seed)
    passed = pass_through(world, stage, gaps)
    assert sorted(number for number, _, _ in passed) == list(range(len(gaps)))
    waits = [came - sent for _, sent, came in passed]
    assert all(wait == pytest.approx(0.0, abs=1e-9) or wait == pytest.approx(hold, abs=1e-9) for wait in waits)
    # what is held for less than the clock can tell comes in the same instant, after what else was sent in it
    prompt = [number for number, sent, came in passed if came == sent and sent + hold > sent]
    assert prompt == sorted(prompt)
    assert stage.offered == len(gaps)


def test_the_share_that_is_overtaken(make):
    world, stage = make(Reordering, (0.1, 1.0))
    passed = pass_through(world, stage, [0.01] * 5000)
    assert abs(stage.held - 500) < SIGMAS * math.sqrt(5000 * 0.1 * 0.9)
    assert [number for number, _, _ in passed] != list(range(5000))


@given(pieces=st.lists(st.binary(max_size=9), max_size=60), probability=st.floats(0, 1), seed=st.integers())
def test_doubles_follow_their_originals(pieces, probability, seed):
    came, stage = [], Duplication(probability, Random(seed))
    for piece in pieces:
        before = len(came)
        stage(piece, came.append)
        assert came[before:] in ([piece], [piece, piece])
    assert len(came) == stage.offered + stage.doubled == len(pieces) + stage.doubled


def test_the_share_that_is_doubled():
    stage = Duplication(0.2, Random("double"))
    for _ in range(20_000):
        stage(b"x", lambda data: None)
    assert abs(stage.doubled - 4000) < SIGMAS * math.sqrt(20_000 * 0.2 * 0.8)


@settings(max_examples=60, deadline=None)
@given(
    gaps=GAPS,
    size=st.integers(2, 300),
    cap=st.builds(Cap, rate=st.floats(50, 5000), bucket=st.floats(300, 900), queue=st.floats(1, 3000)),
)
def test_a_cap_conserves_keeps_order_and_never_lets_more_through_than_bucket_and_rate(fakes, gaps, size, cap):
    world = fakes.FakeWorld()
    stage = Bandwidth(world, world.schedule, cap)
    passed = pass_through(world, stage, gaps, size=size)
    numbers = [number for number, _, _ in passed]
    assert numbers == sorted(numbers)
    assert stage.offered == len(gaps) == len(passed) + stage.lost
    assert stage.waiting == 0
    assert all(came >= sent for _, sent, came in passed)
    times = [came for _, _, came in passed]
    for first in range(len(times)):
        for last in range(first, len(times)):
            most = cap.bucket + cap.rate * (times[last] - times[first])
            assert (last - first + 1) * size <= most * (1 + 1e-9) + 1e-6


def test_a_saturated_cap_runs_at_its_rate_and_drops_what_finds_no_room(fakes):
    world = fakes.FakeWorld()
    stage = Bandwidth(world, world.schedule, Cap(rate=1000.0, bucket=100.0, queue=500.0))
    passed = pass_through(world, stage, [0.05] * 400, size=100)  # 2000 bytes/s offered
    last = max(came for _, _, came in passed)
    assert 100 * len(passed) / last == pytest.approx(1000.0, rel=0.02)
    assert stage.lost == 400 - len(passed) > 150
    # a full queue of 500 bytes takes half a second
    assert max(came - sent for _, sent, came in passed) == pytest.approx(0.5, abs=0.1)


def test_a_cap_leaves_alone_what_is_below_it(fakes):
    world = fakes.FakeWorld()
    stage = Bandwidth(world, world.schedule, Cap(rate=1000.0, bucket=100.0, queue=500.0))
    passed = pass_through(world, stage, [0.11] * 50, size=100)
    assert [number for number, _, _ in passed] == list(range(50))
    assert all(came - sent < 1e-9 for _, sent, came in passed)


@pytest.mark.parametrize(("mean", "half"), [(-1.0, 0.0), (0.1, 0.2), (math.nan, 0.0), (math.inf, 0.0), (0.1, -0.1)])
def test_an_impossible_spread_is_refused(mean, half):
    with pytest.raises(RigError, match="a delay cannot be"):
        Spread(mean=mean, half=half)


@pytest.mark.parametrize("values", [(0.0, 1.0, 1.0), (1.0, math.inf, 1.0), (1.0, 1.0, -1.0)])
def test_an_impossible_cap_is_refused(values):
    with pytest.raises(RigError, match="capped"):
        Cap(rate=values[0], bucket=values[1], queue=values[2])


@pytest.mark.parametrize("hold", [(2.0, 1.0), (0.5, -1.0), (0.5, math.nan)])
def test_an_impossible_reordering_is_refused(make, hold):
    with pytest.raises(RigError):
        make(Reordering, hold)
