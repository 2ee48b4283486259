"""What the roles can do for tests of a link that is lost, bad or late: part of the words in ``roles.py``."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from harness.instruments.figures import Cut, Orders, Regained, Seen
from harness.instruments.flight.track import Spot
from harness.instruments.link.beats import Silence
from harness.instruments.link.bothways import Delivery
from harness.instruments.link.clocks import Timebase
from harness.instruments.link.control import Grip, Witness
from harness.instruments.link.impair import Traffic
from harness.instruments.link.latency import Latencies
from harness.instruments.link.sweep import SweepPoint
from harness.instruments.link.transfers import Transfers
from harness.instruments.story import Story
from harness.judgement import Count


class LinkVehicle(Protocol):
    """The article, as its ground station holds it."""

    @property
    def home(self) -> Spot:
        """The launch point."""
        ...

    def hung_up(self) -> AbstractContextManager[None]:
        """The ground station's program has ended while the context lasts: its end of the link is closed."""
        ...

    def wait_regained(self, *, within: float) -> Regained:
        """Time from now until telemetry is heard again and a command is acknowledged.

        Raises:
            VehicleTimeout: not within `within` s.
        """
        ...

    def count_refusals(self) -> Count:
        """The acceptance twin after a loss: one order of the pilot, whether it was not obeyed."""
        ...

    def holding_control(self) -> AbstractContextManager[Grip]:
        """Prove control again and again while the context lasts."""
        ...

    def retake(self) -> None:
        """Take the article back from an action of its own.

        Raises:
            VehicleError: it does not obey.
        """
        ...

    def turn(self, count: int, *, witness: Witness) -> Orders:
        """Give `count` orders to turn, whose effect `witness` sees.

        Raises:
            RigError: the article acts by itself so often that nothing can be ordered.
        """
        ...

    def exchange_missions(self, count: int, *, within: float) -> Transfers:
        """Send and read back missions, on the ground; each way `within` s."""
        ...

    def try_both_ways(self, duration: float) -> Delivery:
        """What the link delivers each way in `duration` s; the article stays as it is."""
        ...

    def compare_clocks(self) -> Timebase:
        """The offset of the article's clock, over the link as it is, on the ground.

        Raises:
            RigError: no offset explains all exchanges, or none is known well enough.
        """
        ...

    def assert_clock_kept(self, latencies: Latencies, timebase: Timebase) -> Latencies:
        """The latencies with all that the clocks have drifted since the comparison in their uncertainty.

        Raises:
            RigError: the article's clock ran otherwise than the rig's, so that one way cannot be told.
        """
        ...

    def time_commands(self, count: int, timebase: Timebase) -> Latencies:
        """Latency of `count` harmless commands and of the telemetry that answers them, on the ground.

        Raises:
            RigError: a message came before it was sent.
        """
        ...

    def assert_sees_delay(self, before: Latencies, after: Latencies, delay: float) -> None:
        """The twin of a latency: `delay` s added each way on the rig's link must be seen in full.

        Raises:
            RigError: it is not, so small figures show nothing.
        """
        ...


class LinkObserver(Protocol):
    """An independent witness."""

    def telling(self, story: Story) -> AbstractContextManager[None]:
        """Mark each change of mode and the motors' stop on the chart of `story` while the context lasts."""
        ...

    def read_seen(self) -> Seen:
        """Heading, mode and arming now.

        Raises:
            RigError: the observer hears nothing.
        """
        ...

    def read_modes(self, *, since: float) -> Sequence[str]:
        """Modes entered since then (test clock, s), in order.

        Raises:
            RigError: the observer hears nothing.
        """
        ...

    def count_departures(self, *, since: float) -> Count:
        """Whether the article left, since then (test clock, s), the mode that it was in; for a phase that goes on.

        Raises:
            RigError: it hears nothing, or the declared action in this phase is not to go on.
        """
        ...

    def count_surprises(self, *, since: float, silence: float) -> Count:
        """Whether the mode changed since then in a way that a silence of `silence` s does not explain.

        Raises:
            RigError: it hears nothing.
        """
        ...

    def count_unowed(self, silences: Sequence[Silence]) -> Count:
        """Actions of its own without a silence that is longer than the declared tolerance.

        Raises:
            RigError: it hears nothing, or there was nothing to bear.
        """
        ...

    def count_missed(self, silences: Sequence[Silence]) -> Count:
        """Silences longer than the declared time without the declared action in time.

        Raises:
            RigError: it hears nothing, or nothing was owed.
        """
        ...


class LinkRadio(Protocol):
    """The radio link, as a bench impairs it."""

    def closed(self, story: Story) -> AbstractContextManager[Cut]:
        """The link while its ground end is closed, which the article can see.

        Raises:
            RigError: on leaving, when the end was open or a frame got through.
        """
        ...

    def impaired(self, row: Mapping[str, Any], story: Story) -> AbstractContextManager[Mapping[str, Traffic]]:
        """Impair both directions, each for itself, as a row of conditions says; yields the traffic of each way.

        Raises:
            RigError: there is no such impairment; on leaving, when the link was not impaired as asked.
        """
        ...

    def outlasting(self, silence: float) -> float:
        """A silence of `silence` s, or longer where the article declares more time before it acts, up to a minute."""
        ...

    @property
    def declared_tolerance(self) -> float:
        """The share of frames that may be lost while the article stays under control, as declared."""
        ...

    def show_sweep(self, points: Sequence[SweepPoint]) -> None:
        """Keep charts of delivery, missions and outage over loss."""
        ...

    def read_silences(self, *, since: float) -> tuple[Silence, ...]:
        """The silences of the ground station since then (test clock, s), as the far side of the link heard them."""
        ...
