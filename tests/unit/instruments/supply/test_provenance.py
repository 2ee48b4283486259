from datetime import date
from pathlib import Path

import pytest

from harness.errors import FileError, RigError, VehicleError
from harness.instruments.supply.documents import MakersPapers
from harness.judgement import Count

SETTINGS = {"builders": "lists/demo-builders.toml", "day": date(2026, 11, 30)}


def verified(scene, fault="", **changes):
    papers = MakersPapers(scene.context(fault, **{"settings": SETTINGS} | changes))
    build = papers.verify_provenance(scene.world.sockets.firmware())
    assert build.subject_mismatches.trials == 1
    return build.build_level, build.subject_mismatches.events, build.unlisted_builders.events


def test_the_sound_drone_is_attested(scene):
    assert verified(scene) == (2, 0, 0)
    assert scene.log.controls == [("attestation.twin", True), ("papers.carried", True)]
    assert any("build level 2" in note for note in scene.log.notes)


@pytest.mark.parametrize(
    ("defect", "wanted"),
    [
        ("attestation-of-earlier-build", (0, 1, 0)),
        ("builder-vouches-for-itself", (1, 1, 1)),
        ("attestation-altered", (0, 1, 0)),
        ("attestation-unsigned", (0, 1, 0)),
        ("firmware-changed", (0, 1, 0)),
    ],
)
def test_a_bad_attestation_is_found(damaged, defect, wanted):
    assert verified(damaged(defect)) == wanted


def test_a_paper_that_is_not_handed_over_supports_nothing(scene):
    def none(name):
        raise VehicleError(f"no paper {name}")

    assert verified(scene, sockets={"papers": none}) == (0, 1, 1)
    assert "no paper provenance.intoto.json" in scene.log.notes


def test_without_declared_attestations_nothing_is_supported(scene, declaration):
    supply = declaration.supply.model_copy(update={"provenance": ()})
    papers = MakersPapers(
        scene.context(settings=SETTINGS, declaration=declaration.model_copy(update={"supply": supply}))
    )
    build = papers.verify_provenance(b"image")
    assert (build.build_level, build.subject_mismatches, build.unlisted_builders) == (
        0,
        Count(events=1, trials=1),
        0,
    )


@pytest.mark.parametrize(("fault", "control"), [("keyless", "attestation.twin"), ("torn", "papers.carried")])
def test_a_bench_that_fails_is_found_out(scene, fault, control):
    with pytest.raises(RigError, match=f"{control} failed"):
        verified(scene, fault)
    assert scene.log.controls[-1] == (control, False)


def test_a_bench_without_a_list_cannot_judge(scene):
    with pytest.raises(RigError, match=r"names no file under roles\.documents\.settings\.builders"):
        verified(scene, settings={})
    with pytest.raises(FileError, match=r"none\.toml"):
        verified(scene, settings={"builders": "none.toml"})
    with pytest.raises(FileError):
        verified(scene, bench=Path("/nowhere"))
