"""A sweep over loss: what still gets through, and where the link breaks. Judged up to the declared tolerance only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.errors import RigError
from harness.instruments.chart import Chart
from harness.instruments.link.control import Grip
from harness.instruments.link.impair import Traffic
from harness.instruments.link.transfers import Transfers
from harness.instruments.repeats import worst_of
from harness.judgement import Count, Estimate

PERCENT = 100.0


@dataclass(frozen=True, kw_only=True)
class SweepPoint:
    """One loss of the sweep.

    Attributes:
        loss: share of frames that was to be lost each way.
        traffic: what was offered and delivered, by direction.
        grip: when control was held.
        transfers: what came of missions.
    """

    loss: float
    traffic: Mapping[str, Traffic]
    grip: Grip
    transfers: Transfers


def within_tolerance(points: Sequence[SweepPoint], tolerance: float) -> list[SweepPoint]:
    """The points at which the article is to be under control.

    Raises:
        RigError: none is at the declared tolerance itself.
    """
    inside = [point for point in points if point.loss <= tolerance]
    if not inside or max(point.loss for point in inside) < tolerance:
        raise RigError(f"the sweep has no point at the declared tolerance of {tolerance:.0%}: put one into its table")
    return inside


def count_damaged(points: Sequence[SweepPoint], tolerance: float) -> Count:
    """Missions that came back as something else at any loss, or did not come back within the tolerance."""
    inside = within_tolerance(points, tolerance)
    damaged = sum(point.transfers.damaged for point in points)
    late = sum(point.transfers.given_up for point in inside)
    trials = sum(point.transfers.intact + point.transfers.damaged for point in points)
    return Count(events=damaged + late, trials=trials + late)


def longest_without(points: Sequence[SweepPoint], tolerance: float) -> Estimate:
    """Longest time without control at any loss up to the tolerance, s."""
    return worst_of([point.grip.longest_without() for point in within_tolerance(points, tolerance)])


def sweep_charts(points: Sequence[SweepPoint], tolerance: float) -> tuple[Chart, Chart]:
    """Delivery and missions over loss, and the longest time without control over loss."""
    loss = tuple(PERCENT * point.loss for point in points)
    delivered = [
        (f"frames {way}", loss, tuple(PERCENT * point.traffic[way].delivered_share for point in points))
        for way in ("up", "down")
    ]
    missions = ("missions intact", loss, tuple(PERCENT * _intact(point.transfers) for point in points))
    outage = ("longest time without control", loss, tuple(point.grip.longest_without().value for point in points))
    bearing = (("declared tolerance", 0.0, PERCENT * tolerance),)
    asked = "loss asked for (%)"
    delivery = Chart(
        title="Delivery over loss", x_label=asked, y_label="%", lines=(*delivered, missions), spans=bearing
    )
    control = Chart(
        title="Time without control over loss",
        x_label=asked,
        y_label="s",
        lines=(outage,),
        quantities=("longest_without_control",),
        spans=bearing,
    )
    return delivery, control


def _intact(transfers: Transfers) -> float:
    return transfers.intact / max(transfers.intact + transfers.given_up + transfers.damaged, 1)
