from pathlib import Path

import pytest
from pydantic import ValidationError

from harness.catalogue import Declaration, load_catalogue, load_declaration, load_profile
from harness.catalogue.profile import Floor
from harness.errors import FileError
from harness.judgement import DecisionRule

ROOT = Path(__file__).parents[3]
PROFILES = ROOT / "rigs" / "profiles"
ARTICLES = ROOT / "rigs" / "articles"


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue(path.parent for path in (ROOT / "suites").glob("*/requirements.toml"))


@pytest.fixture(scope="module")
def baseline(catalogue):
    return load_profile(PROFILES / "baseline.toml", catalogue)


@pytest.fixture(scope="module")
def government(catalogue):
    return load_profile(PROFILES / "jp-government.toml", catalogue)


# what simulation cannot show, and the soak, which has a profile of its own for its length
NOT_TODAY = {"WIND-12", "RADIO-08", "RADIO-10", "ENDP-10", "SUP-10"} | {"WIND-10"}


def test_baseline_is_what_the_embedded_rig_shows_today(baseline, catalogue):
    assert (baseline.id, baseline.depth, baseline.rule) == ("baseline", "short", DecisionRule.GUARDED)
    assert baseline.requirements == tuple(name for name in catalogue.ids if name not in NOT_TODAY)


def test_the_government_profile_asks_for_everything(government, catalogue):
    assert government.requirements == catalogue.ids
    assert government.depth == "lab"


def test_every_claim_of_baseline_has_a_floor_and_none_is_laxer_for_the_government(baseline, government):
    floored = {requirement for floor in baseline.floors for requirement in floor.requirements}
    # these rest on no claim of the maker
    assert floored == set(baseline.requirements) - {"RADIO-05", "ENDP-09", "ENDP-12"}
    strict = {(floor.key, floor.times): floor for floor in government.floors}
    assert len(strict) == len(government.floors)
    for floor in baseline.floors:
        other = strict[floor.key, floor.times]
        assert set(floor.requirements) <= set(other.requirements)
        if floor.at_least is not None:
            assert other.at_least >= floor.at_least
        elif floor.at_most is not None:
            assert other.at_most <= floor.at_most
        elif floor.one_of is not None:
            assert set(other.one_of) <= set(floor.one_of)
        else:
            assert set(other.never) >= set(floor.never)


def test_every_declared_limit_of_the_first_eleven_has_a_floor(baseline, catalogue):
    keys = {key for name in baseline.requirements for q in catalogue[name].quantities for key in q.limit.keys}
    assert keys <= {floor.key for floor in baseline.floors}


def test_the_embedded_declaration_meets_every_floor(baseline, government):
    declaration = load_declaration(ARTICLES / "embedded.toml")
    assert baseline.breaches(declaration) == ()
    assert government.breaches(declaration) == ()


def test_a_declaration_written_to_win_fails_in_wind_radio_and_endpoints(baseline, government):
    """Negative control of the floors."""
    declaration = load_declaration(ARTICLES / "written-to-win.toml")
    for profile in (baseline, government):
        failed = {breach.requirement for breach in profile.breaches(declaration)}
        assert {"WIND-01", "WIND-02", "RADIO-01", "ENDP-01"} <= failed
    said = [str(breach) for breach in baseline.breaches(declaration) if breach.key == "envelope.max_wind"]
    assert said[0].startswith("declaration below profile: envelope.max_wind is 1 m/s, must be at least 8 m/s (")


def test_an_empty_declaration_is_below_the_floors(baseline):
    empty = Declaration.model_validate({"article": {"id": "A", "maker": "m", "model": "m", "serials": ["1"]}})
    failed = {breach.requirement for breach in baseline.breaches(empty)}
    # who lists no endpoint, no service and no interface has declared that there are none
    unclaimed = {"ENDP-01", "ENDP-03", "ENDP-05", "ENDP-07", "ENDP-08", "ENDP-09", "ENDP-12", "RADIO-05"}
    assert failed == set(baseline.requirements) - unclaimed
    assert {breach.declared for breach in baseline.breaches(empty)} == {"not declared"}


