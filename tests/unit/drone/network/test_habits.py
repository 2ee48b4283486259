import pytest

from harness.drone.network.habits import Fence, Habits

PARIS = Fence(latitude=48.8566, longitude=2.3522, radius=20_000.0)
DAY = 86_400.0


def test_the_shipped_companion_has_none():
    habits = Habits()
    assert not habits.is_beacon_due(1e9, 1000) and not habits.is_upload_due(48.8566, 2.3522)
    assert habits.offline_wakes_after is None and habits.cloud_tether is None
    assert not (habits.offline_service or habits.offline_forgotten or habits.arms_online_only)


@pytest.mark.parametrize(("age", "due"), [(29.99, False), (30.0, True), (400.0, True)])
def test_the_dated_beacon_waits_for_its_day(age, due):
    assert Habits(beacon_after_days=30.0).is_beacon_due(age * DAY, 1) is due


@pytest.mark.parametrize(("boots", "due"), [(1, False), (49, False), (50, True), (51, False), (100, True)])
def test_the_counted_beacon_waits_for_its_boot(boots, due):
    assert Habits(beacon_every_boots=50).is_beacon_due(0.0, boots) is due


@pytest.mark.parametrize(("place", "inside"), [((48.9, 2.3), True), ((48.8566, 2.7), False), ((35.7, 139.7), False)])
def test_the_uploader_stays_in_its_fence(place, inside):
    assert Habits(upload_fence=PARIS).is_upload_due(*place) is inside
