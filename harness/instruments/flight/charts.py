"""The charts that an engineer reads a flight in wind by: made of samples, with no drawing in them."""

import math
from collections.abc import Sequence

from harness.drone.flight.state import Truth
from harness.instruments.chart import Chart
from harness.instruments.flight.command import WindCommand
from harness.instruments.flight.track import Sample, Spot
from harness.instruments.flight.turbulence import Series

MOST_ARROWS = 12
CLOCK = "test clock (s)"
WIND_STEP = 1.0


def ground_track(readings: Sequence[Truth], spot: Spot) -> Chart:
    """The way over ground around a commanded point, with the wind along it; limits are circles around the point."""
    east = tuple(reading.motion.east - spot.east for reading in readings)
    north = tuple(reading.motion.north - spot.north for reading in readings)
    strongest = max((math.hypot(reading.wind_north, reading.wind_east) for reading in readings), default=0.0)
    step = max(1, math.ceil(len(readings) / MOST_ARROWS))
    arrows = tuple(
        (east[place], north[place], readings[place].wind_east, readings[place].wind_north)
        for place in range(0, len(readings), step)
    )
    return Chart(
        title="Ground track around the commanded point",
        x_label="east (m)",
        y_label="north (m)",
        lines=(("way over ground", east, north),),
        points=(("commanded point", (0.0,), (0.0,)),),
        arrows=arrows,
        arrow_name=f"blows to, up to {strongest:.1f} m/s",
        quantities=("max_horizontal", "peak_excursion"),
        kind="track",
    )


def error_over_wind(samples: Sequence[Sample], spot: Spot) -> Chart:
    """Horizontal error over the wind in which it occurred: every sample's bin of 1 m/s with its range and mean."""
    bins: dict[int, list[float]] = {}
    for sample in samples:
        off = math.hypot(sample.north - spot.north, sample.east - spot.east)
        bins.setdefault(round(sample.wind / WIND_STEP), []).append(off)
    speeds = tuple(WIND_STEP * number for number in sorted(bins))
    found = [bins[number] for number in sorted(bins)]
    mean = tuple(sum(errors) / len(errors) for errors in found)
    low, high = tuple(map(min, found)), tuple(map(max, found))
    return Chart(
        title="Position error over wind",
        x_label="wind at the aircraft (m/s)",
        y_label="horizontal error (m)",
        lines=(("mean error", speeds, mean),),
        points=(("greatest error", speeds, high),),
        bands=(("least to greatest", speeds, low, high),),
        quantities=("r95_horizontal", "max_horizontal", "peak_excursion"),
    )


def motor_margin(times: Sequence[float], outputs: Sequence[Sequence[float]]) -> Chart:
    """Output of each motor in % of its range, a mean for each second, and what the greatest of that second leaves.

    Args:
        times: of the readings, s.
        outputs: of all motors at each time, 0 to 1.
    """
    seconds: dict[int, list[Sequence[float]]] = {}
    for time, row in zip(times, outputs, strict=True):
        seconds.setdefault(math.floor(time), []).append(row)
    clock = tuple(second + 0.5 for second in sorted(seconds))
    rows = [seconds[second] for second in sorted(seconds)]
    lines = tuple(
        (f"motor {motor + 1}", clock, tuple(100.0 * sum(row[motor] for row in part) / len(part) for part in rows))
        for motor in range(len(outputs[0]) if outputs else 0)
    )
    hardest = tuple(100.0 * max(map(max, part)) for part in rows)
    margin = (("left to the hardest worked motor", clock, hardest, (100.0,) * len(hardest)),)
    return Chart(
        title="Motor outputs and what is left",
        x_label=CLOCK,
        y_label="% of the range",
        lines=lines,
        bands=margin,
        quantities=("motor_p99",),
    )


def touchdowns(places: Sequence[tuple[float, float]], pad: Spot) -> Chart:
    """Where an aircraft touched down, metres (north, east) of home, around the pad that it was to land on."""
    return Chart(
        title=f"Touchdowns, {len(places)} of them",
        x_label="east of the pad (m)",
        y_label="north of the pad (m)",
        points=(
            ("pad", (0.0,), (0.0,)),
            (
                "touchdown",
                tuple(east - pad.east for _, east in places),
                tuple(north - pad.north for north, _ in places),
            ),
        ),
        quantities=("touchdown_error",),
        kind="track",
    )


def azimuth(bearings: Sequence[tuple[float, float]], command: WindCommand, nose: float) -> Chart:
    """Azimuth that the wind came from, beside the commanded one; `bearings` are times (s) and deg from north."""
    times = tuple(time for time, _ in bearings)
    told = tuple(command.bearing(time) - nose for time in times)
    # on the same side of the full turn as the command
    seen = tuple(
        want + (bearing - nose - want + 180.0) % 360.0 - 180.0
        for want, (_, bearing) in zip(told, bearings, strict=True)
    )
    return Chart(
        title="Azimuth that the wind comes from",
        x_label=CLOCK,
        y_label="deg from the nose",
        lines=(("realised", times, seen), ("commanded", times, told)),
    )


def turbulence(times: Series, realised: Series, commanded: Series) -> Chart:
    """Turbulent wind along its mean direction, as it blew and as its seed commands it; rows of along, across, up."""
    clock = tuple(times.tolist())
    lines = (
        ("realised", clock, tuple(realised[:, 0].tolist())),
        ("commanded", clock, tuple(commanded[:, 0].tolist())),
    )
    return Chart(title="Wind along its mean direction", x_label=CLOCK, y_label="m/s", lines=lines)


def rise_against_limit(times: Sequence[float], speeds: Sequence[float], limit: float) -> Chart:
    """A wind (m/s) that rises past the declared limit."""
    clock = tuple(times)
    lines = (("realised wind", clock, tuple(speeds)), ("declared limit", clock, (limit,) * len(clock)))
    return Chart(title="Realised wind", x_label=CLOCK, y_label="m/s", lines=lines)
