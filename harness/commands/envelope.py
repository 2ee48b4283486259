"""``dronecert envelope``: in which wind the first limit breaks, by azimuth and gust class, beside what is declared.

Flights cost nothing but time only where everything is simulated, and a search ends in losses of control: on any other
target it is refused.
"""

import json
import math
from argparse import Namespace
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harness.catalogue.declaration import load_declaration
from harness.commands.envelope_flight import Course, Flights
from harness.commands.output import CHECKOUT, say, tell
from harness.errors import RigError, UsageError
from harness.judgement.boundary import Boundary, Grid, find_boundary
from harness.plugin.options import rig_file
from harness.reports.files import write_whole
from harness.reports.plots import Plot, render_png
from harness.rig import Claims, RigFile, RigSession, load_rig

AZIMUTHS = tuple(45.0 * number for number in range(8))
GUSTS = ("none", "declared")
# less wind cannot be told from none by the lean of the aircraft, as share of the declared wind
LEAST_SHARE = 0.25
MOST_SHARE = 2.0
LEAST_PEAK, MOST_PEAK = 1.15, 3.0
# fewer azimuths are no outline
LEAST_OUTLINE = 3
STATISTIC = (
    "A wind speed holds when none of {seeds} flights breaks a limit, guard band U off; the flights differ in the noise "
    "of the sensors. Bisection finds the greatest speed that holds; {seeds} fresh flights confirm it, or the next one "
    "below. The bound is the share of failing flights that these do not exclude: Clopper-Pearson, none of {seeds}, "
    "one-sided, 95 % over all attempts to confirm. It speaks of flights of this simulation, not of other aircraft or "
    "other weather. What breaks at one speed is taken to break at every higher one."
)


@dataclass(frozen=True, kw_only=True)
class Found:
    """What was found on one course: a boundary, or why there is none."""

    course: Course
    boundary: Boundary | None
    problem: str = ""

    def covers(self, declared: float) -> bool:
        """Whether it holds in the declared wind."""
        return self.boundary is not None and (self.boundary.holds or 0.0) >= declared


def envelope(arguments: Namespace) -> int:
    """Search, draw and print the envelope.

    Returns:
        0 where it covers the declared wind everywhere, 1 where it does not, 2 where a search was invalid.

    Raises:
        UsageError: the target is not simulated, or an option is wrong; nothing was flown.
    """
    rig, claims = _files(arguments)
    folder = _folder(arguments.out)
    session = RigSession(rig, claims, tuple(arguments.defect), arguments.seed)
    try:
        flights = Flights(session, claims)
        grid = _grid(flights.declared, arguments)
        found = [_search(flights, course, grid, arguments.seeds) for course in _courses(flights, arguments)]
        report = _report(arguments, session, flights, found)
    finally:
        session.close()
    text = json.dumps(report, indent=1, sort_keys=True)
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / "envelope.json", f"{text}\n".encode())
    write_whole(folder / "envelope.png", render_png(draw(found, flights.declared, claims.declaration.article.id)))
    say(text if arguments.json else _table(found, flights.declared, folder))
    return _status(found, flights.declared)


def _files(arguments: Namespace) -> tuple[RigFile, Claims]:
    rig = load_rig(rig_file(CHECKOUT, arguments.rig))
    if not rig.virtual:
        raise UsageError(
            f"the rig {rig.id} is not simulated: a search ends in losses of control, fly it on the embedded drone or "
            "in software in the loop"
        )
    article = Path(arguments.article) if arguments.article else rig.path.parent / rig.article
    return rig, Claims(declaration=load_declaration(article), folder=article.parent)


def _folder(out: str) -> Path:
    folder = Path(out) if out else Path("evidence") / f"{datetime.now(UTC).strftime('%Y%m%dT%H%M%SZ')}-envelope"
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"--out {folder}: exists and is not an empty folder; a search never overwrites another")
    return folder


def _grid(declared: float, arguments: Namespace) -> Grid:
    """Speeds one step apart, the declared one among them."""
    step, highest = arguments.resolution, arguments.highest or MOST_SHARE * declared
    if not (math.isfinite(step) and step > 0 and math.isfinite(highest)):
        raise UsageError(f"--resolution {step:g}, --highest {highest:g}: give numbers above 0, in m/s")
    below = math.floor((1 - LEAST_SHARE) * declared / step + 1e-9)
    return Grid(lowest=declared - below * step, highest=highest, step=step)


def _courses(flights: Flights, arguments: Namespace) -> list[Course]:
    if arguments.seeds < 1:
        raise UsageError(f"--seeds {arguments.seeds}: at least 1 flight is needed at each speed")
    for azimuth in arguments.azimuth:
        if not math.isfinite(azimuth):
            raise UsageError(f"--azimuth {azimuth}: give a number of degrees")
    factors = {name: _factor(flights, name) for name in arguments.gust or GUSTS}
    azimuths = dict.fromkeys(azimuth % 360.0 for azimuth in arguments.azimuth or AZIMUTHS)
    return [
        Course(azimuth=azimuth, gust=name, factor=factor) for name, factor in factors.items() for azimuth in azimuths
    ]


