"""The spectrum role: an analyser with SCPI, over PyVISA."""

from dataclasses import dataclass

from harness.errors import RigError
from harness.instruments.context import Context
from harness.instruments.dialogue import VisaDialogue, read_number


@dataclass(frozen=True, kw_only=True)
class Trace:
    """Levels (dBm) at `start` (Hz) and every `step` (Hz) after it."""

    start: float
    step: float
    levels: tuple[float, ...]

    def occupied_bandwidth(self, share: float = 0.99) -> float:
        """Width that holds `share` of the power, Hz: the same on both sides is left out (ITU-R SM.443)."""
        powers = [10.0 ** (level / 10.0) for level in self.levels]
        total, left_out = sum(powers), 0.5 * (1.0 - share)
        edges = [_edge(powers, left_out * total), len(powers) - 1 - _edge(powers[::-1], left_out * total)]
        return (edges[1] - edges[0] + 1) * self.step


class ScpiSpectrum:
    """Reads one trace at a time."""

    def __init__(self, context: Context) -> None:
        """Reach it.

        Raises:
            RigError: it cannot be reached.
        """
        self._context = context
        self._visa = VisaDialogue(
            context.world, str(context.settings["resource"]), str(context.settings.get("library", "@py"))
        )

    def identify(self) -> str:
        """Its answer to ``*IDN?``."""
        return self._visa.ask("*IDN?")

    def read_trace(self, *, centre: float, span: float) -> Trace:
        """The trace about `centre`, `span` wide, both Hz.

        Raises:
            RigError: it does not answer, reports an error, or gives no levels.
        """
        self._visa.ask(f"FREQ:CENT {centre:.0f}")
        self._visa.ask(f"FREQ:SPAN {span:.0f}")
        error = self._visa.ask("SYST:ERR?")
        if error.partition(",")[0] not in ("0", "+0"):
            raise RigError(f"{self._visa.where} reports {error!r}: correct the frequencies or its commands")
        levels = tuple(read_number(part, self._visa.where) for part in self._visa.ask("TRAC? TRACE1").split(","))
        if len(levels) < 2:
            raise RigError(f"{self._visa.where} gives {len(levels)} level: is it a spectrum analyser?")
        self._context.uncertainty_at(max(levels), "a level")
        return Trace(start=centre - span / 2, step=span / (len(levels) - 1), levels=levels)

    def close(self) -> None:
        """Let go of it."""
        self._visa.close()


def _edge(powers: list[float], left_out: float) -> int:
    """The first place at which the sum reaches `left_out`."""
    total = 0.0
    for place, power in enumerate(powers):
        total += power
        if total >= left_out:
            return place
    return len(powers) - 1
