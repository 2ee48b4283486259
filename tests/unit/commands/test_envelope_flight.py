"""One flight of the search: which limits it holds, whom it blames. The devices are made up."""

from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from harness.catalogue.declaration import load_declaration
from harness.commands.envelope_flight import Course, Flights
from harness.commands.output import CHECKOUT
from harness.errors import RigError, UsageError, VehicleError
from harness.instruments.figures import Gust
from harness.instruments.flight.track import Sample, Spot, Track
from harness.rig import Claims, MissingRole

ARTICLES = CHECKOUT / "rigs" / "articles"
CALM = Course(azimuth=90.0, gust="none", factor=0.0)
GUSTY = Course(azimuth=0.0, gust="1.5", factor=1.5)


class Devices:
    """A bench whose aircraft stays as far off as told."""

    def __init__(self, off=0.0, error=None, seen=True):
        self.off, self.error, self.seen, self.asked, self.closed = off, error, seen, [], False
        self.declared_band, self.declared_recovery = 2.0, 5.0

    def role(self, name):
        return self

    def witnessed(self):
        return self.seen

    def close(self):
        self.closed = True

    @contextmanager
    def hovering(self, *, at):
        yield Spot(north=0.0, east=0.0, up=at)

    @contextmanager
    def blowing(self, **asked):
        self.asked.append(asked)
        yield asked["fraction"] * 12.0

    @contextmanager
    def gusting(self, **asked):
        self.asked.append(asked)
        yield Gust(start=2.0, end=5.0, amplitude=1.0)

    def record(self, *, over, around):
        if self.error:
            raise self.error
        samples = [
            Sample(time=0.1 * n, north=self.off, east=0.0, up=10.0, tilt=5.0, wind=1.0) for n in range(int(over * 10))
        ]
        return Track(samples=samples, spot=around, u_position=0.0, u_tilt=0.0, u_time=0.0, tell=lambda text: None)


@pytest.fixture(scope="module")
def claims():
    return Claims(declaration=load_declaration(ARTICLES / "embedded.toml"), folder=ARTICLES)


@pytest.fixture
def flights(claims):
    """Flights on made-up devices, and the cases that they were opened for."""

    def make(devices, failed=""):
        cases = []

        def open_bench(case, journal):
            cases.append(case)
            if failed:
                journal.control(failed, "positive", False, "not seen")
            return devices

        return Flights(SimpleNamespace(open_bench=open_bench), claims), cases

    return make


def test_every_limit_kept_is_nothing_broken(flights):
    devices = Devices(off=0.5)
    flown, cases = flights(devices)
    assert flown.fly(CALM, 6.0, 3) == ""
    assert devices.asked == [{"fraction": 0.5, "azimuth": 90.0, "settle": 10.0}] and devices.closed
    # the same seeds at each speed
    assert cases == ["envelope/azimuth=90-gust=none-flight=3"]


def test_a_gust_is_a_multiple_of_the_mean(flights):
    devices = Devices()
    assert flights(devices)[0].fly(GUSTY, 8.0, 0) == ""
    assert devices.asked[1] == {"peak_fraction": 12.0 / 16.0, "mean": 8.0, "duration": 3.0}
    assert flights(devices)[0].declared_factor == pytest.approx(16 / 12)


def test_the_limit_missed_by_most_is_named_first(flights):
    broke = flights(Devices(off=7.0))[0].fly(GUSTY, 8.0, 0)
    assert [part.split()[0] for part in broke.split("; ")] == [
        "WIND-01.r95_horizontal",
        "WIND-02.recovery_time",
        "WIND-01.max_horizontal",
        "WIND-02.peak_excursion",
    ]


def test_an_article_that_fails_is_a_failed_flight_when_somebody_saw_it(flights):
    crash = VehicleError("came down")
    assert flights(Devices(error=crash))[0].fly(CALM, 8.0, 0) == "the flight failed: came down"
    unseen = Devices(error=crash, seen=False)
    with pytest.raises(RigError, match="no independent observer"):
        flights(unseen)[0].fly(CALM, 8.0, 0)
    assert unseen.closed


def test_a_failed_control_is_the_rigs_even_when_limits_were_missed(flights):
    with pytest.raises(RigError, match=r"wind\.liveness failed: not seen"):
        flights(Devices(off=9.0), failed="wind.liveness")[0].fly(CALM, 8.0, 0)


def test_a_rig_without_wind_cannot_search(flights):
    with pytest.raises(UsageError, match="no wind role"):
        flights(Devices(error=MissingRole("no wind role")))[0].fly(CALM, 8.0, 0)


def test_without_a_declared_gust_there_is_no_declared_class(claims):
    envelope = claims.declaration.envelope.model_copy(update={"max_gust": None})
    bare = Claims(declaration=claims.declaration.model_copy(update={"envelope": envelope}), folder=ARTICLES)
    with pytest.raises(UsageError, match=r"envelope\.max_gust"):
        _ = Flights(SimpleNamespace(), bare).declared_factor
