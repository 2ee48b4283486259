from harness.rig.registry import TARGETS
from harness.rig.targetsettings import TARGET_SETTINGS


def test_settings_are_of_targets_that_there_are():
    assert set(TARGET_SETTINGS) <= set(TARGETS)
