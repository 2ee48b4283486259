from dataclasses import FrozenInstanceError, fields

import pytest

from harness.targets.base import Sockets
from harness.targets.embedded import EmbeddedTarget
from harness.vehicle.dialects.ardupilot import ARDUPILOT


def test_a_target_offers_nothing_unless_it_says_so():
    empty = Sockets()
    offered = {item.name: getattr(empty, item.name) for item in fields(Sockets)}
    # whoever talks to an autopilot needs its words
    assert offered.pop("dialect") is ARDUPILOT
    assert set(offered.values()) == {None, 0, ()}
    with pytest.raises(FrozenInstanceError):
        empty.medium_size = 1


def test_the_embedded_drone_offers_every_socket_there_is():
    sockets = EmbeddedTarget().new_world(1).sockets
    # it has media in place of a program's folder, and its clock is never behind
    assert [item.name for item in fields(Sockets) if not getattr(sockets, item.name)] == ["card", "clock_lag"]
    assert len(sockets.radio_key) == 32
