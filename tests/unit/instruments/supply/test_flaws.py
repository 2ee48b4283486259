import json
from datetime import date

import pytest

from harness.errors import FileError, RigError
from harness.instruments.supply.documents import MakersPapers

FEEDS = ["lists/demo-flaws.json", "lists/demo-exploited.json"]
SETTINGS = {"feeds": FEEDS, "day": date(2026, 11, 30)}


def matched(scene, fault="", **changes):
    papers = MakersPapers(scene.context(fault, **{"settings": SETTINGS} | changes))
    found = papers.match_known_flaws()
    return found.undisposed_exploited.events, found.undisposed_critical.events


def test_the_sound_drones_flaws_are_disposed_of(scene):
    assert matched(scene) == (0, 0)
    assert scene.log.controls == [
        *(("feed.fresh", True), ("feed.fresh", True), ("feed.sees_known", True)),
        ("papers.carried", True),
    ]
    assert scene.log.notes[-1] == "9 components, 4 flaws, 2 matches"


@pytest.mark.parametrize(
    ("defect", "wanted"),
    [
        ("exploited-modem", (1, 1)),
        ("flaw-waved-away", (1, 0)),
        ("flaw-in-triage", (0, 1)),
        ("flaws-not-answered", (1, 0)),
    ],
)
def test_an_open_flaw_is_found(damaged, defect, wanted):
    assert matched(damaged(defect)) == wanted


@pytest.mark.parametrize("data", [b"", b"{}", b"[" * 1000])
def test_papers_that_cannot_be_read_are_never_clean(scene, data):
    def read(broken):
        return {"papers": lambda name: data if name == broken else scene.world.sockets.papers(name)}

    assert matched(scene, sockets=read("sbom.cdx.json")) == (1, 1)
    assert matched(scene, sockets=read("vex.cdx.json")) == (1, 0)
    assert matched(scene, sockets=read("vex.openvex.json")) == (0, 1)


@pytest.mark.parametrize(("fault", "control"), [("feedless", r"feed\.sees_known"), ("outdated", r"feed\.fresh")])
def test_a_bench_that_fails_is_found_out(scene, fault, control):
    with pytest.raises(RigError, match=f"{control} failed"):
        matched(scene, fault)


def test_a_feed_without_a_flaw_of_each_kind_shows_nothing(scene):
    with pytest.raises(RigError, match=r"feed\.sees_known failed: 1 of 2 kinds"):
        matched(scene, settings=SETTINGS | {"feeds": FEEDS[:1]})


@pytest.mark.parametrize("day", [date(2026, 11, 24), date(2026, 12, 27)])
def test_a_feed_from_the_future_or_too_old_is_the_rigs_fault(scene, day):
    with pytest.raises(RigError, match=r"feed\.fresh failed"):
        matched(scene, settings=SETTINGS | {"day": day})


def test_a_feed_that_is_none_is_the_users_fault(scene, tmp_path):
    (tmp_path / "feed.json").write_text(json.dumps({"format": "other"}))
    with pytest.raises(FileError, match=r"feed\.json: the feed is neither"):
        matched(scene, settings=SETTINGS | {"feeds": [str(tmp_path / "feed.json")]})
    with pytest.raises(RigError, match="names no file"):
        matched(scene, settings={})
