from pathlib import Path

import pytest

from harness.catalogue import load_basis
from harness.catalogue.catalogue import DOMAINS
from harness.errors import FileError

ROOT = Path(__file__).parents[3]
SUITES = [ROOT / "suites" / name for name in DOMAINS]
PROFILES = ROOT / "rigs" / "profiles"
ARTICLES = ROOT / "rigs" / "articles"


@pytest.mark.parametrize("article", ["embedded", "written-to-win"])
@pytest.mark.parametrize("profile", ["baseline", "jp-government"])
def test_every_quantity_of_every_requirement_has_a_limit(profile, article):
    basis = load_basis(SUITES, PROFILES / f"{profile}.toml", ARTICLES / f"{article}.toml")
    wanted = {
        (name, quantity.name) for name in basis.profile.requirements for quantity in basis.catalogue[name].quantities
    }
    assert set(basis.limits) == wanted
    assert bool(basis.breaches) is (article == "written-to-win")
    assert basis.job is None


def test_the_limits_of_the_embedded_drone():
    limits = load_basis(SUITES, PROFILES / "baseline.toml", ARTICLES / "embedded.toml").limits
    said = {".".join(key): str(limit) for key, limit in limits.items()}
    assert said["WIND-01.r95_horizontal"] == "<= 2 m"
    assert said["WIND-02.peak_tilt"] == "<= 45 deg"
    assert said["RADIO-01.reaction_time"] == "<= 4 s"
    assert said["DAR-02.key_bits"] == ">= 256 bit"
    assert said["SUP-05.hash_mismatches"] == "<= 0"


def test_a_declaration_that_lacks_a_limit_stops_the_run(tmp_path):
    lines = (ARTICLES / "embedded.toml").read_text().split("\n")
    path = tmp_path / "a.toml"
    path.write_text("\n".join(line for line in lines if not line.startswith("hold_max")))
    with pytest.raises(FileError) as caught:
        load_basis(SUITES, PROFILES / "baseline.toml", path)
    section = lines.index("[envelope]") + 1
    assert str(caught.value) == (
        f"{path}:{section}: envelope.hold_max: limit of WIND-01.max_horizontal: "
        "the declaration of EMB-001 lacks envelope.hold_max (in m) (and 1 more)"
    )


def test_a_job_is_read_with_the_rest(tmp_path):
    with pytest.raises(FileError, match="no such file"):
        load_basis(SUITES, PROFILES / "baseline.toml", ARTICLES / "embedded.toml", tmp_path / "job.toml")
