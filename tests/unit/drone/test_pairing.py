from harness.drone.pairing import KEY_BYTES, make_key


def test_each_unit_has_a_key_of_its_own_but_by_a_defect():
    assert len({make_key() for _ in range(10)}) == 10
    assert make_key(shared=True) == make_key(shared=True)
    assert len(make_key()) == len(make_key(shared=True)) == KEY_BYTES
