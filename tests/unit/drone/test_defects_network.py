from harness.drone.defects_network import NETWORK_DEFECTS


def test_each_is_caught_by_a_requirement_of_the_network():
    assert NETWORK_DEFECTS
    assert all(name.startswith("ENDP-") for defect in NETWORK_DEFECTS for name in defect.caught_by)
