import json

import pytest

from harness.drone.firmware import partners
from harness.drone.firmware.components import COMPONENTS

SUPPLIERS = partners.write_paper(partners.make_suppliers())
SERVICES = partners.write_paper(partners.make_services())


def test_every_supplier_of_the_firmware_is_told():
    told = {entity["name"] for entity in json.loads(SUPPLIERS)["entities"]}
    assert {component.supplier for component in COMPONENTS} <= told


@pytest.mark.parametrize(
    ("edit", "paper"),
    [
        (partners.with_aliased_supplier, SUPPLIERS),
        (partners.with_ambiguous_supplier, SUPPLIERS),
        (partners.owned_behind_holding, SUPPLIERS),
        (partners.without_owners, SUPPLIERS),
        (partners.with_reseller, SUPPLIERS),
        (partners.hosted_by_reseller, SERVICES),
        (partners.hosted_elsewhere, SERVICES),
        (partners.without_operator, SERVICES),
    ],
)
def test_an_edit_changes_the_paper_and_leaves_one(edit, paper):
    assert edit(paper) != paper
    assert json.loads(edit(paper)).keys() == json.loads(paper).keys()