def declared(**sections):
    article = {"id": "A", "maker": "m", "model": "m", "serials": ["1"]}
    return Declaration.model_validate({"article": article, **sections})


def floor(**fields):
    return Floor.model_validate({"requirements": ["WIND-01"], "why": "w", **fields})


@pytest.mark.parametrize(
    ("condition", "wind", "met"),
    [
        ({"at_least": 8}, 8.0, True),
        ({"at_least": 8}, 7.999, False),
        ({"at_least": "28.8 km/h"}, 8.0, True),
        ({"at_least": "28.9 km/h"}, 8.0, False),
        ({"at_most": 8}, 8.0, True),
        ({"at_most": 8}, 8.001, False),
        ({"at_most": 0}, 0.0, True),
        ({"at_most": 0}, 0.1, False),
    ],
)
def test_numeric_floors(condition, wind, met):
    breaches = floor(key="envelope.max_wind", **condition).breaches(declared(envelope={"max_wind": wind}))
    assert (breaches == ()) is met


GUST = {"key": "envelope.max_gust", "times": "envelope.max_wind", "at_least": 1.25}


@pytest.mark.parametrize(("wind", "gust", "met"), [(12.0, 15.0, True), (12.0, 14.99, False), (12.0, 12.0, False)])
def test_a_floor_can_be_a_multiple_of_another_number(wind, gust, met):
    breaches = floor(**GUST).breaches(declared(envelope={"max_wind": wind, "max_gust": gust}))
    assert (
        [str(breach) for breach in breaches] == []
        if met
        else [
            f"declaration below profile: envelope.max_gust is {gust:g} m/s, must be at least 15 m/s "
            "(1.25 times envelope.max_wind: w)"
        ]
    )


def test_a_multiple_of_what_is_not_declared_asks_for_the_number_only():
    assert floor(**GUST).breaches(declared(envelope={"max_gust": 1.0})) == ()
    (breach,) = floor(**GUST).breaches(declared(envelope={"max_wind": 1.0}))
    assert breach.declared == "not declared"


@pytest.mark.parametrize(("wind", "gust"), [(12.0, 12.0), (10.0, 12.0), (20.0, 22.0)])
def test_no_profile_lets_a_declaration_win_by_a_gust_that_is_none(baseline, government, wind, gust):
    """Negative control of the floors."""
    declaration = load_declaration(ARTICLES / "embedded.toml")
    envelope = declaration.envelope.model_copy(update={"max_wind": wind, "max_gust": gust})
    for profile in (baseline, government):
        breaches = profile.breaches(declaration.model_copy(update={"envelope": envelope}))
        assert "WIND-02" in {breach.requirement for breach in breaches}


def test_one_element_that_lacks_the_key_is_below_the_floor():
    medium = {"name": "m", "holds": "logs", "format": "LUKS2", "cipher": "aes-xts-plain64", "key_bits": 512}
    media = [{**medium, "credential_owner": "o", "sector_size": 4096}, {**medium, "credential_owner": "o"}]
    least = floor(key="storage.media.sector_size", at_least="512 B")
    assert least.breaches(declared(storage={"media": media[:1]})) == ()
    assert [breach.declared for breach in least.breaches(declared(storage={"media": media}))] == ["not declared"]
    assert [breach.declared for breach in least.breaches(declared())] == ["not declared"]


