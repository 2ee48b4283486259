from dataclasses import FrozenInstanceError, fields

import pytest

from harness.targets.base import TELLING, Sockets
from harness.targets.embedded.embedded import EmbeddedTarget
from harness.vehicle.dialects.ardupilot import ARDUPILOT


def test_a_target_offers_nothing_unless_it_says_so():
    empty = Sockets()
    offered = {item.name: getattr(empty, item.name) for item in fields(Sockets)}
    # whoever talks to an autopilot needs its words
    assert offered.pop("dialect") is ARDUPILOT
    # a port that tells changes of mode unasked is the rule
    assert offered.pop("telling")() == TELLING
    assert set(offered.values()) == {None, 0, ()}
    with pytest.raises(FrozenInstanceError):
        empty.medium_size = 1


def test_the_embedded_drone_offers_every_socket_there_is():
    sockets = EmbeddedTarget().new_world(1).sockets
    # its medium is no folder of a program, its stamps are not late and its air is what it was told
    missing = [item.name for item in fields(Sockets) if not getattr(sockets, item.name)]
    assert missing == ["card", "clock_lag", "air_slack"]
    assert len(sockets.radio_key) == 32
