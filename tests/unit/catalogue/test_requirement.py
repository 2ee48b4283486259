import copy

import pytest
from pydantic import ValidationError

from harness.catalogue.requirement import ORIGINS, Hazard, Requirement, Shown, Standing

QUANTITY = {
    "name": "r95",
    "title": "R95",
    "unit": "m",
    "measurand": "start, stop, rate",
    "limit": {"upper": "envelope.hold_r95"},
    "origin": "declared",
}
GOOD = {
    "id": "WIND-01",
    "title": "t",
    "claim": "c",
    "clauses": [{"document": "ISO 5110", "clause": "scope", "standing": "verified", "source": "S1"}],
    "method": "m",
    "bench": "b",
    "surrogate": "s",
    "negative_controls": ["n"],
    "roles": ["vehicle"],
    "hazard": "contained flight",
    "shown": "automatic",
    "quantities": [QUANTITY],
}


def changed(**quantity):
    data = copy.deepcopy(GOOD)
    data["quantities"][0].update(quantity)
    return data


def test_a_requirement_reads_words_as_members():
    requirement = Requirement.model_validate(GOOD)
    assert requirement.hazard is Hazard.CONTAINED_FLIGHT
    assert requirement.shown is Shown.AUTOMATIC
    assert requirement.clauses[0].standing is Standing.VERIFIED
    assert requirement.quantity("r95").limit.keys == ("envelope.hold_r95",)
    assert requirement.quantity("r96") is None


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (changed(limit={}), "missing limit: give lower, upper or both"),
        (changed(limit={"lower": 2, "upper": 1}), "the lower limit 2 is above the upper limit 1"),
        (changed(limit={"upper": float("nan")}), "neither a finite number nor a key"),
        (changed(limit={"upper": float("inf")}), "neither a finite number nor a key"),
        (changed(limit={"upper": True}), "neither a finite number nor a key"),
        (changed(limit={"upper": "2 m"}), "neither a finite number nor a key"),
        (changed(limit={"upper": "envelope.hold_r96"}), "'envelope.hold_r96' is no number of the declaration"),
        (changed(limit={"upper": "link.loss_action"}), "'link.loss_action' is no number of the declaration"),
        (changed(limit={"upper": "link.loss_time"}), "'link.loss_time' is in s, the quantity in m"),
        (changed(unit="furlong"), "unknown unit 'furlong'"),
        (changed(name="R95"), "String should match pattern"),
        (changed(origin="somewhere"), "starts with none of"),
        ({**GOOD, "quantities": [QUANTITY, QUANTITY]}, "quantity named twice: r95"),
        ({**GOOD, "quantities": []}, "at least 1 item"),
        ({**GOOD, "roles": ["pilot"]}, "Input should be 'vehicle'"),
        ({**GOOD, "hazard": "danger"}, "Input should be 'none'"),
        ({**GOOD, "id": "WIND-1"}, "String should match pattern"),
        ({**GOOD, "clauses": [{"document": "d", "clause": "c", "standing": "V"}]}, "'verified', 'secondary'"),
        ({**GOOD, "clauses": [{"document": "d", "clause": "c", "standing": "verified", "source": "1"}]}, "pattern"),
    ],
)
def test_each_mistake_in_a_requirement_is_refused(data, said):
    with pytest.raises(ValidationError, match=said) as caught:
        Requirement.model_validate(data)
    assert [error for error in caught.value.errors()[1:] if error["type"] != "too_short"] == []


def test_limits_may_be_two_sided_and_mixed():
    requirement = Requirement.model_validate(changed(limit={"lower": 0, "upper": "envelope.hold_r95"}))
    assert requirement.quantities[0].limit.lower == 0.0


@pytest.mark.parametrize("origin", ORIGINS)
def test_origins(origin):
    assert Requirement.model_validate(changed(origin=origin + " x")).quantities[0].origin.startswith(origin.strip())
