"""What holding a point does at each azimuth of the wind, side by side."""

from collections.abc import Mapping
from dataclasses import dataclass

from harness.errors import RigError
from harness.instruments.flight.track import Track
from harness.judgement import Estimate, estimate
from harness.judgement.estimate import COVERAGE_FACTOR

FEWEST = 8


@dataclass(frozen=True, kw_only=True)
class Rose:
    """Tracks around the same commanded point, by the azimuth (deg, clockwise from the nose) that the wind came from.

    Raises:
        RigError: there are fewer azimuths than a rose has.
    """

    tracks: Mapping[float, Track]

    def __post_init__(self) -> None:
        """Refuse too few directions."""
        if len({azimuth % 360.0 for azimuth in self.tracks}) < FEWEST:
            raise RigError(f"{len(self.tracks)} azimuths say little of all directions, {FEWEST} are needed")

    def worst_r95(self) -> Estimate:
        """95th percentile of the horizontal error at the worst azimuth, m."""
        return self._r95[-1]

    def ratio(self, *, least: float) -> Estimate:
        """R95 at the worst azimuth by that at the best, the latter counted as at least `least` (m)."""
        best, worst = self._r95[0], self._r95[-1]
        floor = max(best.value, least)
        value = worst.value / floor
        uncertain = best.U / COVERAGE_FACTOR / floor * value if best.value > least else 0.0
        return estimate(value, worst=worst.U / COVERAGE_FACTOR / floor, best=uncertain)

    def heading_error(self) -> Estimate:
        """95th percentile of the heading error at the worst azimuth, deg."""
        return max((track.r95_heading() for track in self.tracks.values()), key=lambda found: found.value)

    @property
    def _r95(self) -> list[Estimate]:
        return sorted((track.r95_horizontal() for track in self.tracks.values()), key=lambda found: found.value)
