"""What happened in a flight, told by several instruments onto one chart: stretches to shade, moments to mark."""

from dataclasses import dataclass, field


@dataclass
class Story:
    """Stretches and moments, in s of the test clock; the instrument that draws the chart hands it out.

    Attributes:
        spans: (name, from, to).
        events: (name, when).
    """

    spans: list[tuple[str, float, float]] = field(default_factory=list)
    events: list[tuple[str, float]] = field(default_factory=list)

    def shade(self, name: str, start: float, end: float) -> None:
        """A stretch."""
        self.spans.append((name, start, end))

    def mark(self, name: str, time: float) -> None:
        """A moment."""
        self.events.append((name, time))
