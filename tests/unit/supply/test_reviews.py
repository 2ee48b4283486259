from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from harness.drone.article import Airframe, shipped
from harness.drone.defects import damage
from harness.supply.builders import read_builders
from harness.supply.decisions import read_decisions
from harness.supply.feed import read_feed
from harness.supply.formats import read_any
from harness.supply.reviews import Lists, Papers, review
from harness.supply.screening import read_entities

ROOT = Path(__file__).parents[3] / "rigs" / "lists"
LISTS = Lists(
    day=date(2026, 11, 30),
    builders=read_builders(ROOT / "demo-builders.toml"),
    sources=("git+https://code.dronecert.example/embedded-drone-firmware",),
    feeds=tuple(read_feed((ROOT / name).read_bytes()) for name in ("demo-flaws.json", "demo-exploited.json")),
    entities=(read_entities(ROOT / "demo-restricted.toml"),),
    decisions=read_decisions(ROOT / "demo-decisions.toml"),
    roots=("Dronecert Demo KK",),
)
NOTHING = Lists(day=date(2026, 11, 30))
PARAMETERS = "changes: whether parameters changed cannot be told from these files"


def papers(*defects):
    airframe = Airframe(damage(shipped(), defects))
    read = airframe.papers.read
    return Papers(
        image=airframe.firmware.read_image(),
        bill=read("sbom.cdx.json"),
        hbom=read("hbom.cdx.json"),
        provenance={"p": read("provenance.intoto.json")},
        vex={name: read(name) for name in ("vex.cdx.json", "vex.openvex.json")},
        suppliers=read("suppliers.json"),
        services=read("services.json"),
        register=read("results-register.json"),
    )


def judged(given, lists=LISTS):
    report = review(given, lists, read_any(given.bill))
    return [f"{item.subject}: {item.problem}" for item in report.findings], list(report.doubts)


def test_the_papers_of_the_sound_drone_hold():
    assert judged(papers()) == ([], [PARAMETERS])


@pytest.mark.parametrize(
    ("defect", "wanted"),
    [
        ("attestation-of-earlier-build", "build: no attestation with a valid signature names this image"),
        ("builder-vouches-for-itself", "it vouches for itself"),
        ("exploited-modem", "flaw: DEMO-2026-0003"),
        ("flaw-waved-away", "'not affected' without a justification"),
        ("supplier-under-alias", "ZWA Systems Inc.: restricted"),
        ("supplier-not-cleared", "Palisade Optics Workshop: open"),
        ("owners-not-told", "owners: Demo Holding KK: owners are told for 0 % only"),
        ("cloud-elsewhere", "subject to the law of XZ"),
        ("cloud-of-nobody", "service: telemetry: the paper names no operator"),
        ("silent-rebuild", "changes: EXL-26-091 of 2026-06-12 had another image: DAR-01"),
        ("half-tested-again", "changes: EXL-26-057 of 2026-03-20 had another bill and image: RADIO-01"),
    ],
)
def test_what_is_wrong_is_found(defect, wanted):
    findings, _ = judged(papers(defect))
    assert any(wanted in text for text in findings), findings


def test_without_lists_nothing_can_be_told():
    findings, doubts = judged(papers(), NOTHING)
    assert findings == []
    assert [text.partition(":")[0] for text in doubts] == ["build", "flaws", "owners and operators", "changes"]


def test_what_is_not_asked_for_is_not_judged():
    assert review(Papers(), NOTHING, None).findings == review(Papers(), NOTHING, None).doubts == ()


def test_old_lists_and_feeds_are_doubts():
    _, doubts = judged(papers(), replace(LISTS, day=date(2028, 1, 1)))
    assert sum("take the newest" in text for text in doubts) == 3


def test_a_feed_that_knows_no_exploited_flaw_is_a_doubt():
    _, doubts = judged(papers(), replace(LISTS, feeds=LISTS.feeds[:1]))
    assert "flaws: no feed knows an exploited flaw, so none can be found" in doubts


@pytest.mark.parametrize("part", ["provenance", "vex", "suppliers", "services", "register", "hbom"])
@pytest.mark.parametrize("data", [b"", b"{}", b"[" * 1000])
def test_a_paper_that_cannot_be_read_is_never_clean(part, data):
    broken = {"x": data} if part in ("provenance", "vex") else data
    findings, doubts = judged(replace(papers(), **{part: broken}))
    assert findings or doubts != [PARAMETERS]
