from types import SimpleNamespace

import pytest

from harness.errors import RigError
from harness.instruments.storage.integrity import upload_mission


@pytest.mark.parametrize(
    ("defects", "missed"),
    [
        ((), set()),
        (("log-without-code",), {"log"}),
        (("flash-without-code",), {"parameters", "mission"}),
        (("unverified-boot",), {"firmware"}),
    ],
)
def test_flipped_bits_are_noticed_or_not(bench, defects, missed):
    scene, storage = bench(*defects)
    count = storage.flip_bits(each=1)
    assert (count.events, count.trials) == (len(missed), 4)
    (note,) = [note for note in scene.log.notes if note.startswith("not noticed")]
    assert all(name in note for name in missed)
    assert scene.log.controls[-2:] == [("objects.stored", True), ("unchanged.starts", True)]


def test_an_object_that_lies_nowhere_is_invalid(bench):
    _, storage = bench("unmarked-recordings")
    with pytest.raises(RigError, match=r"objects\.stored failed: found on no medium: log"):
        storage.flip_bits(each=1)


class Asking:
    """A unit that asks for an item that there is not, before it accepts."""

    def __init__(self):
        self.sent, self.telemetry, self.system = [], self, 1

    def subscribe(self, kind, act):
        self.give = act
        return lambda: None

    def wait_message(self, kind, within):
        if kind == "MISSION_ACK":
            for number in (9, 65535, 0):
                self.give(SimpleNamespace(seq=number))
        return SimpleNamespace(lat=0, lon=0, type=0)

    def send(self, message):
        self.sent.append(message.get_type())


def test_a_unit_that_asks_for_items_that_there_are_not_breaks_nothing():
    unit = Asking()
    upload_mission(unit)
    assert unit.sent == ["MISSION_COUNT", "MISSION_ITEM_INT"]
