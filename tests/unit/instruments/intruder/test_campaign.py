"""What a campaign does when it has nothing left to try with. What it tries is in test_intruder."""

import secrets
from dataclasses import dataclass, field

import pytest
from fake_world import FakeWorld

from harness.errors import UsageError
from harness.instruments.intruder.campaign import NEW_LINKS, Bench, Campaign, orders
from harness.vehicle.codec import Identity


@dataclass
class DeafLine:
    """Nobody at the far end."""

    name: str
    sent: list = field(default_factory=list)
    answers: tuple = ()

    def send(self, frame):
        self.sent.append(frame)

    def forget(self):
        pass


def test_each_new_stream_has_a_link_id_of_its_own_until_none_is_left():
    key = secrets.token_bytes(32)
    campaign = Campaign(Bench(world=FakeWorld(), key=key, twin_key=key, witness=lambda: 0, epoch=Identity().epoch))
    rounds = len(NEW_LINKS) // len(orders())
    line = DeafLine("radio")
    campaign.delay_all([line] * rounds)
    # the byte of the link id stands 13 bytes before the end (mavlink.io "Message Signing")
    assert sorted(frame[-13] for frame in line.sent) == list(NEW_LINKS)[: rounds * len(orders())]
    with pytest.raises(UsageError, match=r"forgery\.repetitions needs more new streams than the 156 link ids left"):
        campaign.delay_all([line])
