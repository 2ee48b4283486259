import pytest

from harness.catalogue import Declaration, read_document, resolve_limit
from harness.catalogue.limits import resolve_limits
from harness.catalogue.requirement import Quantity, Requirement
from harness.errors import FileError, UsageError
from harness.judgement import Limit

HEAD = '[article]\nid = "A"\nmaker = "m"\nmodel = "m"\nserials = ["1"]\n[envelope]\n'


def quantity(**limit):
    return Quantity.model_validate(
        {"name": "x1", "title": "x", "unit": "m", "measurand": "m", "limit": limit, "origin": "declared"}
    )


@pytest.fixture
def declared(tmp_path):
    def make(text):
        (tmp_path / "a.toml").write_text(HEAD + text)
        return read_document(tmp_path / "a.toml", Declaration)

    return make


def test_a_limit_comes_from_the_catalogue_the_declaration_or_both(declared):
    declaration = declared('hold_r95 = "200 cm"\n').model
    assert resolve_limit(quantity(upper=3), declaration) == Limit(unit="m", upper=3.0)
    assert resolve_limit(quantity(upper="envelope.hold_r95"), declaration) == Limit(unit="m", upper=2.0)
    assert resolve_limit(quantity(lower="envelope.hold_r95"), declaration) == Limit(unit="m", lower=2.0)
    assert resolve_limit(quantity(lower=0, upper="envelope.hold_r95"), declaration) == Limit(unit="m", lower=0, upper=2)


def test_a_missing_limit_is_never_no_limit(declared):
    with pytest.raises(UsageError, match=r"lacks envelope\.hold_r95 \(in m\)"):
        resolve_limit(quantity(upper="envelope.hold_r95"), declared("").model)
    with pytest.raises(UsageError, match=r"lacks envelope\.hold_max"):
        resolve_limit(quantity(lower=0, upper="envelope.hold_max"), declared("hold_r95 = 1\n").model)


def requirement(*quantities):
    fields = {name: "x" for name in ("title", "claim", "method", "bench", "surrogate")}
    clause = {"document": "d", "clause": "c", "standing": "judgement"}
    return Requirement.model_validate(
        {
            **fields,
            "id": "WIND-01",
            "clauses": [clause],
            "negative_controls": ["n"],
            "roles": ["vehicle"],
            "hazard": "none",
            "shown": "automatic",
            "quantities": [q.model_dump(exclude_none=True) | {"name": f"q{i}"} for i, q in enumerate(quantities)],
        }
    )


def test_all_limits_of_the_requirements(declared):
    found = resolve_limits(
        [requirement(quantity(upper=1), quantity(upper="envelope.hold_max"))], declared("hold_max = 9\n")
    )
    assert found == {("WIND-01", "q0"): Limit(unit="m", upper=1), ("WIND-01", "q1"): Limit(unit="m", upper=9)}


def test_missing_limits_name_file_key_line_and_how_many_more(declared):
    document = declared("")
    wanted = requirement(quantity(upper="envelope.hold_max"), quantity(upper=1), quantity(upper="envelope.hold_r95"))
    with pytest.raises(FileError) as caught:
        resolve_limits([wanted], document)
    assert str(caught.value) == (
        f"{document.path}:6: envelope.hold_max: limit of WIND-01.q0: "
        "the declaration of A lacks envelope.hold_max (in m) (and 1 more)"
    )


def test_a_declared_limit_below_the_other_side_is_refused(declared):
    with pytest.raises(FileError, match=r":7: envelope\.hold_max: .*lower limit 5\.0 is above the upper limit 2\.0"):
        resolve_limits([requirement(quantity(lower=5, upper="envelope.hold_max"))], declared("hold_max = 2\n"))
