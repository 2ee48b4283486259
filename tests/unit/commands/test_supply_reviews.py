"""``supply`` with lists of the judge's own: exit codes, output, and one clear error for each list that is none."""

import json
from pathlib import Path

import pytest

from harness.cli import run
from harness.drone.article import Airframe, shipped
from harness.drone.firmware.papers import MAKERS

LISTS = Path(__file__).parents[3] / "rigs" / "lists"


@pytest.fixture
def delivery(tmp_path):
    airframe = Airframe(shipped())
    for name in MAKERS:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(airframe.papers.read(name))
    (tmp_path / "image.tar").write_bytes(airframe.firmware.read_image())
    return tmp_path


def supply(delivery, *options):
    files = ("--sbom", "sbom.cdx.json", "--hbom", "hbom.cdx.json", "--image", "image.tar")
    named = [str(delivery / text) if not text.startswith("--") else text for text in files]
    return run(["supply", *named, "--day", "2026-11-30", *map(str, options)])


def chain(delivery):
    return (
        *("--entities", LISTS / "demo-restricted.toml", "--decisions", LISTS / "demo-decisions.toml"),
        *("--suppliers", delivery / "suppliers.json", "--services", delivery / "services.json"),
        *("--maker", "Dronecert Demo KK"),
    )


def build(delivery):
    return "--provenance", delivery / "provenance.intoto.json", "--builders", LISTS / "demo-builders.toml"


def flaws(delivery, *, vex=True):
    feeds = ("--feed", LISTS / "demo-flaws.json", "--feed", LISTS / "demo-exploited.json")
    said = ("--vex", delivery / "vex.cdx.json", "--vex", delivery / "vex.openvex.json") if vex else ()
    return (*feeds, *said)


def test_sound_papers_are_clean(delivery, capsys):
    assert supply(delivery, *build(delivery), *flaws(delivery), *chain(delivery)) == 0
    out, err = capsys.readouterr()
    assert "build: level 2 for the image 93f1" in out
    assert "flaws: CISA KEV of 2026-11-24" in out
    assert out.endswith("CLEAN\n")
    assert err == ""


def test_findings_are_1_and_in_the_json(delivery, capsys):
    assert supply(delivery, *flaws(delivery, vex=False), "--json") == 1
    report = json.loads(capsys.readouterr().out)
    assert [finding["subject"] for finding in report["findings"]] == ["flaw", "flaw"]
    assert report["reviewed"][-1] == "flaws: 9 components, 4 flaws, 2 matches"


def test_what_cannot_be_told_is_2(delivery, capsys):
    assert supply(delivery, "--register", delivery / "results-register.json") == 2
    assert "doubt: changes: whether parameters changed" in capsys.readouterr().out
    assert supply(delivery, "--provenance", delivery / "provenance.intoto.json") == 2


@pytest.mark.parametrize(
    ("option", "name", "wanted"),
    [
        ("--builders", "none.toml", "none.toml: cannot be read"),
        ("--entities", "sbom.cdx.json", "sbom.cdx.json: is not TOML"),
        ("--decisions", "image.tar", "image.tar: "),
        ("--feed", "vex.cdx.json", "vex.cdx.json: the feed is neither"),
        ("--suppliers", "none.json", "none.json: cannot be read"),
    ],
)
def test_a_list_that_is_none_is_3(delivery, option, name, wanted, capsys):
    assert supply(delivery, option, delivery / name) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert wanted in err
    assert err.count("\n") == 1


def test_a_day_that_is_none_is_3(delivery, capsys):
    assert supply(delivery, *flaws(delivery), "--day", "soon") == 3
    assert "--day soon: wanted a date as 2026-11-30" in capsys.readouterr().err
