"""Turbulence of the wind role on the real embedded drone."""

import pytest

from harness.errors import RigError
from harness.instruments.truth.truth import wind_speed
from harness.instruments.wind.wind import PlantWind


def stir(scene, fault="", **changes):
    wind = PlantWind(scene.context(fault, **changes))
    with scene.hovering(10.0), wind.turbulent(fraction=0.6, azimuth=45.0, height=10.0, settle=2.0) as mean:
        scene.run(30.0)
    return mean


def test_turbulence_of_the_declared_class_is_blown_and_proven(scene):
    assert stir(scene) == pytest.approx(7.2)
    assert scene.log.controls == [("wind.turbulence", True), ("wind.liveness", True)]
    assert [(item.name, item.reached, item.exceeded) for item in scene.log.exposures] == [
        ("mean of the turbulent wind", True, False),
        ("sigma of the turbulence", True, False),
    ]
    ((_, times, realised), (_, _, commanded)) = scene.log.charts[-1].lines
    assert len(times) > 300
    assert "seed 1" in scene.log.notes[0]
    assert "nominal sigma 2.9" in scene.log.notes[0]
    assert realised == pytest.approx(commanded, abs=1e-9)
    assert wind_speed(scene.truth()) == 0.0


@pytest.mark.parametrize("fault", ["muted", "reversed", "lies"])
def test_turbulence_of_a_source_that_lies_is_found_out(scene, fault):
    with pytest.raises(RigError, match=r"wind\.turbulence failed: the mean"):
        stir(scene, fault)
    assert scene.log.exposures == []


def test_each_seed_has_turbulence_of_its_own(stage, unit):
    peaks = set()
    for seed in (1, 2):
        scene = stage(unit)
        stir(scene, seed=seed)
        peaks.add(round(max(scene.log.charts[-1].lines[0][2]), 6))
    assert len(peaks) == 2


def test_a_class_that_is_not_declared_is_named(scene, declaration):
    envelope = declaration.envelope.model_copy(update={"turbulence": None})
    changed = declaration.model_copy(update={"envelope": envelope})
    with pytest.raises(RigError, match=r"envelope\.turbulence"):
        stir(scene, declaration=changed)
