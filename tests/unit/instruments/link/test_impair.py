"""Rows of conditions become impairments, and a link that was not impaired as asked is found out."""

from random import Random

import pytest
from fake_world import FakeWorld

from harness.errors import RigError
from harness.instruments.link.impair import Trace, Traffic, build_stages, read_impairment
from harness.link.impair_frames import Framing
from harness.link.impair_plan import Impairment
from harness.link.virtual import VirtualCable


def frame(number):
    # the number four times, so that no flipped bit makes another frame of it
    return bytes([0xFE, 8, number % 256, 1, 1, 0]) + 4 * number.to_bytes(2, "big") + b"\x00\x00"


def carry(made, frames=600, seed="case", twice=False):
    """The traffic of `frames` frames, twenty a second, over the stages of an impairment."""
    world = FakeWorld()
    cable = VirtualCable(world, world.schedule)
    stages, traffic = build_stages(made.make_stages(world, world.schedule, seed), world)
    cable.up += stages
    cable.air.listen(lambda data: None)
    for number in range(frames):
        cable.ground.send(frame(number) + (frame(number + 10_000) if twice else b""))
        world.run(0.05)
    world.run(30.0)
    return traffic


GOOD = [
    {},
    {"loss": 0.1},
    {"loss": 0.1, "burst": 2.0},
    {"loss": 0.5},
    {"delay": 0.3, "jitter": 0.1},
    {"duplicate": 0.2},
    {"reorder": 0.1, "hold": 0.2},
    {"rate": 150.0},
    {"truncate": 0.1},
    {"bit_errors": 0.002},
    {"loss": 0.1, "delay": 0.2, "duplicate": 0.1, "reorder": 0.1},
]


@pytest.mark.parametrize("row", GOOD, ids=str)
@pytest.mark.parametrize("seed", ["a", "b"])
def test_a_link_that_is_impaired_as_asked_has_no_faults(row, seed):
    wanted = Impairment(**row)
    assert carry(wanted, seed=seed).faults(wanted) == []


@pytest.mark.parametrize("row", GOOD[1:], ids=str)
def test_one_that_does_nothing_is_found_out(row):
    assert carry(Impairment()).faults(Impairment(**row)) != []


@pytest.mark.parametrize(
    ("made", "wanted", "fault"),
    [
        ({"loss": 0.2}, {"loss": 0.1}, "of 600 lost"),
        ({"loss": 0.1}, {}, "of 600 lost, 0.0 to 0.0 were asked for"),
        ({"delay": 0.2}, {"delay": 0.3}, r"delayed by 0.200 s only"),
        ({"delay": 0.4}, {"delay": 0.3}, r"delayed by 0.400 s"),
        ({"delay": 0.3}, {"delay": 0.3, "jitter": 0.1}, r"delays differed by 0.000 s only"),
        ({"duplicate": 0.3}, {"duplicate": 0.1}, "came twice"),
        ({"truncate": 0.1}, {}, "came out damaged"),
    ],
)
def test_another_impairment_than_asked_is_found_out(made, wanted, fault):
    found = "; ".join(carry(Impairment(**made)).faults(Impairment(**wanted)))
    assert fault in found


def test_a_capped_rate_owes_a_wait_only_where_it_is_exceeded():
    # 20 frames a second; at so high a rate none has to wait, and that is no fault of the link
    wanted, thin = Impairment(rate=57600.0), carry(Impairment(rate=57600.0))
    assert thin.owed_wait(57600.0) == 0.0
    assert thin.faults(wanted) == []
    slow = carry(Impairment(rate=150.0))
    assert slow.owed_wait(150.0) > 1.0
    assert slow.faults(Impairment(rate=150.0)) == []
    assert "s were owed" in "; ".join(carry(Impairment(rate=300.0)).faults(Impairment(rate=150.0)))


def test_too_few_frames_to_tell_are_no_proof():
    wanted = Impairment(loss=0.1)
    assert "too few" in "; ".join(carry(wanted, frames=100).faults(wanted))
    assert carry(wanted, frames=0).faults(wanted) == ["nothing was offered"]


def test_all_lost_is_no_proof_of_a_delay():
    assert "nothing came out" in carry(Impairment(loss=1.0)).faults(Impairment(delay=0.1))


def test_the_traces_stand_around_the_stages_and_see_whole_frames():
    world = FakeWorld()
    stages, traffic = build_stages(Impairment(loss=0.1).make_stages(world, world.schedule, "s"), world)
    assert isinstance(stages[0], Framing)
    assert (stages[1], stages[-1]) == (traffic.offered, traffic.delivered)
    assert len(carry(Impairment(), frames=10, twice=True).offered.passed) == 20


def test_the_share_that_was_delivered():
    world = FakeWorld()
    traffic = Traffic(offered=Trace(world), delivered=Trace(world))
    assert traffic.delivered_share == 1.0
    for number in range(10):
        traffic.offered(frame(number), lambda data: None)
    for number in (0, 0, 1, 77):
        traffic.delivered(frame(number), lambda data: None)
    assert traffic.delivered_share == pytest.approx(0.2)


def test_a_row_names_its_impairment_beside_other_things():
    assert read_impairment({"height": 12.0, "loss": 0.1, "orders": 3}) == Impairment(loss=0.1)
    with pytest.raises(RigError, match="impairs nothing: it needs one of loss, burst"):
        read_impairment({"height": 12.0, "los": 0.1})


def test_a_sound_link_is_not_called_faulty_by_chance():
    wanted = Impairment(loss=0.1, burst=2.0, duplicate=0.1)
    seeds = Random(5)
    assert [carry(wanted, frames=300, seed=str(seeds.random())).faults(wanted) for _ in range(40)] == [[]] * 40


def test_the_same_bytes_again_are_another_frame():
    """An unsigned heartbeat repeats itself as soon as its sequence number does."""
    clock = FakeWorld()
    traffic = Traffic(offered=Trace(clock), delivered=Trace(clock))
    for time in range(100):
        traffic.offered.passed.append((float(time), b"beat"))
        if time % 10:
            traffic.delivered.passed.append((time + 0.05, b"beat"))
    assert traffic.delivered_share == 0.9
    assert traffic.faults(Impairment(delay=0.05)) != []
    traffic.delivered.passed += [(time + 0.05, b"beat") for time in range(0, 100, 10)]
    assert traffic.faults(Impairment(delay=0.05)) == []
    traffic.delivered.passed.append((0.06, b"beat"))
    assert any("came twice" in fault for fault in traffic.faults(Impairment(delay=0.05)))


def test_a_clock_that_ticks_may_be_late_by_a_tick_and_no_more():
    clock, wanted = FakeWorld(), Impairment(delay=0.5)
    for late, found in ((0.009, []), (0.012, ["a frame was delayed by 0.512 s"])):
        traffic = Traffic(offered=Trace(clock), delivered=Trace(clock), tick=0.01)
        traffic.offered.passed.append((1.0, b"beat"))
        traffic.delivered.passed.append((1.5 + late, b"beat"))
        assert traffic.faults(wanted) == found
