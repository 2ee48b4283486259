"""In what terms a wind is declared: equivalent airspeed at a stated air density, and what a wind of another air is.

What pushes an aircraft is the dynamic pressure, so winds of equal ``density * speed^2`` count as equal.
"""

import math
from dataclasses import dataclass

from harness.errors import RigError
from harness.judgement import Estimate, Exposure
from harness.judgement.credit import EXCESS
from harness.judgement.estimate import COVERAGE_FACTOR

# ISO 2533 / ICAO Doc 7488, sea level, kg/m^3
ISA_DENSITY = 1.225


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How speeds of a source's air and declared ones belong together.

    Attributes:
        density: of the air that blows, kg/m^3.
        declared: at which the wind is declared, kg/m^3.
        uncertainty: standard uncertainty of the anemometer, m/s.
        slack: by which share a source's wind may fall short of what it is told, although it follows.

    Raises:
        RigError: a density is not above 0, or the uncertainty or the slack is below 0.
    """

    density: float = ISA_DENSITY
    declared: float = ISA_DENSITY
    uncertainty: float = 0.0
    slack: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is no air."""
        if not (0.0 < self.density < math.inf and 0.0 < self.declared < math.inf):
            raise RigError(f"air has a density above 0 kg/m3, got {self.density} and {self.declared}")
        if not 0.0 <= self.uncertainty < math.inf:
            raise RigError(f"an anemometer's uncertainty is 0 m/s or more, got {self.uncertainty}")
        if not 0.0 <= self.slack < EXCESS:
            raise RigError(f"a source's slack is 0 or more and below {EXCESS}, got {self.slack}")

    @property
    def basis(self) -> str:
        """What a speed in these terms is."""
        return f"equivalent airspeed at {self.declared:g} kg/m3, blown at {self.density:g} kg/m3"

    def aim(self, level: float) -> float:
        """Speed (m/s, of this air) to command, so that a PASS can be credited at `level`: U and the slack above it."""
        if level == 0.0:
            return 0.0
        return self.blown(level * (1.0 + self.slack)) + COVERAGE_FACTOR * self.uncertainty

    def blown(self, level: float) -> float:
        """A declared speed as it is in this air, m/s."""
        return level * math.sqrt(self.declared / self.density)

    def exposure(self, name: str, level: float, speed: float) -> Exposure:
        """A wind of `speed` (m/s, of this air) where `level` was to be reached."""
        factor = math.sqrt(self.density / self.declared)
        u = factor * self.uncertainty
        realised = Estimate(value=factor * speed, U=COVERAGE_FACTOR * u, terms={"anemometer": u})
        return Exposure(name=name, unit="m/s", level=level, realised=realised, basis=self.basis)

    def series(self, name: str, *, told: float, realised: float) -> Exposure:
        """A figure (m/s, of this air) of a series that was commanded U and the slack above what the case stands for.

        The level is that of the seed's own series: it scatters about the class, and the source has to follow it.
        """
        level = self.exposure(name, 0.0, told).credited / (1.0 + self.slack)
        return self.exposure(name, level, realised)
