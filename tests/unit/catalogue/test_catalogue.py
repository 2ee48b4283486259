import re
from pathlib import Path
from typing import get_args

import pytest

from harness.catalogue import Shown, coverage, load_catalogue
from harness.catalogue.catalogue import DOMAINS
from harness.catalogue.requirement import Role
from harness.errors import FileError, UsageError

SUITES = Path(__file__).parents[3] / "suites"
PREFIXES = ("WIND", "RADIO", "DAR", "ENDP", "SUP")

# name, unit, lower, upper: the suites measure under these names
FIXED = {
    "WIND-01": [
        ("r95_horizontal", "m", None, "envelope.hold_r95"),
        ("max_horizontal", "m", None, "envelope.hold_max"),
        ("r95_vertical", "m", None, "envelope.hold_vertical_r95"),
    ],
    "WIND-02": [
        ("peak_excursion", "m", None, "envelope.gust_excursion"),
        ("recovery_time", "s", None, "envelope.gust_recovery_time"),
        ("peak_tilt", "deg", None, "envelope.max_tilt"),
    ],
    "RADIO-01": [
        ("reaction_time", "s", None, "link.loss_time"),
        ("wrong_actions", "1", None, 0),
        ("landing_error", "m", None, "link.landing_error"),
    ],
    "RADIO-05": [
        ("accepted_corrupt", "1", None, 0),
        ("accepted_guaranteed", "1", None, 0),
        ("state_changes", "1", None, 0),
    ],
    "DAR-01": [
        ("canary_hits", "1", None, 0),
        ("signature_hits", "1", None, 0),
        ("coordinate_hits", "1", None, 0),
        ("scanned_fraction", "1", 1, None),
    ],
    "DAR-02": [
        ("unapproved_parameters", "1", None, 0),
        ("key_bits", "bit", 256, None),
        ("repeated_blocks", "1", None, 0),
    ],
    "DAR-03": [("key_hits", "1", None, 0)],
    "ENDP-01": [("undeclared_flows", "1", None, 0), ("undeclared_bytes", "B", None, 0)],
    "ENDP-05": [("undeclared_ports", "1", None, 0)],
    "SUP-01": [("incomplete_fields", "1", None, 0), ("unresolved_dependencies", "1", None, 0)],
    "SUP-05": [
        ("hash_mismatches", "1", None, 0),
        ("invalid_signatures", "1", None, 0),
        ("version_mismatches", "1", None, 0),
    ],
}


@pytest.fixture(scope="module")
def catalogue():
    # worst order on purpose: the catalogue sorts
    return load_catalogue(SUITES / name for name in reversed(DOMAINS))


def test_all_sixty_requirements_in_the_order_of_domains(catalogue):
    assert catalogue.ids == tuple(f"{prefix}-{number:02d}" for prefix in PREFIXES for number in range(1, 13))
    assert [catalogue[f"{prefix}-01"].domain for prefix in PREFIXES] == list(DOMAINS)
    assert set(catalogue.titles) == set(DOMAINS)


def test_exactly_five_are_not_automatic(catalogue):
    shown = {name: item.shown for name, item in catalogue.requirements.items() if item.shown is not Shown.AUTOMATIC}
    assert shown == {
        "WIND-12": Shown.EXTERNAL_DOCUMENT,
        "RADIO-08": Shown.OPERATOR_ASSISTED,
        "RADIO-10": Shown.EXTERNAL_DOCUMENT,
        "ENDP-10": Shown.OPERATOR_ASSISTED,
        "SUP-10": Shown.OPERATOR_ASSISTED,
    }


@pytest.mark.parametrize("name", FIXED)
def test_the_quantities_of_the_first_eleven_are_fixed(catalogue, name):
    quantities = catalogue[name].quantities
    assert [(q.name, q.unit, q.limit.lower, q.limit.upper) for q in quantities] == FIXED[name]


def test_only_counts_and_declared_or_published_limits_need_no_maker(catalogue):
    """Whoever says that a limit is declared takes it from the declaration, and the other way round."""
    for requirement in catalogue.requirements.values():
        for quantity in requirement.quantities:
            declared = quantity.origin.startswith("declared")
            assert declared == bool(quantity.limit.keys), f"{requirement.id}.{quantity.name}"


