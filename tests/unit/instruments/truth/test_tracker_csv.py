import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import RigError
from harness.instruments.truth import tracker_csv
from harness.instruments.truth.tracker_csv import CsvTracker, _numbers
from harness.instruments.twins import talkers
from harness.instruments.twins.talkers import Talker
from harness.timing import run_for


@pytest.fixture
def tracker(real, hall, monkeypatch):
    monkeypatch.setattr(tracker_csv, "FIRST_WITHIN", 0.5)
    made = []

    def make(fault="", **settings):
        talker = Talker(hall, 0.02, lambda: talkers.csv(hall), fault)
        made.append(CsvTracker(real(address=hall.tcp(talker.add), **settings)))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_it_reads_the_last_three_columns(tracker, hall):
    hall.position = (1.5, -2.5, 10.25)
    device = tracker()
    assert device.identify().startswith("CSV stream of 127.0.0.1:")
    fix = device.read()
    assert (fix.north, fix.east, fix.up) == (1.5, -2.5, 10.25)


@pytest.mark.parametrize(
    ("fault", "problem"),
    [("silent", "nothing comes: start its stream"), ("garbling", "lines came that end with no three numbers")],
)
def test_a_silent_or_garbling_one_is_told(tracker, fault, problem):
    with pytest.raises(RigError, match=problem):
        tracker(fault).identify()


def test_one_that_loses_sight_or_hangs_up_is_told(tracker, hall, real):
    device = tracker(oldest=0.1)
    device.identify()
    hall.world._ending.set()
    run_for(real.world, 0.3)
    with pytest.raises(RigError, match="does it see the article"):
        device.read()
    hall.world._thread.join()
    for close in hall._closing:
        close()
    hall._closing.clear()
    with pytest.raises(RigError, match="it hung up; start its stream"):
        run_for(real.world, 0.5)


def test_a_target_in_virtual_time_cannot_use_it(scene):
    with pytest.raises(RigError, match="take the make 'plant'"):
        CsvTracker(scene.context())


@given(line=st.binary(max_size=100))
def test_any_line_is_three_numbers_or_none(line):
    place = _numbers(line)
    assert place is None or len(place) == 3