def _factor(flights: Flights, name: str) -> float:
    if name in GUSTS:
        return 0.0 if name == "none" else flights.declared_factor
    try:
        factor = float(name)
    except ValueError:
        factor = math.nan
    if not LEAST_PEAK <= factor <= MOST_PEAK:
        raise UsageError(f"--gust {name}: give none, declared, or the peak over the mean, {LEAST_PEAK} to {MOST_PEAK}")
    return factor


def _search(flights: Flights, course: Course, grid: Grid, seeds: int) -> Found:
    place = f"azimuth {course.azimuth:g} deg, gust {course.gust}"

    def trial(speed: float, number: int) -> str:
        broke = flights.fly(course, speed, number)
        tell(f"{place}: {speed:g} m/s, flight {number}: {broke or 'every limit kept'}")
        return broke

    try:
        return Found(course=course, boundary=find_boundary(grid, trial, seeds))
    except RigError as error:
        tell(f"{place}: INVALID: {error}")
        return Found(course=course, boundary=None, problem=str(error))


def _report(arguments: Namespace, session: RigSession, flights: Flights, found: Sequence[Found]) -> Mapping[str, Any]:
    return {
        "schema": "dronecert-envelope/1",
        "standing": "pre-compliance (simulation)",
        "rig": session.rig.id,
        "article": dict(session.target.identity()),
        "defects": list(arguments.defect),
        "seed": arguments.seed,
        "seeds": arguments.seeds,
        "resolution": arguments.resolution,
        "declared_wind": flights.declared,
        "method": flights.method,
        "statistic": STATISTIC.format(seeds=arguments.seeds),
        "results": [_result(item, flights.declared) for item in found],
    }


def _result(found: Found, declared: float) -> Mapping[str, Any]:
    course = {"azimuth": found.course.azimuth, "gust": found.course.gust, "gust_factor": found.course.factor}
    if found.boundary is None:
        return {**course, "verdict": "INVALID", "reason": found.problem}
    return {**course, "covers_declared": found.covers(declared), **asdict(found.boundary)}


def _table(found: Sequence[Found], declared: float, folder: Path) -> str:
    lines = [_line(item, declared) for item in found]
    picture, data = folder / "envelope.png", folder / "envelope.json"
    return "\n".join((*lines, "pre-compliance (simulation)", f"plot    {picture}", f"data    {data}"))


def _line(found: Found, declared: float) -> str:
    place = f"{found.course.azimuth:5.1f} deg  gust {found.course.gust:<9}"
    boundary = found.boundary
    if boundary is None:
        return f"{place} INVALID  {found.problem}"
    word = "covers" if found.covers(declared) else "BELOW"
    holds = "nothing holds" if boundary.holds is None else f"holds {boundary.holds:5.2f} m/s"
    share = f"none of {boundary.trials} flights failed, at most {boundary.bound:.0%} would ({boundary.confidence:.0%})"
    broke = f"breaks {boundary.breaks:.2f} m/s: {boundary.broke.split('; ')[0]}" if boundary.breaks else "nothing broke"
    return f"{place} {word:<6} {declared:g} m/s  {holds}  {share if boundary.trials else ''}  {broke}"


def _status(found: Sequence[Found], declared: float) -> int:
    if any(item.boundary is not None and not item.covers(declared) for item in found):
        return 1
    return 2 if any(item.boundary is None for item in found) else 0


def _named(gust: str) -> str:
    return {"none": "no gust", "declared": "declared gust"}.get(gust, f"gust of {gust} x mean")


def draw(found: Sequence[Found], declared: float, article: str) -> Plot:
    """The envelope over azimuth: what holds, and up to where it is not known, beside the declared wind."""
    classes = dict.fromkeys(item.course.gust for item in found)
    lines, points, bands = [], [], []
    for gust in classes:
        known = sorted(
            (item.course.azimuth, item.boundary) for item in found if item.course.gust == gust and item.boundary
        )
        outline = [(azimuth, b.holds or 0.0, b.breaks or b.holds or 0.0) for azimuth, b in known]
        if len(outline) >= LEAST_OUTLINE:
            outline.append((outline[0][0] + 360.0, *outline[0][1:]))
            x, holds, breaks = (tuple(column) for column in zip(*outline, strict=True))
            lines.append((f"holds, {_named(gust)}", x, holds))
            bands.append((f"not known, {_named(gust)}", x, holds, breaks))
        elif outline:
            x, holds, breaks = (tuple(column) for column in zip(*outline, strict=True))
            points += [(f"holds, {_named(gust)}", x, holds), (f"breaks, {_named(gust)}", x, breaks)]
    return Plot(
        title=f"Wind envelope of {article}, pre-compliance (simulation)",
        x_label="azimuth of the wind (deg from the nose)",
        y_label="mean wind (m/s)",
        lines=tuple(lines),
        points=tuple(points),
        bands=tuple(bands),
        limits=((f"declared, {declared:g} m/s", declared),),
        kind="polar",
    )
