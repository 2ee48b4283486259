"""Blackout and delay."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import RigError
from harness.link.impair import Blackout, Delay
from harness.link.virtual import VirtualCable
from harness.timing import run_for


def test_a_blackout_swallows_and_counts_and_leaves_the_link_open():
    blackout, came = Blackout(), []
    blackout(b"before", came.append)
    blackout.cut()
    blackout(b"during", came.append)
    blackout(b"it", came.append)
    assert blackout.is_cut
    blackout.restore()
    blackout(b"after", came.append)
    assert came == [b"before", b"after"]
    assert (blackout.passed_pieces, blackout.swallowed_pieces, blackout.swallowed_bytes) == (2, 2, 8)


def test_a_cut_of_one_direction_leaves_the_other(fakes):
    world, up, down = fakes.FakeWorld(), [], []
    cable = VirtualCable(world, world.schedule)
    cable.air.listen(up.append)
    cable.ground.listen(down.append)
    cut = Blackout()
    cable.up.append(cut)
    cut.cut()
    cable.ground.send(b"a")
    cable.air.send(b"b")
    run_for(world, 1.0)
    assert (up, down) == ([], [b"b"])


def test_what_was_under_way_at_the_cut_arrives(fakes):
    world, came = fakes.FakeWorld(), []
    cable, cut = VirtualCable(world, world.schedule, latency=0.5), Blackout()
    cable.up.append(cut)
    cable.air.listen(came.append)
    cable.ground.send(b"a")
    cut.cut()
    run_for(world, 1.0)
    assert came == [b"a"]


@settings(max_examples=50, deadline=None)
@given(delays=st.lists(st.floats(0, 2), min_size=1, max_size=20))
def test_a_delay_keeps_the_order_and_is_never_too_short(fakes, delays):
    world, came, sent = fakes.FakeWorld(), [], []
    delay = Delay(world, world.schedule, 0.0)
    for number, seconds in enumerate(delays):
        delay.set_delay(seconds)
        sent.append(world.now() + seconds)
        delay(bytes([number]), lambda data: came.append((world.now(), data[0])))
        run_for(world, 0.1)
    run_for(world, 3.0)
    assert [number for _, number in came] == list(range(len(delays)))
    assert all(time >= due - 1e-9 for (time, _), due in zip(came, sent, strict=True))


def test_a_delay_is_exact(fakes):
    world, came = fakes.FakeWorld(), []
    run_for(world, 1.0)
    Delay(world, world.schedule, 0.25)(b"x", lambda data: came.append(world.now()))
    run_for(world, 1.0)
    assert came == [1.25]


@pytest.mark.parametrize("seconds", [-1.0, float("nan")])
def test_an_impossible_delay_is_refused(fakes, seconds):
    with pytest.raises(RigError, match="delay"):
        Delay(fakes.FakeWorld(), None, seconds)
