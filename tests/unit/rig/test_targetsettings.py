import pytest
from pydantic import ValidationError

from harness.rig.registry import TARGETS
from harness.rig.targetsettings import TARGET_SETTINGS, BenchLinks


def test_settings_are_of_targets_that_there_are():
    assert set(TARGET_SETTINGS) <= set(TARGETS)


def test_a_card_and_an_address_are_named_as_linux_does():
    links = BenchLinks(radio="serial:a", interface="enx00e04c680001", mac="02:00:00:00:00:02")
    assert (links.interface, links.mac) == ("enx00e04c680001", "02:00:00:00:00:02")


@pytest.mark.parametrize(
    "wrong",
    [
        {"interface": ""},
        {"interface": "a" * 16},
        {"interface": "-j"},
        {"interface": "a/b"},
        {"interface": "a b"},
        {"mac": "02-00-00-00-00-02"},
        {"mac": "02:00:00:00:00"},
    ],
)
def test_any_other_name_is_refused(wrong):
    with pytest.raises(ValidationError):
        BenchLinks(radio="serial:a", **wrong)
