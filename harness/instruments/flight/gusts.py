"""The answers of an aircraft to one gust, repeated: the worst of them counts, all of them are drawn."""

from collections.abc import Callable
from dataclasses import dataclass, field

from harness.errors import RigError
from harness.instruments.chart import Chart, Line
from harness.instruments.context import CaseLog
from harness.instruments.figures import Gust
from harness.instruments.flight.charts import error_over_wind
from harness.instruments.flight.track import Track
from harness.judgement import Estimate


@dataclass
class GustResponses:
    """Tracks through repetitions of a gust, each with the gust that was blown."""

    log: CaseLog
    answers: list[tuple[Gust, Track]] = field(default_factory=list)

    def add(self, gust: Gust, track: Track) -> None:
        """One more repetition."""
        self.answers.append((gust, track))

    def max_horizontal(self) -> Estimate:
        """Greatest horizontal error of all repetitions, m.

        Raises:
            RigError: there are none.
        """
        return self._worst(lambda gust, track: track.max_horizontal())

    def recovery_time(self, band: float, *, longest: float) -> Estimate:
        """Longest time, from the end of the gust until the error stays inside `band` (m), of all repetitions, s.

        Raises:
            RigError: there are none, or one was watched for too short a time (as for a single track).
        """
        return self._worst(lambda gust, track: track.recovery_time(band, since=gust.end, longest=longest))

    def max_tilt(self) -> Estimate:
        """Greatest tilt of all repetitions, deg.

        Raises:
            RigError: there are none.
        """
        return self._worst(lambda gust, track: track.max_tilt())

    def show(self) -> None:
        """Draw all repetitions over each other in the time of the gust, and the errors over the wind."""
        lines = tuple(_answer(number, gust, track) for number, (gust, track) in enumerate(self.answers, 1))
        spans = tuple(("gust", 0.0, gust.end - gust.start) for gust, _ in self.answers[:1])
        self.log.chart(
            Chart(
                title=f"Answers to the gust: {len(lines)}",
                x_label="time since the gust began (s)",
                y_label="horizontal error (m)",
                lines=lines,
                quantities=("peak_excursion",),
                spans=spans,
            )
        )
        tracks = [track for _, track in self.answers]
        if tracks:
            samples = [sample for track in tracks for sample in track.samples]
            self.log.chart(error_over_wind(samples, tracks[0].spot))

    def _worst(self, figure: Callable[[Gust, Track], Estimate]) -> Estimate:
        if not self.answers:
            raise RigError("no gust was blown: nothing can be said of an answer")
        return max((figure(gust, track) for gust, track in self.answers), key=lambda found: found.value)


def _answer(number: int, gust: Gust, track: Track) -> Line:
    times = tuple(sample.time - gust.start for sample in track.samples)
    return f"repetition {number}", times, tuple(map(track.horizontal, track.samples))
