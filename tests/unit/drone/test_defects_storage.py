import pytest

from harness.drone.defects import DEFECTS
from harness.drone.defects_storage import STORAGE_DEFECTS


@pytest.mark.parametrize("defect", STORAGE_DEFECTS, ids=lambda defect: defect.name)
def test_each_is_seeded_by_its_name_and_caught_by_data_at_rest(defect):
    assert DEFECTS[defect.name] is defect
    assert any(name.startswith("DAR-") for name in defect.caught_by)
