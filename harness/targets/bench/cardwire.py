"""The article's network on a card of the bench: a cable, a switch or an access point between a kernel's card and it.

The bench's own stations (gateway, scanner, decoy) speak there by a packet socket. This machine's kernel must not: what
it says would be taken for the article's surroundings, so it is found out and the case is INVALID.
"""

import errno
import socket
import struct
from collections.abc import Callable
from contextlib import ExitStack

from harness.errors import RigError
from harness.targets.bench.card import Offloads, is_running, read_card, read_missed, silencing
from harness.targets.packetwire import PacketWire, Watched, open_packets

LOOK_PERIOD = 0.1  # s between two looks at the carrier
_SOL_PACKET, _ADD_MEMBERSHIP, _PROMISCUOUS = 263, 1, 1


class CardWire(PacketWire):
    """The wire of one case.

    Attributes:
        card: how the card was when the case began.
    """

    def __init__(self, clock: Watched, name: str, fail: Callable[[str], None]) -> None:
        """Join the card, which sees every frame from now on.

        Args:
            clock: of the case.
            name: of the card.
            fail: takes what makes the case invalid, in words.

        Raises:
            RigError: there is no such card, it is in use, or this user may not capture.
        """
        self.card = read_card(name)
        self.card.assert_free()
        self._name, self._fail, self._awaited, self._told = name, fail, False, False
        self._own = join(name)
        try:
            self._offloads = Offloads(name)
        except RigError:
            self._own.close()
            raise
        super().__init__(clock, self._own)
        self._missed = read_missed(name)
        self._clock_now = clock.now
        self._stop = clock.schedule.every(LOOK_PERIOD, self._look, start=clock.now())

    @property
    def carrier(self) -> bool:
        """Whether somebody is at the other end of the cable now."""
        return bool(is_running(self._own, self._name))

    @property
    def lost(self) -> int:
        """Frames that the kernel dropped or the card missed so far."""
        return super().lost + max(0, read_missed(self._name) - self._missed)

    def expect_carrier(self, expected: bool) -> None:
        """From now on a cable that is pulled makes the case invalid, or no longer: the article's power goes."""
        self._awaited = expected

    def close(self) -> None:
        """Give the card back as it was; harmless when done."""
        if self._own.fileno() >= 0:
            self._stop()
            self.unplug()
            self._offloads.restore()
            # the kernel takes the promiscuous mode back with the socket
            self._own.close()

    def _look(self) -> None:
        running = is_running(self._own, self._name)
        if running is None:
            self._tell(f"the network card {self._name} is gone: plug it in and test again")
        elif self._awaited and not running:
            self._tell(
                f"the network card {self._name} lost its carrier at {self._clock_now():.1f} s: the cable was pulled, "
                "or the article's end went down; plug it in and test again"
            )

    def _overhear_own(self, frame: bytes) -> None:
        kind = struct.unpack_from(">H", frame, 12)[0] if len(frame) >= 14 else 0
        self._tell(
            f"this machine itself spoke on the network card {self._name} (type 0x{kind:04x}, to "
            f"{frame[:6].hex(':')}), so the article met more than the bench: {silencing(self._name)}"
        )

    def _tell(self, text: str) -> None:
        if not self._told:
            self._told = True
            self._fail(text)


def join(name: str) -> socket.socket:
    """A packet socket that sees all frames of a card, also those that are for others.

    Raises:
        RigError: this user may not, or there is no such card.
    """
    try:
        own = open_packets(name)
        with ExitStack() as on_error:
            on_error.callback(own.close)
            request = struct.pack("IHH8x", socket.if_nametoindex(name), _PROMISCUOUS, 0)
            own.setsockopt(_SOL_PACKET, _ADD_MEMBERSHIP, request)
            on_error.pop_all()
    except OSError as error:
        if error.errno in (errno.EPERM, errno.EACCES):
            raise RigError(
                f"this user may not capture on the network card {name}: run as root, or with CAP_NET_RAW and "
                "CAP_NET_ADMIN"
            ) from error
        raise RigError(f"the network card {name} cannot be captured: {error.strerror or error}") from error
    return own
