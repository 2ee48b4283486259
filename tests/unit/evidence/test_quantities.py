import pytest

from harness.evidence.quantities import read_quantity

ENTRY = {
    "name": "r95",
    "title": "R95 horizontal error",
    "unit": "m",
    "measurand": "as written",
    "origin": "declaration",
    "limit": {"lower": None, "upper": 2.0},
}


def test_an_entry_of_the_plan_gives_its_quantity():
    quantity = read_quantity(ENTRY)
    assert (quantity.name, quantity.title, quantity.origin) == ("r95", "R95 horizontal error", "declaration")
    assert (quantity.limit.unit, quantity.limit.lower, quantity.limit.upper) == ("m", None, 2.0)


@pytest.mark.parametrize("field", ENTRY)
def test_an_entry_that_lacks_a_field_is_refused(field):
    with pytest.raises(KeyError, match=field):
        read_quantity({key: value for key, value in ENTRY.items() if key != field})
