import json

import pytest

from harness.drone.firmware import statements
from harness.drone.firmware.bill import make_bill, write_bill

VEX = statements.write_statements(statements.make_vex())
OPENVEX = statements.write_statements(statements.make_openvex())


@pytest.mark.parametrize(
    ("edit", "paper"),
    [
        (statements.without_justification, VEX),
        (statements.under_investigation, OPENVEX),
        (statements.with_old_modem, write_bill(make_bill())),
    ],
)
def test_an_edit_changes_the_paper_and_leaves_one(edit, paper):
    assert edit(paper) != paper
    assert json.loads(edit(paper)).keys() == json.loads(paper).keys()


def test_the_older_modem_is_the_same_part_everywhere():
    bill = statements.with_old_modem(write_bill(make_bill()))
    assert b"3.11.0" not in bill
    assert bill.count(b"radio-modem@3.9.2") >= 2