def test_every_role_is_used_and_texts_are_in_our_own_form(catalogue):
    used = {role for item in catalogue.requirements.values() for role in item.roles}
    # the camera informs: no requirement judges its pointing
    assert used == set(get_args(Role)) - {"camera"}
    for item in catalogue.requirements.values():
        assert item.claim.endswith("."), item.id
        assert len(item.title) <= 50, item.id


def test_an_unknown_requirement_is_a_usage_error(catalogue):
    with pytest.raises(UsageError, match="no requirement 'WIND-99'"):
        catalogue["WIND-99"]
    assert "WIND-99" not in catalogue


def test_coverage_lists_every_requirement_and_refuses_unknown_ones(catalogue):
    covered = coverage(catalogue, {"SUP-01": ["b.py::two", "a.py::one"]})
    assert tuple(covered) == catalogue.ids
    assert covered["SUP-01"] == ("a.py::one", "b.py::two")
    assert covered["WIND-01"] == ()
    with pytest.raises(UsageError, match=r"a\.py::one: names requirement 'SUP-99'"):
        coverage(catalogue, {"SUP-99": ["a.py::one"]})


@pytest.fixture
def suite(tmp_path):
    source = (SUITES / "supply_chain" / "requirements.toml").read_text()

    def make(folder, change=lambda text: text):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "requirements.toml").write_text(change(source))
        return tmp_path / folder

    return make


def line_of(path, start):
    return next(n for n, line in enumerate(path.read_text().split("\n"), 1) if line.startswith(start))


def test_an_id_given_twice_names_both_places(suite):
    twice = suite("again", lambda text: text.replace('id = "SUP-02"', 'id = "SUP-01"'))
    path = twice / "requirements.toml"
    second = [n for n, line in enumerate(path.read_text().split("\n"), 1) if line == 'id = "SUP-01"'][1]
    with pytest.raises(FileError) as caught:
        load_catalogue([twice])
    assert str(caught.value) == f"{path}:{second}: requirements[1].id: duplicate id SUP-01, already in {path}"


def test_an_id_of_two_suites_is_a_duplicate(suite):
    with pytest.raises(FileError, match=r"duplicate id SUP-01, already in .*one/requirements\.toml"):
        load_catalogue([suite("one"), suite("two")])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "build_level"', 'nam = "build_level"', r"quantities\[0\]\.nam: unknown key, did you mean 'name'\?"),
        ('limit = { lower = "supply.provenance_level" }\n', "", r"quantities\[0\]\.limit: missing key"),
        ('{ lower = "supply.provenance_level" }', "{}", r"quantities\[0\]\.limit: missing limit: give lower, upper"),
        ('{ lower = "supply.provenance_level" }', '{ lower = "supply.no" }', r"limit 'supply\.no' is no number of"),
    ],
)
def test_a_mistake_in_a_suite_names_file_key_and_line(suite, old, new, said):
    folder = suite("broken", lambda text: text.replace(old, new))
    with pytest.raises(FileError, match=rf"requirements\.toml:[0-9]+: requirements\[6\]\.{said}|{said}") as caught:
        load_catalogue([folder])
    found = re.search(r"toml:([0-9]+):", str(caught.value))
    assert found
    assert line_of(folder / "requirements.toml", 'id = "SUP-07"') < int(found[1])
    assert int(found[1]) < line_of(folder / "requirements.toml", 'id = "SUP-08"')


def test_a_folder_without_requirements(tmp_path):
    with pytest.raises(FileError, match=r"requirements\.toml: no such file"):
        load_catalogue([tmp_path])


def test_a_labs_own_suites_follow(suite):
    def rename(text):
        return text.replace('id = "SUP-', 'id = "AAA-')

    found = load_catalogue([suite("own_suite", rename), SUITES / "supply_chain"])
    assert found.ids[0] == "SUP-01"
    assert found.ids[-1] == "AAA-12"
    assert found["AAA-01"].domain == "own_suite"
