import pytest

from harness.errors import RigError
from harness.targets.embedded.orders import OrderedCompanion, OrderedUpdates


class Process:
    """Answers orders from a table, and keeps what it was told."""

    def __init__(self, **answers):
        self.answers, self.told = answers, []

    def __call__(self, name, value):
        self.told.append((name, value))
        return self.answers.get(name)


def test_the_companion_is_handled_by_orders():
    process = Process(state={"offline": True})
    companion = OrderedCompanion(process)
    companion.set_offline(True)
    assert companion.is_offline()
    companion.set_clock(5.0)
    companion.stand_by()
    companion.wake()
    companion.reboot()
    assert process.told == [("offline", True), ("state", None), ("ahead", 5.0), ("power", False), ("power", True)]


def test_updates_are_read_and_consented_to_by_orders():
    process = Process(offer="1.2.3", consent=True, image="00ff", slots=["00ff", ""])
    updates = OrderedUpdates(process)
    assert updates.read_offer() == "1.2.3"
    updates.consent()
    assert (updates.read_running(), updates.read_slots()) == (b"\0\xff", (b"\0\xff", b""))
    updates.restore()
    assert [name for name, _ in process.told] == ["offer", "consent", "image", "slots", "restore"]


def test_what_cannot_be_done_there_is_refused():
    with pytest.raises(RigError, match="no network yet"):
        OrderedUpdates(Process(consent=False)).consent()
    with pytest.raises(RigError, match="no programmer"):
        OrderedUpdates(Process()).program(b"")
