"""The spectrum role: what an analyser at the antenna port, or in a shielded box with the article, sees of it."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from harness.errors import NotOffered, NotShown, RigError
from harness.instruments.context import Context
from harness.instruments.spectrum.airsweep import AirSweep, Analyser, Swept, read_looks
from harness.instruments.spectrum.attribution import Attribution, attribute
from harness.instruments.spectrum.prescan import Chain, Prescan, held, near_look, strongest

SCREENS = (
    "a pre-scan only screens: beyond a limit it refutes, within all of them it shows nothing; name the report of an "
    "accredited laboratory in the job, or state `accredited` under [roles.spectrum.settings] if this bench is one"
)


class Sweeps(Protocol):
    """A row of conditions.

    Attributes:
        ranges: each as [from, to, resolution bandwidth], MHz.
        seeded: level at the antenna port of the line that must be found in each piece, dBm.
        times: sweeps that are held, for what does not transmit all the time.
    """

    ranges: Sequence[Sequence[float]]
    seeded: float
    times: int


class SpectrumScreen:
    """Screens emissions with any analyser."""

    def __init__(self, context: Context, analyser: Analyser) -> None:
        self._context, self._analyser = context, analyser

    def scan_emissions(self, plan: Sweeps) -> Prescan:
        """Sweep the article, which transmits, and look closer about its strongest emission.

        Raises:
            NotShown: the way to the analyser is not measured.
            RigError: no channels are declared, nothing is emitted, or a control failed.
        """
        channels = self._context.declaration.link.channels
        if not channels:
            raise RigError("the declaration does not state link.channels, which this instrument needs")
        sweep, looks = self._sweeper(), read_looks(plan.ranges)
        wide = held([sweep.sweep(looks, plan.seeded) for _ in range(plan.times)])
        look = near_look(strongest(wide), channels)
        near = tuple(each for _ in range(plan.times) for each in sweep.sweep((look,), plan.seeded))
        scan = Prescan(wide=wide, near=near, channels=channels, chain=self._chain())
        self._context.log.note(f"{scan.describe()}. {self._describe()}")
        self._context.log.chart(scan.chart())
        return scan

    def assert_accredited(self) -> None:
        """What is within its limits is shown by an accredited laboratory alone.

        Raises:
            NotShown: this bench is none.
        """
        certificate = self._context.settings.get("accredited")
        if not certificate:
            raise NotShown(SCREENS)
        self._context.log.note(f"measured under the accreditation {certificate}")

    def sweep_off(self, plan: Sweeps) -> tuple[Swept, ...]:
        """Sweep with the article's power off: what is there then is the bench's.

        Raises:
            NotShown: the way to the analyser is not measured.
            NotOffered: no relay holds the article's power.
            RigError: the article was heard meanwhile, or a control failed.
        """
        if "relay" not in self._context.devices:
            raise NotOffered("the bench is swept with the article off, and no relay holds its power: add [roles.relay]")
        world = self._context.world
        world.power_off()
        before = self._beats()
        swept = self.sweep(plan)
        heard = self._beats() - before
        self._context.check("article.off", heard == 0, f"{heard} heartbeats of the article while its power was off")
        world.power_on()
        return swept

    def sweep(self, plan: Sweeps) -> tuple[Swept, ...]:
        """Sweep the article in the mode in which it is.

        Raises:
            NotShown: the way to the analyser is not measured.
            RigError: a control failed.
        """
        sweeper, looks = self._sweeper(), read_looks(plan.ranges)
        return held([sweeper.sweep(looks, plan.seeded) for _ in range(plan.times)])

    def attribute(self, ambient: Sequence[Swept], modes: Mapping[str, Sequence[Swept]]) -> Attribution:
        """Say whose each line of the modes is."""
        declaration = self._context.declaration
        found = attribute(ambient, modes, (*declaration.link.channels, *declaration.network.emitters))
        self._context.log.note(f"{found.describe()}. {self._describe()}")
        return found

    def _beats(self) -> int:
        hearing = getattr(self._context.world, "hearing", {})
        return sum(each.beats for each in hearing.values())

    def _sweeper(self) -> AirSweep:
        loss = self._context.settings.get("path_loss")
        if loss is None or self._context.settings.get("path_loss_uncertainty") is None:
            raise NotShown(
                "[roles.spectrum.settings] lacks path_loss or its uncertainty, from the antenna port to the analyser: "
                "measure it, or levels mean nothing"
            )
        return AirSweep(self._context, self._analyser, float(loss))

    def _chain(self) -> Chain:
        settings = self._context.settings
        if settings.get("antenna_gain") is None or settings.get("antenna_gain_uncertainty") is None:
            raise NotShown(
                "[roles.spectrum.settings] lacks antenna_gain or its uncertainty, so no radiated power follows"
            )
        return Chain(
            gain=float(settings["antenna_gain"]),
            gain_u=float(settings["antenna_gain_uncertainty"]),
            loss_u=float(settings["path_loss_uncertainty"]),
            analyser_u=self._context.uncertainty,
        )

    def _describe(self) -> str:
        settings = self._context.settings
        return (
            f"detector {settings.get('detector', 'RMS')}, {settings.get('path_loss', 0.0):g} dB from the antenna port "
            "to the analyser; the aircraft alone, on one battery, on channels that it chose by itself"
        )
