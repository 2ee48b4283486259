import json
from dataclasses import replace

import pytest

from harness.errors import RigError
from harness.instruments.supply import bills
from harness.instruments.supply.documents import MakersPapers
from harness.supply.hbom import Identifier

CRITICAL = ("flight controller", "radio", "camera")
READ = (
    *(Identifier(kind="mavlink", value="1209:4642"), Identifier(kind="mavlink uid", value="454d423030310001")),
    *(Identifier(kind="usb", value=value) for value in ("1209:4642", "1209:4643", "1209:4644")),
    *(Identifier(kind="can", value=f"jp.example.dronecert.{name}") for name in ("fc1", "gnss1")),
    Identifier(kind="radio certificate", value="201-260001"),
    Identifier(kind="mac", value="02:00:00:00:00:02"),
)


def matched(scene, **context):
    papers = MakersPapers(scene.context(**context))
    figures = papers.match_bill(scene.world.sockets.firmware())
    return figures.hash_mismatches, figures.undeclared_components


def with_papers(scene, **made):
    """Sockets whose papers of these names (dots as underscores) are other ones."""
    names = {name.replace("_", "."): data for name, data in made.items()}
    return {"papers": lambda name: names.get(name) or scene.world.sockets.papers(name)}


# -- the software bill


def test_the_sound_drone_matches_its_bill(scene):
    count, undeclared = matched(scene)
    assert (count.events, count.trials, undeclared) == (0, 8, 0)
    assert scene.log.controls == [
        ("papers.carried", True),
        ("compare.sees_change", True),
        ("compare.sees_library", True),
    ]
    assert any(note.startswith("found by signature: zlib 1.3.1") for note in scene.log.notes)


@pytest.mark.parametrize(
    ("defect", "wanted"),
    [
        ("bill-without-library", (0, 2)),
        ("bill-of-another-build", (1, 0)),
        ("linked-library", (1, 1)),
        ("firmware-changed", (1, 0)),
    ],
)
def test_a_bill_of_another_image_is_found(damaged, defect, wanted):
    count, undeclared = matched(damaged(defect))
    assert (count.events, undeclared) == wanted


@pytest.mark.parametrize("bill", [b"{", b"<bom/>", b'{"bomFormat": "CycloneDX", "specVersion": "1.6"}'])
def test_a_bill_that_cannot_be_read_matches_nothing(scene, bill):
    count, undeclared = matched(scene, sockets=with_papers(scene, sbom_cdx_json=bill))
    assert (count.events, undeclared) == (1, 1)


def test_neither_does_one_without_hashes_nor_an_image_that_is_none(scene, declaration):
    bill = json.loads(scene.world.sockets.papers("sbom.cdx.json"))
    for entry in bill["components"]:
        del entry["hashes"]
    plain = with_papers(scene, sbom_cdx_json=json.dumps(bill).encode())
    assert matched(scene, sockets=plain)[0].events == 1
    assert MakersPapers(scene.context()).match_bill(b"no archive").hash_mismatches.events == 1
    silent = declaration.supply.model_copy(update={"sbom": None})
    assert matched(scene, declaration=declaration.model_copy(update={"supply": silent}))[0].events == 1


def test_a_comparison_that_sees_nothing_is_found_out(scene, monkeypatch):
    sound = bills.check_contents
    first = []

    def blind(bill, files):
        first.append(sound(bill, files))
        return first[0]

    monkeypatch.setattr(bills, "check_contents", blind)
    with pytest.raises(RigError, match=r"compare\.sees_change failed"):
        matched(scene)


# -- origins


def traced(scene, **context):
    return MakersPapers(scene.context(**context)).trace_origins(critical=CRITICAL, confidence="documented")


def test_the_origins_of_the_sound_drone_are_shown(scene):
    assert traced(scene) == 100.0
    assert ("origin.sees_blank", True) in scene.log.controls


@pytest.mark.parametrize(
    "defect", ["unknown-controller", "assembled-again", "papers-contradict", "another-certificate"]
)
def test_an_origin_that_is_not_shown_is_found(damaged, defect):
    assert traced(damaged(defect)) == pytest.approx(200 / 3)


def test_a_part_that_is_declared_and_not_in_the_bill_has_no_origin(scene, declaration):
    parts = declaration.supply.components
    supply = declaration.supply.model_copy(
        update={"components": (*parts, parts[0].model_copy(update={"part": "EMB-X"}))}
    )
    assert traced(scene, declaration=declaration.model_copy(update={"supply": supply})) == 75.0


def test_without_a_hardware_bill_nothing_is_shown(damaged):
    scene = damaged("no-hardware-bill")
    assert traced(scene) == 0.0
    # three stand in the declaration itself
    assert MakersPapers(scene.context()).compare_fitted(READ).events == len(READ) - 3


def test_evidence_of_a_hostile_name_is_not_there(scene):
    bill = scene.world.sockets.papers("hbom.cdx.json").replace(b"origin/emb-rf1.txt", b"../../../etc/passwd")
    assert traced(scene, sockets=with_papers(scene, hbom_cdx_json=bill)) == pytest.approx(200 / 3)
    assert any("no name of a paper" in note for note in scene.log.notes)


def test_a_check_of_origins_that_sees_nothing_is_found_out(scene, monkeypatch):
    sound = bills.check_origin
    monkeypatch.setattr(bills, "check_origin", lambda bill, rules, read: sound(replace(bill, parts=()), rules, read))
    with pytest.raises(RigError, match=r"origin\.sees_blank failed"):
        traced(scene)


# -- fitted parts


def test_what_is_read_and_declared_agrees(scene):
    count = MakersPapers(scene.context()).compare_fitted(READ)
    assert (count.events, count.trials) == (0, len(READ))
    assert ("fitted.sees_strange", True) in scene.log.controls


def test_each_difference_counts(scene):
    other = (*READ[:-1], Identifier(kind="mac", value="00:00:5e:00:53:17"))
    assert MakersPapers(scene.context()).compare_fitted(other).events == 2
    assert MakersPapers(scene.context()).compare_fitted(READ[:-1]).events == 1


def test_a_comparison_of_parts_that_sees_nothing_is_found_out(scene, monkeypatch):
    monkeypatch.setattr(bills, "STRANGE", READ[0])
    with pytest.raises(RigError, match=r"fitted\.sees_strange failed"):
        MakersPapers(scene.context()).compare_fitted(READ)
