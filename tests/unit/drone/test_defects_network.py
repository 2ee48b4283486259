import pytest

from harness.drone.defects import DEFECTS
from harness.drone.defects_network import NETWORK_DEFECTS


@pytest.mark.parametrize("defect", NETWORK_DEFECTS, ids=lambda defect: defect.name)
def test_each_is_seeded_by_its_name_and_caught_by_endpoints(defect):
    assert DEFECTS[defect.name] is defect
    assert all(name.startswith("ENDP-") for name in (*defect.caught_by, *defect.also_touches))