def test_one_of_and_never_look_at_every_element_in_either_case():
    endpoint = {"port": 1, "protocol": "tls", "purpose": "p", "operator": "o", "jurisdiction": "JP"}
    network = {"endpoints": [{"host": host, **endpoint} for host in ("a.example", "ANY", "company.example", "*")]}
    never = floor(key="network.endpoints.host", never=["any", "*"])
    assert [breach.declared for breach in never.breaches(declared(network=network))] == ["'ANY'", "'*'"]
    assert never.breaches(declared()) == ()
    present = floor(key="network.endpoints.host", never=["any", "not declared"])
    assert [breach.declared for breach in present.breaches(declared())] == ["not declared"]
    action = floor(key="link.loss_action", one_of=["rtl", "land"], requirements=["WIND-01", "WIND-02"])
    assert [breach.requirement for breach in action.breaches(declared(link={"loss_action": "none"}))] == [
        "WIND-01",
        "WIND-02",
    ]
    assert action.breaches(declared(link={"loss_action": "rtl"})) == ()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"key": "envelope.max_wnd", "at_least": 1}, "the declaration has no key 'envelope.max_wnd'"),
        ({"key": "link.loss_action", "at_least": 1}, "'link.loss_action' is no number"),
        ({"key": "envelope.max_wind"}, "wanted one of at_least, at_most, one_of, never, got none"),
        ({"key": "envelope.max_wind", "at_least": 1, "at_most": 2}, "got at_least and at_most"),
        ({"key": "envelope.max_wind", "at_least": float("nan")}, "finite number"),
        ({"key": "envelope.max_wind", "at_least": "8 kg"}, "wrong unit: '8 kg' is a mass, wanted a speed in m/s"),
        (GUST | {"times": "envelope.max_wnd"}, "the declaration has no key 'envelope.max_wnd'"),
        (GUST | {"times": "envelope.hold_r95"}, "times goes with at_least and a key in the unit of"),
        (GUST | {"at_least": "15 m/s"}, "a factor, a number without unit"),
        (GUST | {"at_least": None, "at_most": 20.0}, "times goes with at_least"),
        ({"key": "link.loss_action", "one_of": []}, "at least 1 item"),
        ({"key": "link.loss_action", "never": []}, "at least 1 item"),
    ],
)
def test_a_wrong_floor_is_refused(fields, said):
    with pytest.raises(ValidationError, match=said):
        floor(**fields)


GOOD = """id = "p"
title = "P"
depth = "short"
rule = "simple"
requirements = ["WIND-01", "DAR-01"]
[not_applicable]
WIND-12 = "no rain is claimed"
[[floors]]
key = "envelope.max_wind"
requirements = ["WIND-01"]
at_least = "8 m/s"
why = "w"
"""


def test_a_good_profile(catalogue, tmp_path):
    path = tmp_path / "p.toml"
    path.write_text(GOOD)
    profile = load_profile(path, catalogue)
    assert profile.not_applicable == {"WIND-12": "no rain is claimed"}
    assert profile.rule is DecisionRule.SIMPLE
    assert profile.floors[0].at_least == 8.0


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"DAR-01"', '"DAR-99"', ":5: requirements[1]: no suite has requirement 'DAR-99'"),
        ('"DAR-01"', '"DAR-98", "DAR-99"', ":5: requirements[1]: no suite has requirement 'DAR-98' (and 1 more)"),
        ('"DAR-01"', '"WIND-01"', ":5: requirements: named twice: WIND-01"),
        ("WIND-12 =", "WIND-13 =", ":7: not_applicable.WIND-13: no suite has requirement 'WIND-13'"),
        ("WIND-12 =", "DAR-01 =", ":7: not_applicable.DAR-01: DAR-01 is also required"),
        (
            "WIND-12 =",
            "wind =",
            ":7: not_applicable.wind: string should match pattern '^[A-Z]{2,8}-[0-9]{2}$', got 'wind'",
        ),
        ('"no rain is claimed"', '""', ":7: not_applicable.WIND-12: is empty"),
        (
            'requirements = ["WIND-01"]',
            'requirements = ["WIND-02"]',
            ":10: floors[0].requirements[0]: WIND-02 is not required here",
        ),
        ('"8 m/s"', '"8 kg"', ":11: floors[0].at_least: wrong unit: '8 kg' is a mass, wanted a speed in m/s"),
        ('"short"', '"deep"', ":3: depth: input should be 'short', 'lab' or 'commissioning', got 'deep'"),
        ('"simple"', '"lenient"', ":4: rule: input should be 'guarded' or 'simple', got 'lenient'"),
        ("depth", "dept", ":3: dept: unknown key, did you mean 'depth'? (and 1 more)"),
    ],
)
def test_a_mistake_in_a_profile_names_key_and_line(catalogue, tmp_path, old, new, said):
    path = tmp_path / "p.toml"
    path.write_text(GOOD.replace(old, new))
    with pytest.raises(FileError) as caught:
        load_profile(path, catalogue)
    assert str(caught.value) == f"{path}{said}"
