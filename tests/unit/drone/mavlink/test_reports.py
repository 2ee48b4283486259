"""Reports are built once at a time, and found by component."""

import pytest

from harness.drone.mavlink.reports import Reports


class Clock:
    time = 0.0

    def now(self):
        return self.time


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def reports(clock):
    reports = Reports(clock)
    reports.add(1, {"ATTITUDE": object, "HEARTBEAT": object})
    reports.add(100, {"HEARTBEAT": object})
    return reports


def test_a_message_is_built_once_at_a_time(reports, clock):
    first = reports.message((1, "ATTITUDE"))
    assert reports.message((1, "ATTITUDE")) is first
    clock.time += 0.1
    assert reports.message((1, "ATTITUDE")) is not first


def test_it_is_built_anew_when_something_has_changed(reports):
    first = reports.message((1, "ATTITUDE"))
    reports.forget()
    assert reports.message((1, "ATTITUDE")) is not first


def test_components_have_reports_of_their_own(reports):
    assert reports.message((1, "HEARTBEAT")) is not reports.message((100, "HEARTBEAT"))
    assert (reports.name_of(1, 30), reports.name_of(100, 30), reports.name_of(100, 0)) == (
        "ATTITUDE",
        None,
        "HEARTBEAT",
    )
    assert reports.name_of(1, 30.5) is reports.name_of(1, 99_999) is reports.name_of(1, -1) is None
    assert reports.named(["HEARTBEAT", "WIND"]) == [(1, "HEARTBEAT"), (100, "HEARTBEAT")]


def test_one_report_has_one_maker(reports):
    with pytest.raises(ValueError, match="component 100 has two reports HEARTBEAT"):
        reports.add(100, {"HEARTBEAT": object})
