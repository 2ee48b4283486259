"""A row of a table becomes stages: which, in which order, with which seeds."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import RigError
from harness.link.impair_bytes import BitFlips, Truncation
from harness.link.impair_frames import Framing
from harness.link.impair_loss import GilbertElliott, IndependentLoss
from harness.link.impair_plan import Impairment
from harness.link.impair_time import Bandwidth, Duplication, Jitter, Reordering
from harness.link.virtual import VirtualCable

ALL = {
    "loss": 0.1,
    "duplicate": 0.1,
    "rate": 5000.0,
    "delay": 0.1,
    "reorder": 0.1,
    "bit_errors": 1e-4,
    "truncate": 0.1,
}
KINDS = [Framing, IndependentLoss, Duplication, Bandwidth, Jitter, Reordering, BitFlips, Truncation]
SHARES = st.floats(0, 0.5)


def frame(number):
    return bytes([0xFE, 2, number % 256, 1, 1, 0]) + number.to_bytes(2, "big") + b"\x00\x00"


def carry(fakes, impairment, seed="case", pieces=200):
    """What arrives of numbered frames, ten a second."""
    world, came = fakes.FakeWorld(), []
    cable = VirtualCable(world, world.schedule)
    cable.up += impairment.make_stages(world, world.schedule, seed)
    cable.air.listen(lambda data: came.append((world.now(), data)))
    for number in range(pieces):
        cable.ground.send(frame(number))
        world.run(0.1)
    world.run(100.0)
    return came


def test_the_stages_stand_in_the_order_of_a_radio(fakes):
    world = fakes.FakeWorld()
    stages = Impairment(**ALL).make_stages(world, world.schedule, "s")
    assert [type(stage) for stage in stages] == KINDS


def test_a_burst_makes_the_two_state_chain(fakes):
    world = fakes.FakeWorld()
    stages = Impairment(loss=0.1, burst=3.0, whole_frames=False).make_stages(world, world.schedule, "s")
    assert [type(stage) for stage in stages] == [GilbertElliott]


def test_no_impairment_changes_nothing(fakes):
    assert [data for _, data in carry(fakes, Impairment())] == [frame(number) for number in range(200)]


@settings(max_examples=25, deadline=None)
@given(
    impairment=st.builds(
        Impairment,
        loss=SHARES,
        delay=st.floats(0.2, 1),
        jitter=st.floats(0, 0.2),
        reorder=SHARES,
        duplicate=SHARES,
        rate=st.sampled_from([0.0, 200.0, 5000.0]),
    )
)
def test_nothing_comes_early_nothing_is_made_up_and_what_is_left_alone_is_whole(fakes, impairment):
    sent = {frame(number): number * 0.1 for number in range(200)}
    for time, data in carry(fakes, impairment):
        assert time >= sent[data] + impairment.delay - impairment.jitter - 1e-6


@settings(max_examples=10, deadline=None)
@given(seed=st.text(max_size=5))
def test_another_impairment_beside_it_leaves_the_losses_as_they_are(fakes, seed):
    lost = {data for _, data in carry(fakes, Impairment(loss=0.3), seed)}
    assert {data for _, data in carry(fakes, Impairment(loss=0.3, duplicate=0.5, delay=0.2), seed)} == lost


def test_seeds_repeat_and_differ(fakes):
    one, two, other = (carry(fakes, Impairment(loss=0.3), seed) for seed in ("up", "up", "down"))
    assert one == two != other


def test_the_bounds_of_losses_hold_the_mean_and_widen_with_bursts():
    low, high = Impairment(loss=0.1).loss_bounds(1000, 3.0)
    assert (low + high) / 2 == pytest.approx(100.0)
    burst_low, burst_high = Impairment(loss=0.1, burst=5.0).loss_bounds(1000, 3.0)
    assert burst_low < low < high < burst_high


@pytest.mark.parametrize(
    "values", [{"loss": 1.5}, {"rate": -1.0}, {"delay": -0.1}, {"jitter": 0.1}, {"truncate": -1.0}]
)
def test_an_impossible_impairment_is_refused(fakes, values):
    world = fakes.FakeWorld()
    with pytest.raises(RigError):
        Impairment(**values).make_stages(world, world.schedule, "s")
