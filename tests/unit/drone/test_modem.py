"""The modems of both ends: what they say to each other, and what nobody else can read or forge."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.drone.modem import AirModem, ModemConfig
from harness.link.virtual import VirtualCable
from harness.timing import Schedule
from harness.vehicle.modem import HEADER, GroundModem

KEY = bytes(range(32))


class Air:
    """A world without an aircraft: a cable to the ground modem, and the air behind it."""

    def __init__(self, config=None, ground_key=KEY):
        self.time, self.schedule = 0.0, Schedule()
        self.cable, self.airwave = (VirtualCable(self, self.schedule, latency=0.0) for _ in range(2))
        self.ground = GroundModem(self.cable.air, self.airwave.ground, ground_key)
        self.drone = AirModem(self.airwave.air, KEY, config or ModemConfig())
        self.up, self.down, self.datagrams = [], [], []
        self.drone.listen(self.up.append)
        self.cable.ground.listen(self.down.append)
        for stages in (self.airwave.up, self.airwave.down):
            stages.append(lambda data, forward: (self.datagrams.append(data), forward(data)))

    def now(self):
        return self.time

    def settle(self):
        self.schedule.run_due(self.time)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=400), min_size=1, max_size=5))
def test_both_ends_understand_each_other_and_the_air_shows_nothing(pieces):
    air = Air()
    for piece in pieces:
        air.cable.ground.send(piece)
        air.drone.send(piece)
    air.settle()
    assert air.up == air.down == pieces
    assert all(len(piece) < 8 or piece not in datagram for datagram in air.datagrams for piece in pieces)
    # no nonce of a session comes twice
    assert len({datagram[:HEADER] for datagram in air.datagrams}) == 2 * len(pieces)


def test_a_drone_that_was_switched_on_again_has_another_session():
    first, second = Air(), Air()
    for air in (first, second):
        air.drone.send(b"the same words")
        air.settle()
    assert first.datagrams[0][:8] != second.datagrams[0][:8]
    assert first.datagrams[0][HEADER:] != second.datagrams[0][HEADER:]


@pytest.mark.parametrize("ground_key", [bytes(32), None])
def test_a_stranger_is_not_heard_and_hears_nothing(ground_key):
    air = Air(ground_key=ground_key)
    air.cable.ground.send(b"arm and take off, please")
    air.drone.send(b"here I am")
    air.settle()
    assert air.up == [] and b"here I am" not in air.down
    assert sum(air.drone.refused.values()) == 1


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_what_is_no_datagram_is_refused_by_both_and_never_raises(data):
    air = Air()
    air.airwave.ground.send(data)
    air.airwave.air.send(data)
    air.settle()
    assert (air.up, air.down) == ([], [])
    assert sum(air.drone.refused.values()) == air.ground.unreadable == 1


@pytest.mark.parametrize("at", [0, 10, HEADER, -1])
def test_a_changed_bit_is_noticed_wherever_it_is(at):
    air = Air()
    air.cable.ground.send(b"words")
    air.settle()
    changed = bytearray(air.datagrams[0])
    changed[at] ^= 1
    air.airwave.ground.send(bytes(changed))
    air.settle()
    assert air.up == [b"words"]


def test_directions_have_keys_of_their_own():
    air = Air()
    air.drone.send(b"words")
    air.settle()
    air.airwave.ground.send(air.datagrams[0])
    air.settle()
    assert air.up == []


def test_a_station_that_closed_its_end_disturbs_nobody():
    air = Air()
    air.cable.ground.close()
    air.drone.send(b"words")
    air.settle()
    assert air.down == []


def test_the_defects_show_in_the_air():
    position = b"\xfd\x1c\0\0\0\1\1\x21\x00\x00 place"
    clear, reused, beacon = (
        Air(ModemConfig(encrypted=False), None),
        *(Air(ModemConfig(**{name: True})) for name in ("reuse_nonce", "beacon")),
    )
    for air in (clear, reused, beacon):
        air.drone.send(position)
        air.drone.send(b"and so on, at length")
        air.settle()
        # and both ends still understand each other
        assert air.down == [position, b"and so on, at length"]
    assert clear.datagrams == clear.down
    assert reused.datagrams[0][:HEADER] == reused.datagrams[1][:HEADER]
    assert [position in datagram for datagram in beacon.datagrams] == [True, False, False]
