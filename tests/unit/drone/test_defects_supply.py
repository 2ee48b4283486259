import json

import pytest

from harness.drone.article import Airframe, shipped
from harness.drone.defects import damage
from harness.drone.defects_supply import SUPPLY_DEFECTS, edited, withheld
from harness.errors import VehicleError
from harness.supply.formats import read_any


def paper(name, *defects):
    return Airframe(damage(shipped(), defects)).papers.read(name)


def test_an_edit_is_made_once_and_stands_beside_others():
    one, two = edited("a.json", bytes.upper), edited("b.json", bytes.upper)
    both = two(one(shipped()))
    assert one(both) == both
    assert both.papers.edits == (("a.json", bytes.upper), ("b.json", bytes.upper))


def test_a_paper_is_withheld():
    assert withheld("a.json")(shipped()).papers.withheld == {"a.json"}
    with pytest.raises(VehicleError, match="no paper"):
        paper("hbom.cdx.json", "no-hardware-bill")


@pytest.mark.parametrize(
    ("defect", "name"),
    [
        ("bill-without-library", "sbom.cdx.json"),
        ("bill-of-another-build", "sbom.cdx.json"),
        ("unknown-controller", "hbom.cdx.json"),
        ("assembled-again", "hbom.cdx.json"),
    ],
)
def test_an_edited_bill_is_still_a_bill_and_differs(defect, name):
    assert paper(name, defect) != paper(name)
    assert read_any(paper(name, defect)).components


def test_two_edits_of_one_bill_are_both_made():
    bill = json.loads(paper("sbom.cdx.json", "bill-without-library", "bill-of-another-build"))
    assert "zlib" not in json.dumps(bill)
    assert paper("sbom.cdx.json", "bill-without-library") != paper(
        "sbom.cdx.json", "bill-without-library", "bill-of-another-build"
    )


@pytest.mark.parametrize("requirement", ["SUP-02", "SUP-03", "SUP-04"])
def test_every_requirement_here_has_two_defects(requirement):
    assert sum(requirement in defect.caught_by for defect in SUPPLY_DEFECTS) >= 2
