import math
from types import SimpleNamespace

import pytest

from harness.errors import NotShown, RigError, VehicleError
from harness.instruments.flight.exposure import Band, Exposure

BAND = Band(low=9.0, high=12.0, radius=100.0)
CALM = {"north": 0.0, "tilt": 0.0, "wind": 10.0, "ground": True, "down": 0.0, "contact": 0.0}


class Campaign:
    """An exposure whose truth a test sets."""

    def __init__(self, scene):
        self.scene, self.state = scene, dict(CALM)
        self.ledger = Exposure(scene.context(), self.read, BAND)

    def read(self):
        now = self.state
        motion = SimpleNamespace(
            time=self.scene.world.now(), north=now["north"], east=0.0, roll=math.radians(now["tilt"]), pitch=0.0
        )
        return SimpleNamespace(
            motion=motion,
            wind_north=now["wind"],
            wind_east=0.0,
            wind_up=0.0,
            on_ground=now["ground"],
            contact_down=now["down"],
            contact_tilt=math.radians(now["contact"]),
        )

    def air(self, seconds, **state):
        self.state.update(ground=False, **state)
        self.scene.run(seconds)

    def land(self, **state):
        self.state.update(ground=True, **state)
        self.scene.run(1.0)


@pytest.fixture
def campaign(scene):
    return Campaign(scene)


def test_time_in_the_band_begins_with_the_first_whole_minute(campaign):
    for flight in campaign.ledger.flights(2):
        with flight:
            campaign.air(460.0)
            campaign.land()
    ledger = campaign.ledger
    assert ledger.hours_in_band().value * 3600 == pytest.approx(2 * 400.0, abs=1.0)
    assert ledger.hours_in_band().U > 0
    assert ledger.flights_in_band().value == 2.0
    assert ledger.band_share().value == pytest.approx(100 * 400 / 460, abs=0.2)
    assert (ledger.losses().events, ledger.losses().trials) == (0, 2)
    assert "at most 13 per hour at 95 % confidence" in campaign.scene.log.notes[0]


def test_time_outside_the_band_is_flown_and_does_not_count(campaign):
    for flight in campaign.ledger.flights(1):
        with flight:
            campaign.air(200.0)
            campaign.air(200.0, wind=5.0)
            campaign.land()
    seconds = campaign.ledger.hours_in_band().value * 3600
    # the minute's mean leaves the band 12 s after the wind has dropped
    assert seconds == pytest.approx(140.0 + 12.0, abs=1.0)
    assert campaign.ledger.flights_in_band().value == 0.0
    assert campaign.ledger.band_share().value == 0.0


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({"north": 101.0}, "outside the containment volume of 100 m"),
        ({"tilt": 95.0}, "tilted by 95 deg"),
        ({"ground": True, "down": 4.0}, "hit the ground at 4.0 m/s"),
        ({"ground": True, "contact": 60.0}, "tilted by 60 deg"),
    ],
)
def test_a_loss_of_control_is_counted_and_ends_the_campaign(campaign, state, said):
    flown = 0
    for flight in campaign.ledger.flights(5):
        flown += 1
        with flight:
            campaign.air(10.0)
            if flown == 2:
                campaign.state.update(state)
                campaign.scene.run(1.0)
                raise VehicleError("it did not land")
            campaign.land()
    assert flown == 2
    assert (campaign.ledger.losses().events, campaign.ledger.losses().trials) == (1, 2)
    assert said in campaign.scene.log.notes[0]
    assert campaign.scene.log.charts[-1].events[0][0] == "flight 2: loss of control"


def test_a_loss_counts_also_where_the_flight_went_on(campaign):
    for flight in campaign.ledger.flights(3):
        with flight:
            campaign.air(10.0, north=150.0)
            campaign.air(10.0, north=0.0)
            campaign.land()
    assert (campaign.ledger.losses().events, len(campaign.ledger.logs)) == (1, 1)


@pytest.mark.parametrize("state", [{"north": 99.0, "tilt": 85.0}, {"ground": True, "down": 2.5, "contact": 40.0}])
def test_rough_is_not_lost(campaign, state):
    for flight in campaign.ledger.flights(1):
        with flight:
            campaign.air(10.0)
            campaign.state.update(state)
            campaign.scene.run(1.0)
            campaign.land()
    assert campaign.ledger.losses().events == 0


def test_a_failure_that_is_no_loss_of_control_is_the_articles(campaign):
    with pytest.raises(VehicleError, match="refuses to arm"):
        for flight in campaign.ledger.flights(3):
            with flight:
                raise VehicleError("refuses to arm")


def test_too_little_exposure_is_not_shown_rather_than_failed(campaign):
    for flight in campaign.ledger.flights(1):
        with flight:
            campaign.air(420.0)
            campaign.land()
    campaign.ledger.assert_complete(0.1)
    with pytest.raises(NotShown, match=r"exposure 0\.10 of 3 h"):
        campaign.ledger.assert_complete(3.0)


def test_no_flight_bounds_nothing(campaign):
    assert campaign.ledger.losses().trials == 1
    assert campaign.scene.log.notes == []
    assert campaign.ledger.band_share().value == 0.0


@pytest.mark.parametrize(
    ("state", "problem"),
    [
        ({"down": math.nan}, "does not tell how hard it landed"),
        ({"contact": math.nan}, "does not tell how hard it landed"),
        ({"tilt": math.nan}, "gives no attitude"),
    ],
)
def test_what_nobody_measures_never_passes_for_control_that_was_kept(campaign, state, problem):
    with pytest.raises(RigError, match=problem):
        for flight in campaign.ledger.flights(1):
            with flight:
                campaign.air(10.0)
                campaign.land(**state)
