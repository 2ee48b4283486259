"""What the roles around the radio link can do: the intruder, the attenuator and the jammer."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from harness.instruments.intruder.intruder import Heard
from harness.instruments.intruder.matrix import Matrix
from harness.instruments.intruder.usurping import Takeover
from harness.instruments.link.reach import Reach
from harness.instruments.link.staircase import Probe, Stairs
from harness.instruments.radio.attenuator import Fading
from harness.instruments.radio.jammer import Jamming
from harness.instruments.spectrum.airsweep import Swept
from harness.instruments.spectrum.attribution import Attribution
from harness.instruments.spectrum.prescan import Prescan
from harness.instruments.spectrum.spectrum import Sweeps
from harness.judgement import Estimate


class IntruderRole(Protocol):
    """A second radio within reach of the article, which may have no key."""

    def forge(self, witness: Callable[[], object], *, repetitions: int) -> Matrix:
        """Forge, replay and downgrade orders on every link, each beside its rightly signed twin.

        Raises:
            RigError: a twin was not obeyed, or a frame was not seen on the far side.
        """
        ...

    def usurp(self, witness: Callable[[], object]) -> Takeover:
        """Order and pair as a second station, then take the command over by a physical act and give it back.

        Raises:
            RigError: who is paired was not obeyed, or a frame was not seen on the far side.
        """
        ...

    def listening(self) -> AbstractContextManager[Heard]:
        """Capture the air while the context lasts and search it on leaving; yields what is to be said meanwhile.

        Raises:
            RigError: nothing was captured, or the same search does not see what was never encrypted.
        """
        ...


class AttenuatorRole(Protocol):
    """A programmable attenuator in the path of the radio link."""

    def fading(self, *, slope: float) -> AbstractContextManager[Fading]:
        """Let the level fall by `slope` dB/s while the context lasts.

        Raises:
            RigError: on leaving, when nothing was lost.
        """
        ...

    def holding(self, *, above_loss: float) -> AbstractContextManager[None]:
        """Hold the level that many dB above the loss while the context lasts.

        Raises:
            RigError: on leaving, when the level was another one.
        """
        ...

    def find_loss(self, probe: Probe, plan: Stairs) -> Reach:
        """Attenuate in steps until `probe` says that the link is lost either way, again and again as `plan` says.

        Raises:
            RigError: the range or its frequency is not declared, or a control failed.
        """
        ...


class JammerRole(Protocol):
    """Interference in the bands of the link and of satellite navigation."""

    def raise_to_loss(self) -> Estimate:
        """Raise the interference until the link loses something; the last ratio to the signal that it bore, dB.

        Raises:
            RigError: nothing is lost at the strongest.
        """
        ...

    def jamming(self) -> AbstractContextManager[Jamming]:
        """Take link and satellites away together while the context lasts.

        Raises:
            RigError: on leaving, when something got through.
        """
        ...


class SpectrumRole(Protocol):
    """A spectrum analyser at the article's antenna port, or in a shielded box with it."""

    def scan_emissions(self, plan: Sweeps) -> Prescan:
        """Sweep the article, which transmits, and look closer about its strongest emission.

        Raises:
            NotShown: the way to the analyser is not measured.
            RigError: no channels are declared, nothing is emitted, or a control failed.
        """
        ...

    def assert_accredited(self) -> None:
        """What is within its limits is shown by an accredited laboratory alone.

        Raises:
            NotShown: this bench is none.
        """
        ...

    def sweep_off(self, plan: Sweeps) -> tuple[Swept, ...]:
        """Sweep with the article's power off: what is there then is the bench's.

        Raises:
            NotShown: the way to the analyser is not measured.
            NotOffered: no relay holds the article's power.
            RigError: the article was heard meanwhile, or a control failed.
        """
        ...

    def sweep(self, plan: Sweeps) -> tuple[Swept, ...]:
        """Sweep the article in the mode in which it is.

        Raises:
            NotShown: the way to the analyser is not measured.
            RigError: a control failed.
        """
        ...

    def attribute(self, ambient: Sequence[Swept], modes: Mapping[str, Sequence[Swept]]) -> Attribution:
        """Say whose each line of the modes is."""
        ...
