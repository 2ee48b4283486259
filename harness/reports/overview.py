"""Plots over all cases of a requirement: a measured value over the wind or its azimuth, with limit and guard band."""

from collections.abc import Iterator, Sequence

from harness.evidence.results import MeasurementResult, RunResult
from harness.reports.plots import Plot, Series

# conditions that make an axis, with its label, whether it is an azimuth, and the fewest values worth a plot
AXES = (
    ("fraction", "wind, as a share of the declared greatest", False, 2),
    ("azimuth", "azimuth of the wind (deg from the nose)", True, 3),
)
Place = tuple[float, MeasurementResult]


def overviews(run: RunResult, requirement: str) -> list[Plot]:
    """What the cases of `requirement` show together, for each quantity whose cases differ in wind or azimuth."""
    title = next((item.title for item in run.requirements if item.id == requirement), requirement)
    return [
        _plot(f"{requirement} {title}: {found[0][1].quantity.title}", label, found, polar=polar)
        for key, label, polar, fewest in AXES
        for found in _by_quantity(run, requirement, key)
        if len({value for value, _ in found}) >= fewest
    ]


def _by_quantity(run: RunResult, requirement: str, key: str) -> Iterator[list[Place]]:
    found: dict[str, list[Place]] = {}
    for case in run.cases:
        for item in case.measurements:
            if item.requirement == requirement and item.value is not None and key in case.conditions:
                found.setdefault(item.quantity.name, []).append((_number(case.conditions[key]), item))
    yield from found.values()


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _plot(title: str, label: str, found: Sequence[Place], *, polar: bool) -> Plot:
    limit, U = found[0][1].quantity.limit, max(item.U for _, item in found)
    bounds = [(sign, bound) for sign, bound in (("<=", limit.upper), (">=", limit.lower)) if bound is not None]
    return Plot(
        title=title,
        x_label=label,
        y_label=limit.unit,
        lines=(_worst(found, polar=polar),),
        points=(("each case", tuple(x for x, _ in found), tuple(item.value or 0.0 for _, item in found)),),
        limits=tuple((f"limit {sign} {bound:g} {limit.unit}", bound) for sign, bound in bounds),
        guard_bands=tuple(
            ("guard band, greatest U", bound - U, bound + U) for _, bound in bounds if 0 < U < abs(bound)
        ),
        kind="polar" if polar else "line",
    )


def _worst(found: Sequence[Place], *, polar: bool) -> Series:
    pick = max if found[0][1].quantity.limit.upper is not None else min
    values: dict[float, float] = {}
    for x, item in found:
        values[x] = pick(values.get(x, item.value or 0.0), item.value or 0.0)
    line = sorted(values.items())
    if polar:
        line.append((line[0][0] + 360.0, line[0][1]))
    return "worst", tuple(x for x, _ in line), tuple(y for _, y in line)
