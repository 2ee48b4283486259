"""SETUP_SIGNING: a new key for the radio ports, from whoever may give one.

It is taken from a trusted port, or from a radio port when signed with the present key; only when addressed to this
system, and never forwarded. A key of zeros, from a trusted port, forgets the key that was set: the key of pairing holds
again. ArduPilot turns signing off with it (GCS_Signing.cpp); here no message opens a radio port.
"""

from harness.drone.flight.state import Severity
from harness.drone.mavlink.channel import Channel
from harness.drone.mavlink.config import Memory
from harness.drone.mavlink.empty_part import EmptyPart
from harness.drone.mavlink.inbound import Message
from harness.drone.mavlink.signing import LAST_TIMESTAMP, SigningTime


class KeySetup(EmptyPart):
    """Keeps the key in the memory that survives a reboot; all radio ports use it from then on."""

    def __init__(self, memory: Memory, time: SigningTime) -> None:
        super().__init__()
        self._memory, self._time = memory, time
        self.handlers = {"SETUP_SIGNING": self._set_up}

    def _set_up(self, channel: Channel, message: Message) -> None:
        key = bytes(message.secret_key)
        refusal = _refusal(channel, message, key)
        if refusal:
            self.post.say(int(Severity.WARNING), f"Signing: {refusal}")
            return
        self._memory.signing_key = key if any(key) else b""
        self._time.move_to(message.initial_timestamp)
        self.post.say(int(Severity.INFO), "Signing: new key" if any(key) else "Signing: key of pairing holds again")


def _refusal(channel: Channel, message: Message, key: bytes) -> str:
    if not message.target_system:
        return "a key must be addressed to one system"
    if not any(key) and not channel.trusted:
        return "a key can be removed on a trusted port only"
    return "time beyond 48 bits" if message.initial_timestamp > LAST_TIMESTAMP else ""
