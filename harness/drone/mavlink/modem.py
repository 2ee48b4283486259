"""The drone's radio modem: bytes to and from the air at once, unless it has one of the defects of a modem."""

import math
from functools import partial

from harness.drone.mavlink.config import MavlinkConfig
from harness.link.port import Port, Receiver
from harness.timing import Clock, Schedule


class Modem:
    """Implements :class:`harness.link.port.Port` around the air end of the radio link."""

    def __init__(self, air: Port, clock: Clock, schedule: Schedule, config: MavlinkConfig) -> None:
        self._air, self._clock, self._schedule, self._config = air, clock, schedule, config
        self._heard: float | None = None
        self._deaf = False

    def send(self, data: bytes) -> None:
        """Send, or with the defect ``radio_delay`` later.

        Raises:
            RigError: the link is closed.
        """
        if self._config.radio_delay:
            self._schedule.at(self._clock.now() + self._config.radio_delay, partial(self._air.send, data))
        else:
            self._air.send(data)

    def listen(self, receiver: Receiver) -> None:
        """Hand to `receiver` what comes in; replaces an earlier receiver."""
        self._air.listen(partial(self._take, receiver))

    def close(self) -> None:
        """Close the air end."""
        self._air.close()

    def _take(self, receiver: Receiver, data: bytes) -> None:
        now, patience, period = self._clock.now(), self._config.radio_deaf_after, self._config.radio_period
        if patience and self._heard is not None and now - self._heard > patience:
            self._deaf = True
        self._heard = now
        if self._deaf:
            return
        if period:
            self._schedule.at(math.ceil(now / period) * period, partial(receiver, data))
        else:
            receiver(data)
