"""The virtual cable: every byte, in order, after the latency; and what closing means."""

import pytest
from fake_world import FakeWorld
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import RigError
from harness.link.virtual import VirtualCable
from harness.timing import Schedule, run_for


@settings(max_examples=100, deadline=None)
@given(
    pieces=st.lists(st.tuples(st.booleans(), st.binary(max_size=50), st.floats(0, 0.02)), max_size=30),
    latency=st.floats(0, 0.1),
)
def test_both_directions_deliver_everything_in_order_after_the_latency(pieces, latency):
    world = FakeWorld()
    cable = VirtualCable(world, world.schedule, latency)
    sent, came = {"up": [], "down": []}, {"up": [], "down": []}
    cable.air.listen(lambda data: came["up"].append((world.now(), data)))
    cable.ground.listen(lambda data: came["down"].append((world.now(), data)))
    for is_up, data, pause in pieces:
        sent["up" if is_up else "down"].append((world.now() + latency, data))
        (cable.ground if is_up else cable.air).send(data)
        run_for(world, pause)
    run_for(world, latency + 1e-9)
    assert came == sent


def test_bytes_are_copied_at_sending(fakes):
    world, data, came = fakes.FakeWorld(), bytearray(b"one"), []
    cable = VirtualCable(world, world.schedule)
    cable.air.listen(came.append)
    cable.ground.send(data)
    data[:] = b"two"
    run_for(world, 0.01)
    assert came == [b"one"]


def test_stages_act_in_list_order_and_on_one_direction_only(fakes):
    world, came = fakes.FakeWorld(), []
    cable = VirtualCable(world, world.schedule)
    cable.up += [lambda data, forward: forward(data + b"1"), lambda data, forward: forward(data + b"2")]
    cable.air.listen(came.append)
    cable.ground.listen(came.append)
    cable.ground.send(b"up")
    cable.air.send(b"down")
    run_for(world, 0.01)
    assert came == [b"up12", b"down"]


def test_a_closed_far_end_is_an_error_and_not_silence(fakes):
    world, came = fakes.FakeWorld(), []
    cable = VirtualCable(world, world.schedule)
    cable.air.listen(came.append)
    cable.ground.send(b"under way")
    cable.air.close()
    with pytest.raises(RigError, match="the far end is closed"):
        cable.ground.send(b"late")
    with pytest.raises(RigError, match="this end is closed"):
        cable.air.send(b"late")
    run_for(world, 0.01)
    assert came == []
    assert cable.ground.closed_by_peer and not cable.air.closed_by_peer


def test_heard_tells_whether_somebody_listens_at_the_far_end(fakes):
    cable = VirtualCable(fakes.FakeWorld(), Schedule())
    assert not cable.air.heard
    cable.ground.listen(lambda data: None)
    assert cable.air.heard
    cable.ground.close()
    assert not cable.air.heard


@pytest.mark.parametrize("latency", [-0.1, float("nan")])
def test_an_impossible_latency_is_refused(latency):
    with pytest.raises(RigError, match="latency"):
        VirtualCable(FakeWorld(), Schedule(), latency)
