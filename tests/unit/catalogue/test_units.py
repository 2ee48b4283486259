import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from harness.catalogue.model import Speed
from harness.catalogue.units import KIND_OF, KINDS, InUnit, amount


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("15 m/s", "m/s", 15.0),
        ("54 km/h", "m/s", 15.0),
        ("0.2 s", "ms", 200.0),
        (" 32 B ", "bit", 256),
        ("1e2 cm", "m", 1.0),
        ("-30 dBm", "dBm", -30.0),
        ("0.9 1", "%", 90.0),
        ("3.6kJ", "Wh", 1.0),
    ],
)
def test_a_text_is_read_in_the_unit_of_its_field(text, unit, value):
    assert amount(text, unit) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("15 kg", r"wrong unit: '15 kg' is a mass, wanted a speed in m/s"),
        ("15 dB", r"is a level difference, wanted a speed"),
        ("15", r"is without unit, wanted a speed in m/s"),
        ("15 parsec", r"is no unit known here, wanted"),
        ("fast", r"wrong value: 'fast' is not a number with a unit"),
        ("", r"wrong value"),
        ("nan m/s", r"wrong value"),
        ("inf m/s", r"wrong value"),
        ("1 m/s 2 m/s", r"wrong value"),
    ],
)
def test_a_wrong_unit_or_value_is_refused_in_one_line(text, said):
    with pytest.raises(ValueError, match=said) as caught:
        amount(text, "m/s")
    assert "\n" not in str(caught.value)


def test_every_unit_is_of_one_kind_only():
    assert len(KIND_OF) == sum(len(units) for units in KINDS.values())


@given(st.sampled_from(sorted(KIND_OF)), st.floats(0.001, 1e6))
@settings(max_examples=100)
def test_conversion_there_and_back(unit, value):
    for other in KINDS[KIND_OF[unit]]:
        there = amount(f"{value!r} {unit}", other)
        assert amount(f"{there:.17g} {other}", unit) == pytest.approx(value, rel=1e-9)


@given(st.text(max_size=80))
@settings(max_examples=200)
def test_any_text_is_a_finite_number_or_a_value_error(text):
    try:
        value = amount(text, "m")
    except ValueError:
        return
    assert math.isfinite(value)


@pytest.mark.parametrize("value", [True, "5 kg", float("nan"), float("inf"), -1.0, "-1 m/s", "1e400 m/s", None, [1.0]])
def test_a_field_refuses_what_is_no_speed(value):
    with pytest.raises(ValidationError):
        TypeAdapter(Speed).validate_python(value, strict=True)


@pytest.mark.parametrize("value", [5, 5.0, "5 m/s", "18 km/h"])
def test_a_field_takes_bare_numbers_and_texts(value):
    assert TypeAdapter(Speed).validate_python(value, strict=True) == pytest.approx(5.0)


def test_what_is_no_text_is_handed_through():
    marker = object()
    assert InUnit("m").read(marker) is marker
