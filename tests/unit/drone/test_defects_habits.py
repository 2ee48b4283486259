from harness.drone.defects_habits import HABIT_DEFECTS


def test_each_is_caught_by_a_requirement_of_the_network():
    assert HABIT_DEFECTS
    assert all(name.startswith("ENDP-") for defect in HABIT_DEFECTS for name in defect.caught_by)
