import pytest

from harness.drone.firmware.papers import MAKERS, Papers, PapersConfig
from harness.drone.firmware.store import FirmwareConfig, FirmwareStore
from harness.errors import VehicleError

BILL = "sbom.cdx.json"


def papers(**config):
    return Papers(PapersConfig(**config), FirmwareStore(FirmwareConfig()))


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_each_paper_is_the_same_whenever_it_is_asked_for(name):
    assert papers().read(name) == papers().read(name) != b""


def test_edits_are_made_in_their_order():
    edits = ((BILL, lambda paper: b"one"), ("other", lambda paper: b"never"), (BILL, lambda paper: paper + b" two"))
    assert papers(edits=edits).read(BILL) == b"one two"


def test_what_is_not_there_is_not_handed_over():
    with pytest.raises(VehicleError, match="no paper 'none' comes with the article"):
        papers().read("none")
    with pytest.raises(VehicleError, match="no paper"):
        papers(withheld=frozenset({BILL})).read(BILL)
