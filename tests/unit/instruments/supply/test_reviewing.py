from datetime import UTC, date, datetime

import pytest

from harness.errors import RigError
from harness.instruments.supply.papers import PaperTray
from harness.instruments.supply.reviewing import Desk, counted
from harness.judgement import Count


def desk(scene, **settings):
    context = scene.context(settings=settings)
    return Desk(context, PaperTray(context))


def test_the_day_is_the_rigs_or_the_calendars(scene):
    assert desk(scene, day=date(2026, 1, 2)).today == date(2026, 1, 2)
    assert abs((desk(scene).today - datetime.now(UTC).date()).days) <= 1


def test_files_lie_beside_the_rig(scene):
    at = desk(scene, builders="lists/a.toml", feeds=["b.json", "/c.json"])
    assert at.file("builders") == scene.context().bench / "lists" / "a.toml"
    assert [str(path.name) for path in at.files("feeds")] == ["b.json", "c.json"]
    with pytest.raises(RigError, match=r"roles\.documents\.settings\.lists"):
        at.files("lists")


def test_a_missing_paper_is_none_and_noted(scene):
    at = desk(scene)
    assert at.find(None) is None
    assert at.find("none.json") is None
    assert at.find("sbom.cdx.json") == scene.world.sockets.bill()
    assert "no paper 'none.json'" in scene.log.notes[0]


def test_many_findings_are_told_in_part(scene):
    desk(scene).tell((str(n) for n in range(30)), most=3)
    assert scene.log.notes == ["0", "1", "2", "and 27 more"]


def test_a_count_needs_a_trial():
    assert counted(1, 2) == Count(events=1, trials=2)
    assert counted(0, 0) == 0
