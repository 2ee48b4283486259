"""One flight of the envelope search: hold in wind, and where asked take a gust, with the verbs that suites use."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.catalogue import load_catalogue
from harness.catalogue.limits import resolve_limit
from harness.commands.output import CHECKOUT
from harness.errors import RigError, UsageError, VehicleError
from harness.instruments.chart import Chart
from harness.instruments.figures import Gust
from harness.instruments.flight.track import Track
from harness.instruments.roles.words import TruthRole, VehicleRole, WindRole
from harness.judgement import DecisionRule, Estimate, Exposure, Limit, Verdict, judge
from harness.plugin.conditions import read_conditions
from harness.rig import Bench, Claims, MissingRole, RigSession

HOLD, GUST = "WIND-01", "WIND-02"
SUITE = CHECKOUT / "suites" / "strong_wind"
Measured = Mapping[tuple[str, str], Estimate]


@dataclass
class Journal:
    """The record of one flight: what a search needs of it, the controls that failed.

    Attributes:
        failed: their names and what they saw.
    """

    failed: list[str] = field(default_factory=list)

    def control(self, name: str, kind: str, ok: bool, detail: str) -> None:
        """Keep a failed control."""
        if not ok:
            self.failed.append(f"control {name} failed: {detail}")

    def exposed(self, exposure: Exposure) -> None:
        """A search credits nothing: a wind that did not blow as ordered is a failed control."""

    def note(self, text: str) -> None:
        """A search keeps no remarks."""

    def exhibit(self, name: str, media_type: str, data: bytes, kind: str) -> None:
        """A search keeps no files."""

    def chart(self, chart: Chart) -> None:
        """A search keeps no charts of a flight."""


@dataclass(frozen=True, kw_only=True)
class Course:
    """From where and how it blows.

    Attributes:
        azimuth: deg, clockwise from the nose, that the wind comes from.
        gust: name of the gust class.
        factor: peak of the gust over the mean wind; 0 for no gust.
    """

    azimuth: float
    gust: str
    factor: float


class Flights:
    """Makes the flights on one rig and holds them against the limits that the declaration gives.

    Raises:
        UsageError: a limit is not declared, or the rig lacks a role.
    """

    def __init__(self, session: RigSession, claims: Claims) -> None:
        self._session = session
        envelope = claims.declaration.envelope
        self.declared, self._peak = claims.declaration.number("envelope.max_wind"), envelope.max_gust or 0.0
        self._limits = _limits(claims)
        self._hold = read_conditions(SUITE / "conditions.toml", "short", "sustained")[0]
        self._gust = read_conditions(SUITE / "conditions.toml", "short", "gust")[0]

    @property
    def method(self) -> dict[str, float]:
        """Heights (m) and times (s) of each flight."""
        names = {"height": self._hold, "settle": self._hold, "window": self._hold}
        hold = {name: float(row.values[name]) for name, row in names.items()}
        gust = {f"gust_{name}": float(self._gust.values[name]) for name in ("duration", "window")}
        return {**hold, **gust}

    @property
    def declared_factor(self) -> float:
        """Declared gust peak over declared greatest wind.

        Raises:
            UsageError: no gust is declared.
        """
        if not self._peak:
            raise UsageError("the declaration does not state envelope.max_gust: leave --gust declared out")
        return self._peak / self.declared

    def fly(self, course: Course, speed: float, number: int) -> str:
        """Fly once in a wind of `speed` m/s; `number` chooses the seeds, the same at each speed.

        Returns:
            What broke, the limit that was missed by most first; "" when every limit was kept with its guard band.

        Raises:
            RigError: a control failed, or nobody independent saw the article fail.
        """
        journal = Journal()
        case = f"envelope/azimuth={course.azimuth:g}-gust={course.gust}-flight={number}"
        bench = self._session.open_bench(case, journal)
        try:
            broke = self._missed(self._story(bench, course, speed))
        except MissingRole as error:
            raise UsageError(f"an envelope search needs it: {error}") from error
        except VehicleError as error:
            if not bench.witnessed():
                raise RigError(f"no independent observer saw it: {error}") from error
            broke = f"the flight failed: {error}"
        finally:
            bench.close()
        if journal.failed:
            raise RigError(journal.failed[0])
        return broke

    def _story(self, bench: Bench, course: Course, speed: float) -> Measured:
        vehicle: VehicleRole = bench.role("vehicle")
        wind: WindRole = bench.role("wind")
        truth: TruthRole = bench.role("truth")
        hold, gust = self._hold, self._gust
        response, blast = None, None
        with (
            vehicle.hovering(at=hold.height) as spot,
            wind.blowing(fraction=speed / self.declared, azimuth=course.azimuth, settle=hold.settle) as mean,
        ):
            track = truth.record(over=hold.window, around=spot)
            if course.factor:
                peak = course.factor * speed / self._peak
                with wind.gusting(peak_fraction=peak, mean=mean, duration=gust.duration) as blast:
                    response = truth.record(over=gust.window, around=spot)
        held = {
            (HOLD, "r95_horizontal"): track.r95_horizontal(),
            (HOLD, "max_horizontal"): track.max_horizontal(),
            (HOLD, "r95_vertical"): track.r95_vertical(),
        }
        return held if response is None or blast is None else {**held, **_gusted(response, blast, wind)}

    def _missed(self, measured: Measured) -> str:
        limits = {key: self._limits[key] for key in measured}
        bad = [
            (_excess(value, limits[key]), f"{'.'.join(key)} {value.value:.2f} (U {value.U:.2f}), limit {limits[key]}")
            for key, value in measured.items()
            if judge(value, limits[key], DecisionRule.GUARDED) is not Verdict.PASS
        ]
        return "; ".join(text for _, text in sorted(bad, reverse=True))


def _gusted(track: Track, blast: Gust, wind: WindRole) -> Measured:
    back = track.recovery_time(wind.declared_band, since=blast.end, longest=wind.declared_recovery)
    return {
        (GUST, "peak_excursion"): track.max_horizontal(),
        (GUST, "recovery_time"): back,
        (GUST, "peak_tilt"): track.max_tilt(),
    }


def _excess(value: Estimate, limit: Limit) -> float:
    return (value.value + value.U) / limit.upper if limit.upper else 0.0


def _limits(claims: Claims) -> dict[tuple[str, str], Limit]:
    catalogue = load_catalogue([SUITE])
    return {
        (name, quantity.name): resolve_limit(quantity, claims.declaration)
        for name in (HOLD, GUST)
        for quantity in catalogue[name].quantities
    }
