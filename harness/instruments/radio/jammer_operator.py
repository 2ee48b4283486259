"""The jammer role on a bench in a shielded box: an operator sets the generators, and what is lost is measured.

The link's loss shows in heartbeats that came over the observer's port alone; that of the satellites at the receiver of
the gnss role beside the article. A rig file that states no shielded box cannot name this make.
"""

from collections.abc import Callable
from dataclasses import replace

from harness.instruments.attendant import Attendant
from harness.instruments.context import Context
from harness.instruments.radio.jammer import ChamberJammer
from harness.instruments.radio.signal import BeatSignal
from harness.instruments.truth.tracker import assemble

KEY_LINK, KEY_BOTH, KEY_OFF = "jammer.link", "jammer.both", "jammer.off"


class OperatorJammer(ChamberJammer):
    """Generators that an operator sets, in steps that a person follows."""

    step, dwell = 5.0, 5.0

    def __init__(self, context: Context) -> None:
        """Ask nothing yet.

        Raises:
            RigError: the rig has no tracker, no gnss role with a receiver, or no observer hears the article beside the
                radio.
            FileError: the answer file is none.
        """
        self._attendant, self._on = Attendant(context), False
        receiver: Callable[[], bool] = context.device("gnss").hears
        own = replace(
            context.sockets,
            signal=BeatSignal(context),
            set_satellites=lambda on: None,
            hears_satellites=receiver,
            truth=assemble(context, context.device("tracker").read),
        )
        super().__init__(replace(context, sockets=own))

    def identify(self) -> str:
        """Who sets it."""
        return "generators set by hand in a shielded box"

    def close(self) -> None:
        """Have everything switched off, if anything is on.

        Raises:
            RigError: the operator does not answer, or did not do it.
        """
        self._give_both()

    def _take_both(self) -> None:
        self._on = True
        what = f"at once: interfere in the band of the link at {self.strongest:+.0f} dB over its signal, and take the"
        self._attendant.confirm(KEY_BOTH, f"{what} satellite signals away")

    def _give_both(self) -> None:
        if self._on:
            self._on = False
            what = "switch all interference off, and give the article its satellite signals back"
            self._attendant.confirm(KEY_OFF, what)

    def _jam(self, ratio: float | None) -> None:
        if ratio is None:
            self._give_both()
            return
        self._on = True
        self._attendant.confirm(KEY_LINK, f"interfere in the band of the link at {ratio:+.0f} dB over its signal")
