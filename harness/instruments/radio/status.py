"""The modems at both ends of a fading link: each tells its host how well it hears, by RADIO_STATUS.

As SiK telemetry radios do it: system 51, component 68, unsigned, twice a second; dBm = RSSI / 1.9 - 127 (SiK Radio,
advanced configuration). A model for rehearsals: no radio is involved.
"""

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.link.impair_fade import FadingLoss, Sensitivity
from harness.link.virtual import VirtualCable
from harness.timing import World

PERIOD = 0.5
SYSTEM, COMPONENT = 51, 68
_STEPS_PER_DB, _ZERO_DBM, _MOST = 1.9, -127.0, 254
_TX_BUFFER_FREE = 100  # %


def to_rssi(level: float) -> int:
    """A level in dBm as RADIO_STATUS tells it."""
    return max(0, min(_MOST, round((level - _ZERO_DBM) * _STEPS_PER_DB)))


class FadingModems:
    """Loses frames as the signal fades, and reports it to both hosts.

    Attributes:
        up: the loss towards the aircraft; its `fade` may be replaced at any time.
        down: likewise from the aircraft.
    """

    def __init__(self, cable: VirtualCable, world: World, losses: tuple[FadingLoss, FadingLoss]) -> None:
        """Put `losses`, towards and from the aircraft, before all other stages of `cable`, and begin to report."""
        self.up, self.down = losses
        self._cable, self._world, self._receiver = cable, world, Sensitivity()
        self._mav = mavlink.MAVLink(None, SYSTEM, COMPONENT)
        cable.up.insert(0, self.up)
        cable.down.insert(0, self.down)
        self._stop = world.schedule.every(PERIOD, self._report, start=world.now())

    def stop(self) -> None:
        """Take the losses out and report no more."""
        self._stop()
        self._cable.up.remove(self.up)
        self._cable.down.remove(self.down)

    def _report(self) -> None:
        now = self._world.now()
        air, ground = self.up.fade.read(now), self.down.fade.read(now)
        for end, own, remote in ((self._cable.air, air, ground), (self._cable.ground, ground, air)):
            if not end.closed:
                end.hand_over(self._pack(own, remote))

    def _pack(self, own: float, remote: float) -> bytes:
        noise = to_rssi(self._receiver.noise)
        message = mavlink.MAVLink_radio_status_message(
            to_rssi(own), to_rssi(remote), _TX_BUFFER_FREE, noise, noise, 0, 0
        )
        packed: bytes = message.pack(self._mav)
        self._mav.seq = (self._mav.seq + 1) % 256
        return packed
