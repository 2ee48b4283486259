from pathlib import Path

import pytest

from harness.errors import NotShown, RigError
from harness.instruments.supply.documents import MakersPapers
from harness.instruments.vehicle.mavlink import MavlinkVehicle
from harness.plugin.conditions import read_conditions

SUITE = Path(__file__).parents[4] / "suites" / "supply_chain" / "conditions.toml"
(RESTS,) = (row.rests for row in read_conditions(SUITE, "short", "change"))


@pytest.fixture(scope="module")
def parameters(stage, unit):
    scene = stage(unit)
    scene.world.power_on()
    return MavlinkVehicle(scene.context()).read_parameters()


def stale(scene, parameters, fault="", planned=(), **changes):
    papers = MakersPapers(scene.context(fault, **{"settings": {}} | changes))
    article = papers.describe_article(scene.world.sockets.firmware(), parameters)
    found = papers.find_stale_results(article, rests=RESTS, planned=planned)
    return found.rerun_fraction, found.stale_results.events, found.stale_results.trials


def test_the_results_of_the_sound_drone_hold(scene, parameters):
    assert stale(scene, parameters) == (100.0, 0, 39)
    assert ("register.sees_change", True) in scene.log.controls
    assert scene.log.exhibits[-1][0] == "hashes that the results of this run rest on"


def test_a_new_hash_under_the_old_version_makes_results_stale(damaged, parameters):
    scene = damaged("silent-rebuild")
    assert scene.world.sockets.version() == "1.4.2"
    assert stale(scene, parameters) == (0.0, 39, 39)
    assert any("WIND-01: another image and parameters; STALE" in note for note in scene.log.notes)


def test_a_changed_parameter_makes_flight_and_radio_stale(scene, parameters):
    fraction, events, _ = stale(scene, parameters | {"LOIT_SPEED": 900.0})
    assert events == 23
    assert 40.0 < fraction < 42.0


def test_what_was_not_tested_again_is_stale(damaged, parameters):
    assert stale(damaged("bench-tests-not-repeated"), parameters)[1] == 3


def test_what_this_run_shows_is_made_anew(damaged, parameters):
    planned = frozenset({"WIND-01", "WIND-02", "SUP-05"})
    scene = damaged("silent-rebuild")
    fraction, events, _ = stale(scene, parameters, planned=planned)
    assert (fraction, events) == (pytest.approx(100 * 3 / 39), 36)
    assert "of these 3 are run again here, 36 are stale" in scene.log.notes[-1]


def test_the_state_of_encryption_is_no_setting(scene, parameters):
    assert "STOR_ENCRYPT" in parameters
    assert stale(scene, parameters | {"STOR_ENCRYPT": 7.0})[1] == 0


@pytest.mark.parametrize("data", [b"", b"{}", b"[" * 1000])
def test_a_register_that_cannot_be_read_holds_nothing(scene, parameters, data):
    def read(name):
        return data if name == "results-register.json" else scene.world.sockets.papers(name)

    assert stale(scene, parameters, sockets={"papers": read}) == (0.0, 1, 1)


def test_without_earlier_results_there_is_nothing_to_show(scene, parameters, declaration):
    supply = declaration.supply.model_copy(update={"earlier_results": None})
    with pytest.raises(NotShown, match="names no earlier results"):
        stale(scene, parameters, declaration=declaration.model_copy(update={"supply": supply}))
    empty = b'{"format": "dronecert-register/1", "article": "x", "runs": []}'
    with pytest.raises(NotShown, match="is empty"):
        stale(scene, parameters, sockets={"papers": lambda name: empty})


def test_a_bench_that_believes_the_register_is_found_out(scene, parameters):
    with pytest.raises(RigError, match=r"register\.sees_change failed: 0 results stale .* 0 of 39"):
        stale(scene, parameters, "trusting")
